"""Moments: when a wait is over.

Minutes and hours are amounts of elapsed time. Days, weeks and months are calendar
units: they keep the local time of day across a change of the clocks, and a month
that is too short ends on its last day.
"""

from datetime import timezone
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

ELAPSED_UNITS = ("minutes", "hours")
CALENDAR_UNITS = ("days", "weeks", "months")
UNITS = ELAPSED_UNITS + CALENDAR_UNITS


def after_delay(start, amount, unit, tz="UTC"):
    """``amount`` of ``unit`` after ``start``.

    :param start: naive UTC, as Odoo stores moments
    :param unit: one of :data:`UNITS`
    :param tz: IANA name of the time zone in which calendar units are counted
    :return: naive UTC

    >>> from datetime import datetime
    >>> after_delay(datetime(2026, 3, 28, 8, 0), 1, "days", "Europe/Oslo")
    datetime.datetime(2026, 3, 29, 7, 0)
    """
    if unit in ELAPSED_UNITS:
        return start + relativedelta(**{unit: amount})
    return moment_of(wall_of(start, tz) + relativedelta(**{unit: amount}), tz)


def wall_of(moment, tz):
    """What a clock on the wall shows at a moment of naive UTC."""
    return moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(tz)).replace(tzinfo=None, fold=0)


def moment_of(wall, tz):
    """The moment, in naive UTC, at which a clock on the wall shows ``wall``.

    A time that the clocks skip counts from before the change, one they repeat is its first.
    """
    return wall.replace(tzinfo=ZoneInfo(tz), fold=0).astimezone(timezone.utc).replace(tzinfo=None)
