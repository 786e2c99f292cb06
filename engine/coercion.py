"""Coercion: from what a caller sends to what a field holds.

A form sends text only, and JSON has neither dates nor exact kinds of number; so a value is
taken for what it plainly means, and refused where that is not plain.
"""

import math
from datetime import date, datetime, timezone

from dateutil import parser

from .errors import CoercionError
from .texts import _lt

MAX_INTEGER = 2**31 - 1
MAX_TEXT = 100_000
_YES = {"true", "yes", "on", "1"}
_NO = {"false", "no", "off", "0", ""}


def coerced(value, kind, choices=()):
    """The value of a field of this kind, or False for none.

    :param kind: the type of an Odoo field
    :param choices: (value, label) pairs of a selection
    :raise CoercionError: when it is not plain what the value means

    >>> coerced("12.5", "float"), coerced("yes", "boolean"), coerced(" Ada ", "char")
    (12.5, True, 'Ada')
    >>> coerced("2026-03-01T12:00:00+02:00", "datetime")
    datetime.datetime(2026, 3, 1, 10, 0)
    >>> coerced("high", "selection", [("2", "High")])
    '2'
    """
    if value is None:
        return False
    if isinstance(value, dict | list):
        raise CoercionError(_lt("a list or an object is no single value"))
    if kind == "selection":
        return _choice(value, choices)
    return _BY_KIND[kind](value)


def is_coercible(kind):
    """True when fields of this kind can be filled from a payload, references aside."""
    return kind == "selection" or kind in _BY_KIND


def _text(value):
    """Text as people mean it: without the blanks around it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value).strip()
    if len(text) > MAX_TEXT:
        raise CoercionError(_lt("longer than %s characters", MAX_TEXT))
    return text or False


def _integer(value):
    number = _float(value)
    if number != int(number):
        raise CoercionError(_lt("“%s” is no whole number", _shown(value)))
    if abs(number) > MAX_INTEGER:
        raise CoercionError(_lt("“%s” is too large", _shown(value)))
    return int(number)


def _float(value):
    """A number; an empty text is none, which a number field knows as zero."""
    if isinstance(value, str) and not value.strip():
        return 0
    if isinstance(value, str) and "_" in value:
        raise CoercionError(no_number(value))
    try:
        number = float(value)
    except (ValueError, OverflowError) as error:
        raise CoercionError(no_number(value)) from error
    if not math.isfinite(number):
        raise CoercionError(no_number(value))
    return number


def no_number(value):
    """The text that says so."""
    return _lt("“%s” is no number", _shown(value))


def _boolean(value):
    word = str(value).strip().lower()
    if word not in _YES | _NO:
        raise CoercionError(_lt("“%s” is neither yes nor no", _shown(value)))
    return word in _YES


def _date(value):
    moment = _moment(value)
    return moment and date(moment.year, moment.month, moment.day)


def _datetime(value):
    """UTC without a zone; a moment without a zone is taken as UTC."""
    moment = _moment(value)
    if moment and moment.tzinfo:
        try:
            moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
        except OverflowError as error:
            raise _no_date(value) from error
    return moment


def _moment(value):
    """ISO 8601, the seconds since 1970 as a number, or what is one already."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, bool):
        raise _no_date(value)
    if isinstance(value, str) and not value.strip():
        return False
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, timezone.utc)
        return parser.isoparse(value.strip())
    except (ValueError, OverflowError, OSError, TypeError) as error:
        raise _no_date(value) from error


def _no_date(value):
    return CoercionError(
        _lt("“%s” is no date; send it as 2026-03-01 or 2026-03-01T12:00:00Z", _shown(value))
    )


def _choice(value, choices):
    """By value, else by label."""
    text = _text(value)
    if not text:
        return False
    for key, label in choices:
        if text == key or text.lower() == str(label).lower():
            return key
    raise CoercionError(_lt("“%s” is none of the choices", _shown(value)))


def _shown(value):
    return str(value)[:80]


_BY_KIND = {
    "char": _text,
    "text": _text,
    "html": _text,
    "integer": _integer,
    "float": _float,
    "monetary": _float,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
}
