"""The tests that need Odoo: Python, tours in a real browser, and front-end unit tests.

They run in one Odoo on a fresh copy of the template, in which this addon is being installed; those
that need further apps, in another with these.
"""

import os
import re
import subprocess
import time

from .. import cache, databases, ports
from ..command import ADDON
from ..progress import say, step
from . import javascript, server_log
from .declared import APPS_TAG, not_started
from .soaking import longest

PARTS = ("odoo", "tours", "js")
APPS = ("apps",)
#: What is different where the further apps are.
TEMPLATES = {PARTS: databases.ORDINARY, APPS: databases.WITH_APPS}
TAGS = {PARTS: "", APPS: APPS_TAG}
LONGEST = 40 * 60
TELL_EVERY = 20


def run(setup, selection, parts=PARTS, keep=False):
    """Run the chosen tests of some parts and return their results."""
    database, template = f"{ADDON}_test_{os.getpid()}_{parts[0]}", TEMPLATES[parts]
    databases.template(setup, template)
    with step("copying the template database"):
        databases.fresh(setup, database, addon=False, of=template)
    try:
        log = cache.folder(cache.checkout(), "reports") / f"{parts[0]}-{os.getpid()}.log"
        code = _run_odoo(setup, database, (tags(selection, parts), *template.options), log)
        return judge(log.read_text(errors="replace"), code, selection, parts)
    finally:
        if not keep:
            databases.drop(setup, database)


def remove_leftovers(setup):
    """Remove the databases of runs that were killed. Others' servers are left alone."""
    if not setup.server.private:
        return
    for (name,) in setup.server.query(
        f"SELECT datname FROM pg_database WHERE datname ~ '^{ADDON}_test_[0-9]+'"
    ):
        process = re.match(rf"{ADDON}_test_(\d+)", name)
        if process and not os.path.exists(f"/proc/{process[1]}"):
            databases.drop(setup, name)


def tags(selection, parts=PARTS):
    """Return Odoo's --test-tags for the chosen tests."""
    chosen = [test for part in parts for test in selection.of(part)]
    where = f"{TAGS[parts]}/{ADDON}"
    if selection.whole:
        return where
    cases = {f"{where}/{test.file}:{test.case}.{test.method}" for test in chosen}
    return ",".join(sorted(cases))


def _run_odoo(setup, database, wanted, log):
    words = (
        "-d",
        database,
        "-i",
        ADDON,
        "--test-tags",
        *wanted,
        "--stop-after-init",
        "--max-cron-threads=0",
        "--http-interface=127.0.0.1",
        f"--http-port={ports.free()}",
        f"--screenshots={cache.folder(cache.checkout(), 'screenshots')}",
    )
    with step(f"running Odoo's tests (log: {log})"), log.open("w") as output:
        process = subprocess.Popen(
            setup.command(*words),
            env=setup.environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        try:
            return _watch(process, log)
        finally:
            process.kill()
            process.wait()


def _watch(process, log):
    """Wait for the end, and tell how many tests have started."""
    ends = time.monotonic() + longest(LONGEST)
    while time.monotonic() < ends:
        try:
            return process.wait(TELL_EVERY)
        except subprocess.TimeoutExpired:
            started = log.read_text(errors="replace").count(": Starting Test")
            say(f"  … {started} tests of Odoo have started ({log.stem})")
    return f"none: it was stopped after {longest(LONGEST) // 60} minutes"


def judge(text, code, selection, parts=PARTS):
    """Return the results of the log, with everything that should have run and did not."""
    results, started = server_log.read(text)
    chosen = [test for part in parts for test in selection.of(part)]
    for test in not_started(chosen, started):
        results.fail(
            test.name, f"{test.file} declares it, but Odoo did not run it: see tests/__init__.py"
        )
    if "js" in parts and (selection.whole or "js" in selection.parts):
        results.add(javascript.check(cache.REPOSITORY, results.passed))
    results.refuse_unnamed_skips()
    if code and not results.failed:
        results.fail("odoo: exit code", f"Odoo ended with code {code}\n{text[-3000:]}")
    return results
