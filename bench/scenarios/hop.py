"""A step that waits: everyone who stands on it gets the moment when the wait is over."""

from datetime import timedelta

from ..contacts import ids
from ..databases import copy, cron_env, tidy, user_env
from ..race import Contestant, race
from ..workflows import TABLES, enrol_all, silence, slices, workflow


def races(records, quick):
    env = user_env(copy(f"bench_addon_{records}", "hop"))
    silence(env)
    wait = {"kind": "delay", "delay_amount": 1, "delay_unit": "days"}
    own = workflow(env, "Wait", steps=[wait, {"kind": "end"}])
    own.action_publish()
    env.cr.commit()
    everyone, version = ids(env), own.live_version_id

    def reset():
        enrol_all(env, version, everyone)
        tidy(env, *TABLES)

    contestants = [
        Contestant("raw UPDATE", lambda: _sql(env, version), reset),
        Contestant("ORM write in slices of 1,000", lambda: _orm(env, version), reset),
        Contestant("crm_workflow", lambda: _run(env), reset, {"ratio": 6}),
    ]
    rounds = 3 if records >= 100_000 or quick else 7
    yield race("Hop: wait a day", records, contestants, rounds)


def _run(env):
    cron_env(env)["crm.workflow"]._cron_run()


def _sql(env, version):
    env.cr.execute(
        """UPDATE crm_workflow_enrollment SET waiting = true, due_at = %s
            WHERE version_id = %s AND state = 'active'""",
        [env.cr.now() + timedelta(days=1), version.id],
    )
    env.cr.commit()


def _orm(env, version):
    Enrollment = env(su=True)["crm.workflow.enrollment"]
    rows = Enrollment.search([("version_id", "=", version.id), ("state", "=", "active")])
    for some in slices(rows.ids):
        Enrollment.browse(some).write({"waiting": True, "due_at": env.cr.now() + timedelta(days=1)})
        env.cr.commit()
