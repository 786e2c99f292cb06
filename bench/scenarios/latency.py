"""From a user's commit to the first step's effect, with a real server that was idle."""

import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import count

from ..contacts import ids
from ..databases import copy, tidy, user_env
from ..race import Contestant, race
from ..workflows import TABLES, empty, silence, workflow, write_step

#: How long the server is left alone around each turn, in seconds; how often we look.
PAUSE, LOOK = 1.5, 0.005
PATIENCE = 120
_numbers = count()


def races(records, quick):
    env = user_env(copy(f"bench_addon_{records}", "latency"))
    silence(env)
    own = workflow(env, "React", ["[('function', '=like', 'Mover%')]"], [write_step(env)])
    own.draft_version_id.reenroll = True
    own.action_publish()
    env.cr.commit()
    contact = env["res.partner"].browse(ids(env, 1))

    def calm():
        # What the turn before has set off is to be over: emptying tables would be in its way.
        env.cr.commit()
        time.sleep(PAUSE)
        contact.write({"ref": False, "function": "bench"})
        empty(env)
        env.cr.execute("TRUNCATE crm_workflow_event")
        env.invalidate_all()
        tidy(env, "res_partner", *TABLES)
        time.sleep(PAUSE)

    def save():
        contact.function = f"Mover {next(_numbers)}"
        env.cr.commit()

    def react():
        save()
        ends = time.monotonic() + PATIENCE
        while not _has_acted(env, contact):
            if time.monotonic() > ends:
                raise TimeoutError("the server has not reacted")
            time.sleep(LOOK)

    contestants = [
        Contestant("the save and its commit", save, calm),
        Contestant("until the first step is done", react, calm, {"seconds": 1}),
    ]
    with _server(env.cr.dbname):
        yield race("Latency: one contact is changed", records, contestants, 5 if quick else 20)


def _has_acted(env, contact):
    env.cr.execute("SELECT ref FROM res_partner WHERE id = %s", contact.ids)
    [(reference,)] = env.cr.fetchall()
    env.cr.commit()
    return reference == "moved"


@contextmanager
def _server(database):
    """Odoo as anybody runs it, with two threads for scheduled actions."""
    words = f"-m odoo -d {database} --no-http --max-cron-threads=2 --log-level=error"
    # As it stops, Odoo says that its connections are closed.
    process = subprocess.Popen([sys.executable, *words.split()], stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait()
