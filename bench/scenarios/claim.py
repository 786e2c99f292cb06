"""The queue in a database that has been at work for years: taking a batch, settling it, forgetting.

Beside every record that waits there are ten rows of history.
"""

from ..databases import copy, cron_env, tidy, user_env
from ..plans import plans
from ..race import Contestant, race
from ..workflows import live, silence

#: What the long history is compared with.
FEW = 1_000
WORKFLOWS, HISTORY, BATCH, TIMES, SLICE = 100, 10, 100, 20, 10_000

#: A tenth of the contacts each are due, and through; the others wait. The history goes back a year.
_FILL = """
WITH flow AS (
    SELECT w.id, w.live_version_id AS version, row_number() OVER (ORDER BY w.id) - 1 AS place
      FROM crm_workflow w WHERE w.state = 'on'
), entered AS (
    INSERT INTO crm_workflow_enrollment
           (workflow_id, version_id, res_model, res_id, state, action_id, due_at, waiting, shard,
            reached_at, enrolled_at, finished_at, source, visit, attempts)
    SELECT f.id, f.version, 'res.partner', n,
           CASE WHEN n %% 10 = 0 THEN 'completed' ELSE 'active' END,
           (SELECT min(a.id) FROM crm_workflow_action a WHERE a.version_id = f.version),
           CASE WHEN n %% 10 = 1 THEN now() - n * interval '1 second'
                WHEN n %% 10 > 1 THEN now() + n * interval '1 minute' END,
           n %% 10 > 1, n %% 64, now(), now() - n %% 365 * interval '1 day',
           CASE WHEN n %% 10 = 0 THEN now() - n %% 365 * interval '1 day' END,
           'existing', %(history)s, 0
      FROM generate_series(1, %(records)s) AS n JOIN flow f ON f.place = n %% %(workflows)s
  ORDER BY n
RETURNING id, workflow_id, version_id, action_id, enrolled_at
)
INSERT INTO crm_workflow_log
       (workflow_id, enrollment_id, version_id, action_id, visit, outcome, started_at, at)
SELECT workflow_id, id, version_id, action_id, visit, 'done', enrolled_at, enrolled_at
  FROM entered, generate_series(1, %(history)s) AS visit
"""


def races(records, quick):
    few, many = _open(min(records, FEW), "few"), _open(records, "many")
    rounds = 5 if quick else 15
    names = [(few, f"{min(records, FEW):,} enrollments"), (many, f"{records:,} enrollments")]

    def contestants(work, target):
        return [
            Contestant(
                f"{name}, {HISTORY} times as many rows of history",
                lambda env=env: work(env),
                lambda env=env: env.cr.commit(),
                target if env is many else None,
                TIMES,
            )
            for env, name in names
        ]

    title = f"Claim: pick, lock and read {BATCH} of those who are due"
    claimed = race(title, records, contestants(_claim, {"ratio": 1.5}), rounds)
    yield claimed | {"plans": plans(many.cr, "crm_workflow_enrollment", lambda: _take(many))}
    title = "Claim: a look that finds nobody due"
    yield race(title, records, contestants(_look, {"ratio": 1.5}), rounds)
    few.cr.commit()
    many.cr.commit()
    forgetters = [
        Contestant(f"DELETE of {SLICE:,} rows by their ids", lambda: _delete(many)),
        Contestant("a slice of the retention, of each table", lambda: _forget(many)),
        Contestant("the same, where nothing is old", lambda: _forget(many, 10_000)),
    ]
    forgotten = race("Forget: the history that is too old", records, forgetters, rounds // 3)
    yield forgotten | {"plans": plans(many.cr, "crm_workflow_log", lambda: _forget(many))}


def _open(records, name):
    env = user_env(copy(f"bench_addon_{FEW}", f"claim_{name}"))
    silence(env)
    live(env, WORKFLOWS)
    env.flush_all()
    values = {"records": records, "workflows": WORKFLOWS, "history": HISTORY}
    env.cr.execute(_FILL, values)
    tidy(env, "crm_workflow_enrollment", "crm_workflow_log")
    return env


def _claim(env):
    for _time in range(TIMES):
        _take(env)
        env.cr.rollback()


def _take(env):
    from ...services.queue import claims

    now = env.cr.now()
    ids = claims.pick(env, 0, BATCH, (0, 63), now)
    rows = claims.claim(env, ids, now)
    assert len(rows) == min(BATCH, len(ids)) > 0


def _look(env):
    from ...services.queue import claims

    for _time in range(TIMES):
        now = env.cr.now().replace(year=2000)
        assert not claims.pick(env, 0, BATCH, (0, 63), now)
        env.cr.rollback()


def _delete(env):
    env.cr.execute(
        """DELETE FROM crm_workflow_log WHERE id IN (
               SELECT l.id FROM crm_workflow_log l
                 JOIN crm_workflow_enrollment e ON e.id = l.enrollment_id
                WHERE e.state = 'completed' LIMIT %s)""",
        [SLICE],
    )
    env.cr.rollback()


def _forget(env, days=90):
    settings = env["ir.config_parameter"].sudo()
    for name in ("log", "enrollment"):
        settings.set_param(f"crm_workflow.{name}_days", days)
    cron_env(env)["crm.workflow"]._gc_history()
    env.cr.rollback()
