"""The tests outside Odoo's own runner: of the engine, of this set-up, and of real processes."""

import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from .. import cache
from .declared import not_started
from .results import Results
from .soaking import longest

LONGEST = 25 * 60
# Nothing is taken from the folders above: the addon's own __init__.py needs Odoo.
OPTIONS = ("-q", "-p", "no:cacheprovider", "--import-mode=importlib")


def run(python, part, tests, whole):
    """Run the tests of `tests/PART`, or only some of them."""
    place = cache.REPOSITORY / "tests" / part
    if not tests:
        return Results()
    chosen = [place] if whole else [_node(test) for test in tests]
    report = cache.folder(cache.checkout(), "reports") / f"{part}.xml"
    report.unlink(missing_ok=True)
    command = [*_command(python, place), f"--junit-xml={report}", *map(str, chosen)]
    try:
        done = subprocess.run(
            command,
            check=False,
            cwd=place,
            text=True,
            timeout=longest(LONGEST),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except subprocess.TimeoutExpired as late:
        return Results(failed={f"{part}: pytest": f"{late}\n{(late.stdout or b'').decode()}"})
    return judge(report, tests, done)


def _command(python, place):
    setting = Path(__file__).with_name("pytest.ini")
    paths = f"pythonpath={cache.REPOSITORY} {cache.REPOSITORY / 'bin'} {place}"
    return [
        python,
        "-B",
        "-m",
        "pytest",
        "-c",
        setting,
        f"--rootdir={place}",
        f"--confcutdir={place}",
        *OPTIONS,
        "-o",
        paths,
    ]


def _node(test):
    words = [cache.REPOSITORY / test.file, *filter(None, (test.case, test.method))]
    return "::".join(map(str, words))


def judge(report, tests, done):
    """Compare pytest's report with the declared tests."""
    results = Results()
    if not report.exists():
        results.fail(f"{tests[0].part}: pytest", done.stdout)
        return results
    started = set()
    for case in ElementTree.parse(report).iter("testcase"):
        started.add(_read(results, case))
    for test in not_started(tests, started):
        results.fail(test.name, f"{test.file} declares it, but pytest did not run it")
    if done.returncode and not results.failed:
        results.fail(f"{tests[0].part}: pytest", done.stdout)
    results.refuse_unnamed_skips()
    return results


def _read(results, case):
    *modules, last = case.get("classname", "").split(".")
    in_class = bool(last) and not last.startswith("test_")
    file = (modules[-1] if modules else "") if in_class else last
    name = f"{file}: {last + '.' if in_class else ''}{case.get('name')}"
    for told in case.iter("property"):
        results.figures[name] = told.get("value")
    wrong = [child for child in case if child.tag in ("failure", "error")]
    skipped = [child for child in case if child.tag == "skipped"]
    if wrong:
        results.fail(name, wrong[0].text or wrong[0].get("message", ""))
    elif skipped:
        results.skipped[name] = skipped[0].get("message", "")
    else:
        results.passed.add(name)
    return (last if in_class else "", case.get("name").split("[")[0])
