"""Which tests a person asks for: `bin/test NAME…`."""

from dataclasses import dataclass
from pathlib import Path

from ..errors import SetupError

PARTS = ("lint", "bin", "engine", "odoo", "tours", "js", "apps", "processes")


@dataclass(frozen=True)
class Selection:
    """The parts that run whole, and the single tests of the others."""

    parts: frozenset
    tests: tuple
    whole: bool

    def of(self, part):
        return [test for test in self.tests if test.part == part]


def select(names, declared):
    """Return what the names stand for; no name stands for everything."""
    if not names:
        return Selection(frozenset(PARTS), tuple(declared), whole=True)
    parts, tests = set(), {}
    for name in names:
        if name in PARTS:
            parts.add(name)
        found = [test for test in declared if matches(name, test)]
        if not found and name not in PARTS:
            raise SetupError(
                f"No test is called {name}.",
                f"Name a part ({', '.join(PARTS)}), or a file, class or method of tests/.",
            )
        tests.update(dict.fromkeys(found))
    return Selection(frozenset(parts), tuple(tests), whole=False)


def matches(name, test):
    """Tell whether a name means this test; names are joined by a dot or by `::`."""
    folder, _, rest = name.replace("::", ".").replace(".py", "").rpartition("/")
    first, *others = rest.split(".")
    file = test.file.removesuffix(".py")
    if f"{folder}/{first}".strip("/") in (file, file.removeprefix("tests/"), Path(file).name):
        return _case_and_method(others, test, no_word=True)
    return name == test.part or _case_and_method([first, *others], test)


def _case_and_method(words, test, no_word=False):
    return words in ([test.case], [test.method], [test.case, test.method]) or no_word and not words
