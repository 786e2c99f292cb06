"""The front-end unit tests (HOOT): each file must have run, and each skip must say why.

Odoo's log names every test that passed, as `@crm_workflow/FILE/…`; the Python test that starts
them must pass `loglevel=2` in the address.
"""

import re

from ..command import ADDON
from .results import Results

SKIP = re.compile(r"^\s*(?:test|describe)(?:\.\w+)*\.(?:skip|todo)\b")
REASON = re.compile(r"//\s*skipped:\s*\w+ \w+")


def check(repository, passed):
    """Return the files that did not run and the skips without a line `// skipped: reason` above."""
    results = Results()
    folder = repository / "static/tests"
    for file in sorted(folder.rglob("*.test.js")):
        suite = f"@{ADDON}/{str(file.relative_to(folder)).removesuffix('.test.js')}/"
        if not any(name.startswith(suite) for name in passed):
            results.fail(f"js: {file.name}", "no test of this file ran")
        _check_skips(results, file)
    return results


def _check_skips(results, file):
    before = ""
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if SKIP.match(line):
            name = f"js: {file.name}:{number}"
            if REASON.search(before):
                results.skipped[name] = before.split("skipped:")[1].strip()
            else:
                results.fail(name, "skipped without a line '// skipped: reason' above it")
        before = line
