"""Operators of formulas: on numbers, texts, dates and moments; what is empty stays empty."""

import operator
from datetime import date, datetime, timedelta

from .errors import FormulaError
from .texts import _lt

MAX_TEXT = 100_000
MAX_NUMBER = 10**30
DAY = timedelta(days=1)

_NUMERIC = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
_ORDERED = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def operated(sign, left, right):
    """What an operator makes of two values.

    :raise FormulaError: for values that do not go together

    >>> operated("+", date(2026, 3, 1), 14), operated("-", date(2026, 3, 15), date(2026, 3, 1))
    (datetime.date(2026, 3, 15), 14)
    >>> operated("*", None, 2) is None
    True
    """
    if left is None or right is None:
        return None
    if is_number(left) and is_number(right):
        return _number(sign, left, right)
    if isinstance(left, date) and sign in ("+", "-"):
        return _moved(sign, left, right)
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        return limited(left + right)
    if sign == "+" and isinstance(left, list) and isinstance(right, list):
        return left + right
    raise _unfit(sign, left, right)


def compared(sign, left, right):
    """Whether a comparison holds. An empty value is equal to empty ones, and to nothing else."""
    if sign in ("==", "!="):
        return (_same(left) == _same(right)) is (sign == "==")
    if sign in ("in", "not in"):
        return _contains(right, left) is (sign == "in")
    if left is None or right is None:
        return False
    left, right = _alike(left, right)
    try:
        return _ORDERED[sign](left, right)
    except TypeError:
        raise FormulaError(
            _lt(
                "%(left)s %(sign)s %(right)s: these cannot be compared",
                left=_kind(left),
                sign=sign,
                right=_kind(right),
            )
        ) from None


def is_number(value):
    """True for numbers; yes and no are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def limited(text):
    """A text of a length that can be kept.

    :raise FormulaError: when it is longer
    """
    check_length(len(text))
    return text


def check_length(length):
    """To be asked before a long text is made.

    :raise FormulaError: when it would be too long
    """
    if length > MAX_TEXT:
        raise FormulaError(_lt("the text is longer than %s characters", MAX_TEXT))


def _number(sign, left, right):
    if sign in ("/", "//", "%") and not right:
        raise FormulaError(_lt("%s: nothing can be divided by zero", f"{left} {sign} 0"))
    result = _NUMERIC[sign](left, right)
    if abs(result) > MAX_NUMBER:
        raise FormulaError(_lt("the number is too large"))
    return result


def _moved(sign, day, other):
    if is_number(other):
        return day + (DAY * other if sign == "+" else -DAY * other)
    if isinstance(other, date) and sign == "-":
        day, other = _alike(day, other)
        days = (day - other) / DAY
        return int(days) if days == int(days) else days
    raise _unfit(sign, day, other)


def _alike(left, right):
    """A date beside a moment is that day's beginning."""
    if isinstance(left, datetime) and type(right) is date:
        return left, datetime(right.year, right.month, right.day)
    if type(left) is date and isinstance(right, datetime):
        return datetime(left.year, left.month, left.day), right
    return left, right


def _same(value):
    return None if value is None or value == "" else value


def _contains(held, value):
    if isinstance(held, str):
        return isinstance(value, str) and value in held
    try:
        return held is not None and value in held
    except TypeError:
        raise FormulaError(_lt("%s holds nothing that could be looked for", _kind(held))) from None


def _unfit(sign, left, right):
    return FormulaError(
        _lt(
            "%(left)s %(sign)s %(right)s: these do not go together",
            left=_kind(left),
            sign=sign,
            right=_kind(right),
        )
    )


#: In this order: yes is a number for Python, and a moment a date.
_NAMES = (
    (bool, _lt("yes or no")),
    (int | float, _lt("a number")),
    (str, _lt("a text")),
    (datetime, _lt("a moment")),
    (date, _lt("a date")),
    (list, _lt("a list")),
    (object, _lt("a record")),
)


def _kind(value):
    return next(name for kind, name in _NAMES if isinstance(value, kind))
