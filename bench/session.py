"""`bin/bench`: make the databases, run each scenario in a process of its own, print the table."""

import json
import subprocess
from pathlib import Path

from setup import cache, databases
from setup.command import prepared
from setup.errors import SetupError
from setup.progress import say, step

from . import document, machine, table
from .contacts import FILL

SCENARIOS = ("save", "evaluate", "associated", "enter", "step", "hop", "idle", "memory")
#: Scenarios whose cost does not depend on how many records there are beside.
ONE_SIZE = {"evaluate": min}
INSIDE = Path(__file__).parent / "inside.py"
PREFIX = "bench"


def run(asked):
    """Measure what was asked for; the exit code is 1 when a target is missed."""
    sizes = asked.records or ([1_000] if asked.quick else [1_000, 100_000])
    races = []
    with prepared() as setup, cache.lock(PREFIX, "the benchmark's databases"):
        try:
            _make_databases(setup, sizes)
            for name in asked.scenario or SCENARIOS:
                for size in _sizes(name, sizes):
                    races += _told(_measure(setup, name, size, asked.quick))
        finally:
            if not asked.keep:
                _drop_databases(setup)
        facts = machine.facts(setup)
    text = table.full(races)
    say("\n" + text)
    if asked.save:
        say(f"saved: {document.save(text, facts)}")
    return 1 if table.missed(races) else 0


def _sizes(name, sizes):
    return [ONE_SIZE[name](sizes)] if name in ONE_SIZE else sizes


def _make_databases(setup, sizes):
    """One without this addon and one with it; of each, one per number of contacts."""
    for kind, addon in (("plain", False), ("addon", True)):
        with step(f"making the database {PREFIX}_{kind}"):
            databases.fresh(setup, f"{PREFIX}_{kind}", addon=addon)
        for size in sizes:
            name = f"{PREFIX}_{kind}_{size}"
            with step(f"making the database {name}"):
                databases.drop(setup, name)
                databases.copy(setup, f"{PREFIX}_{kind}", name)
                setup.server.query(f"SET synchronous_commit = off; {FILL % size}", name)
                setup.server.query("VACUUM ANALYZE", name)


def _drop_databases(setup):
    for (name,) in setup.server.query(
        f"SELECT datname FROM pg_database WHERE datname ~ '^{PREFIX}_(plain|addon|in)'"
    ):
        databases.drop(setup, name)


def _measure(setup, name, size, quick):
    say(f"→ {name}, {size:,} contacts")
    result = cache.folder("bench") / f"{name}-{size}.json"
    words = [setup.python, INSIDE, name, size, result, *(["--quick"] if quick else [])]
    done = subprocess.run([str(word) for word in words], env=setup.environment(), check=False)
    if done.returncode:
        raise SetupError(f"The scenario {name} failed.", "Read the traceback above.")
    return json.loads(result.read_text())


def _told(races):
    say(table.plain(races))
    return races
