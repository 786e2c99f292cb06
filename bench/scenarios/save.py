"""Saving records: what capture adds to a save, against plain Odoo and its automation rules.

A save is ``write`` or ``create`` and the commit. No condition is met: only the looking costs.
"""

from itertools import count

from ..contacts import ids
from ..databases import copy, user_env
from ..race import Contestant, race
from ..workflows import live, rules, silence

DEAL = "object_deal"
#: {contestant: (kind of database, what is made in it, ratio to reach)}
PEERS = {
    "plain Odoo": ("plain", lambda env: None, None),
    "100 workflows on deals": ("addon", lambda env: live(env, 100, "city", DEAL), 1.02),
    "100 workflows, other fields": ("addon", lambda env: live(env, 100, "city"), 1.05),
    "1 workflow": ("addon", lambda env: live(env, 1), None),
    "100 workflows": ("addon", lambda env: live(env, 100), 1.3),
    "1 automation rule": ("plain", lambda env: rules(env, 1), None),
    "100 automation rules": ("plain", lambda env: rules(env, 100), None),
}
_numbers = count()


def races(records, quick):
    envs = {name: _open(records, number, name) for number, name in enumerate(PEERS)}
    rounds = 5 if quick else 15
    some = {name: ids(env, 1_000) for name, env in envs.items()}

    def contestants(work, times):
        return [
            Contestant(
                name,
                lambda env=env, own=some[name]: work(env, own),
                env.invalidate_all,
                PEERS[name][2] and {"ratio": PEERS[name][2]},
                times,
            )
            for name, env in envs.items()
        ]

    yield race("Save: write one record", records, contestants(_write_one, 20), rounds)
    yield race("Save: write 1,000 records at once", records, contestants(_write_all, 1), rounds)
    yield race("Save: create one record", records, contestants(_create_one, 30), rounds)
    few = max(3, rounds // 5)
    yield race("Save: create 1,000 records at once", records, contestants(_create_all, 1), few)


def _open(records, number, name):
    kind, prepare, _target = PEERS[name]
    env = user_env(copy(f"bench_{kind}_{records}", f"save_{number}"))
    if kind == "addon":
        silence(env)
    prepare(env)
    env.cr.commit()
    return env


def _write_one(env, own):
    text = f"Writer {next(_numbers)}"
    for record_id in own[:20]:
        env["res.partner"].browse(record_id).write({"function": text})
        env.cr.commit()


def _write_all(env, own):
    env["res.partner"].browse(own).write({"function": f"Writer {next(_numbers)}"})
    env.cr.commit()


def _create_one(env, _own):
    for _time in range(30):
        env["res.partner"].create({"name": "New", "function": f"Writer {next(_numbers)}"})
        env.cr.commit()


def _create_all(env, _own):
    text = f"Writer {next(_numbers)}"
    env["res.partner"].create([{"name": "New", "function": text} for _time in range(1_000)])
    env.cr.commit()
