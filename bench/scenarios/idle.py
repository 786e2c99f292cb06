"""A tick that finds nothing to do, while many wait: 100 live workflows, nobody due."""

from ..contacts import ids
from ..databases import copy, cron_env, tidy, user_env
from ..race import Contestant, race
from ..workflows import TABLES, enrol_all, live, silence

WORKFLOWS = 100


def races(records, quick):
    empty, full = _open(records, "idle_none"), _open(records, "idle_many")
    version = full["crm.workflow"].search([("state", "=", "on")], limit=1).live_version_id
    enrol_all(full, version, ids(full))
    full.cr.execute(
        """UPDATE crm_workflow_enrollment e
              SET due_at = now() + interval '1 day' + id * interval '1 second', waiting = true,
                  workflow_id = (SELECT (array_agg(w.id ORDER BY w.id))[1 + e.id %% %s]
                                   FROM crm_workflow w WHERE w.state = 'on')""",
        [WORKFLOWS],
    )
    tidy(full, *TABLES)
    for env in (empty, full):
        _tick(env)
    contestants = [
        Contestant("nobody waits", lambda: _tick(empty)),
        Contestant(f"{records:,} wait", lambda: _tick(full), target={"ratio": 1.5, "queries": 9}),
    ]
    title = f"Idle: both crons, {WORKFLOWS} live workflows"
    yield race(title, records, contestants, 5 if quick else 15)


def _open(records, name):
    env = user_env(copy(f"bench_addon_{records}", name))
    silence(env)
    live(env, WORKFLOWS)
    env.cr.commit()
    return env


def _tick(env):
    """What a scheduler does each minute; its own bookkeeping is left out."""
    scheduler = cron_env(env)["crm.workflow"]
    scheduler._cron_enroll()
    scheduler._cron_run()
    env.cr.commit()
