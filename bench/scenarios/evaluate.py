"""Evaluating: 1,000 saved changes, 100 live workflows on the model, nobody matches."""

from itertools import count

from odoo.fields import Domain

from ..contacts import ids
from ..databases import copy, cron_env, tidy, user_env
from ..race import Contestant, race
from ..workflows import live, silence

WORKFLOWS = 100
_numbers = count()


def races(records, quick):
    env = user_env(copy(f"bench_addon_{records}", "evaluate"))
    silence(env)
    live(env, WORKFLOWS)
    env.cr.commit()
    some, scheduler = ids(env, 1_000), cron_env(env)
    scheduler["crm.workflow"]._cron_enroll()

    def change():
        env.cr.execute("TRUNCATE crm_workflow_event")
        env["res.partner"].browse(some).write({"function": f"Changed {next(_numbers)}"})
        tidy(env, "crm_workflow_event", "res_partner")

    def search():
        for number in range(WORKFLOWS):
            condition = Domain("function", "=", f"nobody has {number}")
            among = Domain("is_company", "=", False) & Domain("id", "in", some)
            env["res.partner"].search(among & condition)
        env.cr.rollback()

    contestants = [
        Contestant("100 searches among the same ids", search, change),
        Contestant(
            "crm_workflow", lambda: scheduler["crm.workflow"]._cron_enroll(), change, {"ratio": 2}
        ),
    ]
    title = f"Evaluate: changed records against {WORKFLOWS} workflows"
    yield race(title, 1_000, contestants, 3 if quick else 7)
