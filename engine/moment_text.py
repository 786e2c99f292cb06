"""Moments as others name them: a datetime of any zone, or ISO text, to naive UTC."""

from datetime import datetime, timezone

from dateutil.parser import isoparse


def moment_from(value):
    """The moment that ``value`` names, in whole seconds of naive UTC, as Odoo stores moments.

    :param value: a datetime or ISO 8601 text; without a zone it is UTC
    :raise ValueError: when it names no moment

    >>> moment_from("2026-03-29T08:00:00+02:00")
    datetime.datetime(2026, 3, 29, 6, 0)
    >>> moment_from("2026-03-29 08:00")
    datetime.datetime(2026, 3, 29, 8, 0)
    """
    if isinstance(value, str):
        value = isoparse(value.strip())
    if not isinstance(value, datetime):
        raise ValueError(f"{value!r} is no moment")
    if value.tzinfo is not None:
        value = _as_utc(value)
    return value.replace(tzinfo=None, microsecond=0)


def _as_utc(value):
    try:
        return value.astimezone(timezone.utc)
    except OverflowError as error:
        raise ValueError(f"{value!r} is out of reach") from error
