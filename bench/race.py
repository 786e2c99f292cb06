"""Races: contestants that do the same work in turn, round after round."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from odoo import sql_db

MEGABYTE = 1 << 20


@dataclass
class Contestant:
    """One way to do the work.

    ``before`` runs untimed before each turn. ``target`` is what to reach at most: ratio, seconds,
    queries or megabytes. ``times`` is what one turn's time is divided by.
    """

    name: str
    run: Callable
    before: Callable = lambda: None
    target: dict | None = None
    times: float = 1
    turns: list = field(default_factory=list)


@dataclass
class Turn:
    """What one turn took."""

    seconds: float
    queries: int
    megabytes: float


def race(title, records, contestants, rounds, warm_up=True):
    """Let the contestants run in turn; the first is the one that the others are compared with.

    The order changes from round to round, so that nobody always follows the same one.

    :rtype: dict, for JSON
    """
    for contestant in contestants if warm_up else ():
        _turn(contestant)
    for number in range(rounds):
        shift = number % len(contestants)
        for contestant in contestants[shift:] + contestants[:shift]:
            contestant.turns.append(_turn(contestant))
    return {
        "title": title,
        "records": records,
        "rounds": rounds,
        "contestants": [
            {
                "name": contestant.name,
                "target": contestant.target,
                "seconds": [turn.seconds for turn in contestant.turns],
                "queries": [turn.queries for turn in contestant.turns],
                "megabytes": [turn.megabytes for turn in contestant.turns],
            }
            for contestant in contestants
        ],
    }


def _turn(contestant):
    contestant.before()
    gc.collect()
    reset_peak()
    memory, queries, started = resident(), sql_db.sql_counter, time.perf_counter()
    contestant.run()
    seconds = time.perf_counter() - started
    return Turn(
        seconds / contestant.times,
        (sql_db.sql_counter - queries) / contestant.times,
        (peak() - memory) / MEGABYTE,
    )


def reset_peak():
    """Let the kernel forget how large the process has been."""
    Path("/proc/self/clear_refs").write_text("5")


def resident():
    """Bytes of memory in use now."""
    return _status("VmRSS")


def peak():
    """The most bytes of memory since :func:`reset_peak`."""
    return _status("VmHWM")


def _status(name):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    raise LookupError(name)
