"""`bin/test`: run the chosen parts and close with one line that counts."""

import time
from concurrent.futures import ThreadPoolExecutor

from .. import browser, cache, environment
from ..command import prepared
from ..progress import say
from . import declared, lint_part, odoo_part, python_part
from .results import Results
from .selection import select


def run(names, keep=False):
    """Run the tests and return the exit code."""
    started = time.monotonic()
    tests = declared.find(cache.REPOSITORY)
    selection = select(names, tests)
    python = environment.python()
    with ThreadPoolExecutor() as pool:
        # Beside Odoo's tests: one core is enough for these.
        beside = pool.submit(_without_odoo, python, selection)
        with_odoo = _with_odoo(selection, keep)
        results = beside.result().add(with_odoo)
    # Last and alone: these tests kill processes at moments that a busy machine would shift.
    results.add(_with_pytest(python, "processes", selection))
    return _close(results, time.monotonic() - started)


def _without_odoo(python, selection):
    results = Results()
    for part in ("engine", "bin"):
        results.add(_with_pytest(python, part, selection))
    if "lint" in selection.parts:
        results.add(_told("lint", lint_part.run(python)))
    return results


def _with_pytest(python, part, selection):
    if not selection.of(part):
        return Results()
    whole = selection.whole or part in selection.parts
    return _told(part, python_part.run(python, part, selection.of(part), whole))


def _with_odoo(selection, keep):
    results = Results()
    wanted = {part for part in (*odoo_part.PARTS, *odoo_part.APPS) if selection.of(part)}
    if not wanted:
        return results
    if wanted & {"tours", "js"}:
        browser.ensure()
    with prepared() as setup, ThreadPoolExecutor() as pool:
        odoo_part.remove_leftovers(setup)
        runs = {
            name: pool.submit(odoo_part.run, setup, selection, parts, keep)
            for name, parts in (("Odoo", odoo_part.PARTS), ("apps", odoo_part.APPS))
            if wanted & {*parts}
        }
        for name, run in runs.items():
            results.add(_told(name, run.result()))
    return results


def _told(part, results):
    say(f"  {part}: {results.counts()}")
    return results


def _close(results, seconds):
    if not (results.passed or results.failed):
        results.fail("bin/test", "not a single test ran")
    say("")
    for line in (*results.told(), *results.details()):
        say(line)
    say(f"\n{seconds:.0f} s")
    say(results.counts())
    return 1 if results.failed else 0
