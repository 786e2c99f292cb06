"""What the engine, and a step, may raise on purpose.

What people read is a text of :mod:`.texts`, which is English until a service says it.
"""

from .texts import _lt


class DocumentError(ValueError):
    """A workflow document that cannot be read; ``line`` is where to look (1-based, or None)."""

    def __init__(self, reason, line=None):
        self.reason = reason
        self.line = line
        located = _lt("Line %(line)s: %(reason)s", line=str(line), reason=reason)
        super().__init__(located if line else reason)


class DomainError(ValueError):
    """A condition that is not a literal Odoo domain; the text says what and why."""


class RetryLater(Exception):
    """Raised by a step to say: nothing is wrong, try the same records again.

    ``seconds`` asks for a delay of its own; without it the delay grows with the attempts.
    """

    def __init__(self, message, seconds=None):
        super().__init__(message)
        self.seconds = seconds


class PayloadError(ValueError):
    """What was sent cannot be read; the message tells the sender, a program, why."""


class CoercionError(ValueError):
    """A value does not fit its field; the message tells people why."""


class CallError(ValueError):
    """A web service that is not called; ``code`` says why, ``detail`` what it is about."""

    def __init__(self, code, detail=""):
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail or ""


class FormulaError(ValueError):
    """A formula that cannot be read, or not be worked out; the message tells people why."""
