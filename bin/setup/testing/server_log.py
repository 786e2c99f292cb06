"""Read Odoo's log of a test run: what started, what failed, and errors that no test expected.

A test that expects an error in the log takes it with `mute_logger` or `assertLogs`, so each
line of level ERROR that remains is a failure of the run.
"""

import re

from .results import Results

LINE = re.compile(
    r"^\d{4}-\d\d-\d\d [\d:,]{12} \d+ (?P<level>[A-Z]+) \S+ (?P<logger>[^\s:]+): (?P<text>.*)$"
)
STARTED = re.compile(r"^Starting (\w+)\.(\w+) \.\.\.")
SKIPPED = re.compile(r"^skipped (\w+)\.(\w+) : (.*)")
FAILED = re.compile(r"^(?:FAIL|ERROR): (.+)")
CASE = re.compile(r"(\w+)\.(\w+)")
JAVASCRIPT = re.compile(r'^\[HOOT\] Test "(.+)" (passed|failed|skipped)')
# Odoo's own words about tests that failed: the failure itself has a line of its own.
SUMMARIES = ("odoo.tests.result", "odoo.modules.loading", "odoo.service.server")


def records(text):
    """Yield `(level, logger, text)` of each record, with its further lines."""
    current = None
    for line in text.splitlines():
        match = LINE.match(line)
        if match:
            if current:
                yield tuple(current)
            current = [match["level"], match["logger"], match["text"]]
        elif current:
            current[2] += "\n" + line
    if current:
        yield tuple(current)


def read(text):
    """Return the results, and the `(case, method)` of all Python tests that started."""
    results, started, errors = Results(), {}, []
    for level, logger, message in records(text):
        _read_progress(results, started, logger, message)
        if level in ("ERROR", "CRITICAL"):
            errors.append((logger, message))
    failures = [error for error in errors if _read_failure(results, started, *error)]
    for error in errors:
        if error not in failures:
            _read_other_error(results, *error)
    results.passed |= set(started.values())
    results.passed -= {*results.failed, *results.skipped}
    return results, set(started)


def _read_progress(results, started, logger, message):
    if match := STARTED.match(message):
        started[match.groups()] = _name(logger, *match.groups())
    elif match := SKIPPED.match(message):
        case, method, reason = match.groups()
        results.skipped[_name(logger, case, method)] = reason.strip()
    elif match := JAVASCRIPT.match(message):
        _read_javascript(results, *match.groups(), message)


def _read_javascript(results, name, outcome, message):
    if outcome == "passed" and name not in results.failed:
        results.passed.add(name)
    elif outcome == "failed":
        results.fail(name, message)
    elif outcome == "skipped":
        results.skipped[name] = ""


def _name(logger, case, method):
    file = next((word for word in logger.split(".") if word.startswith("test_")), logger)
    return f"{file}: {case}.{method}"


def _read_failure(results, started, logger, message):
    """Take a failed test into the results; tell whether the record is one."""
    match = FAILED.match(message)
    if not match or ".tests" not in logger:
        return False
    case = CASE.search(match[1])
    name = started.get(case.groups(), match[1]) if case else match[1]
    results.fail(name, message)
    return True


def _read_other_error(results, logger, message):
    if JAVASCRIPT.match(message):
        return
    if results.failed and (logger.startswith(SUMMARIES) or _belongs(logger, results)):
        return
    first = message.splitlines()[0]
    results.fail(
        f"server log: {logger}: {first[:100]}", f"an ERROR that no test expected\n{message}"
    )


def _belongs(logger, results):
    """Tell whether a test that failed anyway wrote the record (a browser's console, say)."""
    return any(
        ".tests." in logger and logger.endswith((case, f"{case}.browser"))
        for case in (name.split(": ")[-1] for name in results.failed)
    )
