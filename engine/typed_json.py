"""Typed JSON: values that steps leave behind, so that a date comes back as a date.

What JSON knows is kept as it is; what it lacks is an object with the single key ``$date``,
``$datetime`` or ``$records`` (a model and ids). A name that begins with ``$`` itself gets another.
"""

import math
from datetime import date, datetime

from .payload import storable
from .texts import _lt

#: The longest text that is kept of one value.
MAX_TEXT = 65_000
#: Python writes and reads whole numbers of so many digits, and no longer ones.
TOO_LARGE = 10**4300


class Ids:
    """Records by model and ids, where there is no database to read them from."""

    __slots__ = ("ids", "model")

    def __init__(self, model, ids):
        self.model = model
        self.ids = tuple(ids)

    def __eq__(self, other):
        return isinstance(other, Ids) and (self.model, self.ids) == (other.model, other.ids)

    def __hash__(self):
        return hash((self.model, self.ids))

    def __repr__(self):
        return f"Ids({self.model!r}, {list(self.ids)})"


def packed(value, longest=MAX_TEXT):
    """A value as JSON can hold it.

    :param longest: how much is kept of a text; None for all of it
    :raise TypeError: for what is no value, such as a function, and for numbers that JSON lacks

    >>> packed({"due": date(2026, 3, 1), "left": 2, "deal": Ids("crm.lead", [7])})
    {'due': {'$date': '2026-03-01'}, 'left': 2, 'deal': {'$records': ['crm.lead', [7]]}}
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, str):
        return storable(value[:longest])
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat(" ", "seconds")}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, Ids):
        return {"$records": [value.model, list(value.ids)]}
    if isinstance(value, dict):
        return {
            _escaped(storable(str(name))): packed(item, longest) for name, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [packed(item, longest) for item in value]
    raise TypeError(_lt("%s is no value that can be kept", type(value).__name__))


def unpacked(value):
    """The value that :func:`packed` was given.

    >>> unpacked(packed([date(2026, 3, 1), datetime(2026, 3, 1, 8, 30)]))
    [datetime.date(2026, 3, 1), datetime.datetime(2026, 3, 1, 8, 30)]
    """
    if isinstance(value, list):
        return [unpacked(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        [[name, item]] = value.items()
        if name in _READERS:
            return _READERS[name](item)
    return {name[name.startswith("$$") :]: unpacked(item) for name, item in value.items()}


def _number(value):
    """A number that JSON knows, and no longer than Python writes one."""
    if isinstance(value, int):
        fits = abs(value) < TOO_LARGE
    else:
        fits = math.isfinite(value)
    if not fits:
        raise TypeError(_lt("a number without end, or without a value, cannot be kept"))
    return value


def _escaped(name):
    """Foreign JSON may hold such names, too; they mean nothing here."""
    return f"${name}" if name.startswith("$") else name


_READERS = {
    "$date": date.fromisoformat,
    "$datetime": datetime.fromisoformat,
    "$records": lambda item: Ids(*item),
}
