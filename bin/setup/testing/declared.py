"""The tests that the files declare, read without importing them.

Comparing them with the tests that ran shows a file that nobody imports, and a case that the
runner did not take.
"""

import ast
from dataclasses import dataclass
from pathlib import Path

PYTEST_PARTS = ("engine", "bin", "processes")
#: Odoo's tests with this tag run where the apps are installed that most databases lack.
APPS_TAG = "crm_workflow_apps"


@dataclass(frozen=True)
class Test:
    """One test function: `part` is the part of the run, `file` the path below the repository."""

    part: str
    file: str
    case: str
    method: str
    bases: tuple = ()

    @property
    def name(self):
        return f"{Path(self.file).stem}: {self.case}.{self.method}".replace(": .", ": ")


def find(repository):
    """Return every declared test of `tests/**/test_*.py`."""
    files = sorted((repository / "tests").rglob("test_*.py"))
    return [test for file in files for test in _of_file(file, repository)]


def _of_file(file, repository):
    text = file.read_text()
    path = file.relative_to(repository)
    part = path.parts[1] if path.parts[1] in PYTEST_PARTS else _odoo_part(text)
    for node in ast.parse(text, filename=str(path)).body:
        if isinstance(node, ast.ClassDef):
            bases = tuple(ast.unparse(base).split(".")[-1] for base in node.bases)
            for method in _tests(node.body):
                yield Test(part, str(path), node.name, method, bases)
    if part in PYTEST_PARTS:
        for function in _tests(ast.parse(text).body):
            yield Test(part, str(path), "", function)


def _odoo_part(text):
    if f'"{APPS_TAG}"' in text:
        return "apps"
    if "start_tour(" in text:
        return "tours"
    return "js" if "browser_js(" in text else "odoo"


def _tests(body):
    functions = (node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [node.name for node in functions if node.name.startswith("test_")]


def not_started(tests, started):
    """Return the declared tests of which neither the case nor a heir of it started the method.

    `started` holds `(case, method)`.
    """
    heirs = {}
    for test in tests:
        for base in test.bases:
            heirs.setdefault(base, set()).add(test.case)
    return [test for test in tests if not _runs(test, started, heirs)]


def _runs(test, started, heirs):
    waiting, seen = [test.case], set()
    while waiting:
        case = waiting.pop()
        if (case, test.method) in started:
            return True
        waiting.extend(heirs.get(case, set()) - seen)
        seen.add(case)
    return False
