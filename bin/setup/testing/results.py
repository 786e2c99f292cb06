"""What a part of the tests found, and how it is told."""

import re
from dataclasses import dataclass, field

LINES_PER_FAILURE = 60


@dataclass
class Results:
    """Tests by name: the passed, the failed with their text, the skipped with their reason.

    ``figures`` holds what a test counted, and wants to be read.
    """

    passed: set = field(default_factory=set)
    failed: dict = field(default_factory=dict)
    skipped: dict = field(default_factory=dict)
    figures: dict = field(default_factory=dict)

    def fail(self, name, text):
        """A test that failed anywhere has not passed, however often it ran."""
        self.failed.setdefault(name, text)
        self.passed.discard(name)

    def add(self, other):
        self.passed |= other.passed
        self.skipped |= other.skipped
        self.figures |= other.figures
        for name, text in other.failed.items():
            self.fail(name, text)
        return self

    def refuse_unnamed_skips(self):
        """A skip must say what is missing; `skip` or `todo` says nothing."""
        for name, reason in list(self.skipped.items()):
            if len(re.findall(r"\w+", reason)) < 2 or reason == "unconditional skip":
                del self.skipped[name]
                self.fail(name, f"skipped without a named reason ({reason!r})")

    def counts(self):
        closing = f"{len(self.passed)} passed, {len(self.failed)} failed"
        return closing + (f", {len(self.skipped)} skipped" if self.skipped else "")

    def told(self):
        for name, text in sorted(self.figures.items()):
            yield f"figures  {name}: {text}"

    def details(self):
        for name, reason in sorted(self.skipped.items()):
            yield f"skipped  {name}: {reason}"
        for name, text in sorted(self.failed.items()):
            yield f"FAILED   {name}"
            yield from (f"    {line}" for line in text.splitlines()[-LINES_PER_FAILURE:])
