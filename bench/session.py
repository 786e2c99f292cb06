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

#: {scenario: the numbers of contacts it is run with, unless others are asked for}. What costs
#: the same however many there are beside is run with few.
SCENARIOS = {
    "save": (1_000, 100_000),
    "evaluate": (1_000,),
    "associated": (1_000, 100_000),
    "enter": (1_000, 10_000, 100_000, 1_000_000),
    "step": (1_000, 10_000, 100_000),
    "hop": (1_000, 10_000, 100_000),
    "act": (1_000,),
    "latency": (1_000,),
    "idle": (1_000, 100_000, 1_000_000),
    "claim": (1_000, 1_000_000),
    "workers": (10_000,),
    "memory": (1_000, 100_000, 1_000_000),
}
#: Those that have contestants without this addon, which are too slow for more records than that.
WITHOUT_ADDON = {"save": 100_000, "step": 1_000, "act": 1_000}
#: The contacts of the scenario that makes its own rows.
FEWEST = 1_000
INSIDE = Path(__file__).parent / "inside.py"
PREFIX = "bench"


def run(asked):
    """Measure what was asked for; the exit code is 1 when a target is missed."""
    races = []
    with prepared() as setup, cache.lock(PREFIX, "the benchmark's databases"):
        try:
            _make_originals(setup)
            for name in asked.scenario or SCENARIOS:
                for size in _sizes(name, asked):
                    _make_databases(setup, name, size)
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


def _sizes(name, asked):
    return asked.records or (SCENARIOS[name][:1] if asked.quick else SCENARIOS[name])


def _make_originals(setup):
    """One database without this addon and one with it."""
    _drop_databases(setup)
    for kind, addon in (("plain", False), ("addon", True)):
        with step(f"making the database {PREFIX}_{kind}"):
            databases.fresh(setup, f"{PREFIX}_{kind}", addon=addon)


def _make_databases(setup, name, size):
    """What a scenario copies: of the originals, those that it needs, with the contacts."""
    for contacts in {size, FEWEST}:
        _provide(setup, "addon", contacts)
    if size <= WITHOUT_ADDON.get(name, 0):
        _provide(setup, "plain", size)


def _provide(setup, kind, contacts):
    name = f"{PREFIX}_{kind}_{contacts}"
    if databases.exists(setup.server, name):
        return
    with step(f"making the database {name}"):
        databases.copy(setup, f"{PREFIX}_{kind}", name)
        setup.server.query(f"SET synchronous_commit = off; {FILL % contacts}", name)
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
