"""Relative dates as people say them: "in the next 7 days", "more than 30 days ago".

A period is one or two conditions on a date, in whole days: today belongs to the next days
and to the last ones, and what is more than 7 days away is neither.
"""

import re

_BOUND = re.compile(r"today ([-+])(\d+)([dwm])( \+1d)?")
#: Periods that Odoo's own condition editor writes.
_CALENDAR = {
    ("today", "today +1d"): "today",
    ("today -7d", "today"): "last 7 days",
    ("today -30d", "today"): "last 30 days",
    ("today =1d", "today +1d"): "month to date",
    ("today =1d -1m", "today =1d"): "last month",
    ("today =1m =1d", "today +1d"): "year to date",
    ("today =1d -12m", "today =1d"): "last 12 months",
}


def open_period(operator, value):
    """("ago" or "ahead", amount, unit) of a date that is more than so far away, else None.

    >>> open_period("<", "today -30d")
    ('ago', 30, 'd')
    >>> open_period(">=", "today +2w +1d")
    ('ahead', 2, 'w')
    """
    sign, amount, unit, day = _parts(value)
    if (operator, sign, day) == ("<", "-", False):
        return ("ago", amount, unit)
    if (operator, sign, day) == (">=", "+", True):
        return ("ahead", amount, unit)
    return None


def closed_period(start, end):
    """("next" or "last", amount, unit) of a date from ``start`` to before ``end``, else None.

    A period of the calendar, which Odoo's editor offers, has a name alone.

    >>> closed_period("today", "today +7d +1d"), closed_period("today -2w", "today +1d")
    (('next', 7, 'd'), ('last', 2, 'w'))
    >>> closed_period("today =1d", "today +1d")
    ('month to date', None, None)
    """
    if (start, end) in _CALENDAR:
        return (_CALENDAR[start, end], None, None)
    if start == "today":
        sign, amount, unit, day = _parts(end)
        return ("next", amount, unit) if (sign, day) == ("+", True) else None
    sign, amount, unit, day = _parts(start)
    return ("last", amount, unit) if (sign, day, end) == ("-", False, "today +1d") else None


def _parts(value):
    """(sign, amount, unit, a day more) of a bound."""
    found = _BOUND.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return (None, None, None, None)
    sign, amount, unit, day = found.groups()
    return (sign, int(amount), unit, bool(day))
