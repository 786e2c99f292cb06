"""How much a worker grows while it moves everyone through two steps.

Before the measured turn it moves 2,000 others, so that what a worker keeps for good is there.
"""

from ..contacts import ids
from ..databases import copy, cron_env, tidy, user_env
from ..race import Contestant, race
from ..workflows import TABLES, enrol_all, silence, workflow, write_step

WARM_UP = 2_000
#: A record costs as much among a million as among a thousand, and nothing of it is kept.
GROWTH = {"ratio": 1.3, "megabytes": 100}


def races(records, quick):
    env = user_env(copy(f"bench_addon_{records}", "memory"))
    silence(env)
    wait = {"kind": "delay", "delay_amount": 1, "delay_unit": "days"}
    own = workflow(env, "Grow", steps=[write_step(env), wait])
    own.action_publish()
    env.cr.commit()
    everyone, version = ids(env), own.live_version_id

    def move():
        cron_env(env)["crm.workflow"]._cron_run()

    def place(some):
        enrol_all(env, version, some)
        tidy(env, "res_partner", *TABLES)

    def contestant(some, target=None):
        return Contestant(
            f"{len(some):,} records", move, lambda: place(some), target, len(some) / 1_000
        )

    place(everyone[:WARM_UP])
    move()
    contestants = [contestant(everyone[:WARM_UP]), contestant(everyone, GROWTH)]
    title = "Memory: a worker that writes a field and waits, per 1,000 records"
    yield race(title, records, contestants, 1, warm_up=False)
