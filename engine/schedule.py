"""Moments: when a wait is over.

Minutes and hours are amounts of elapsed time. Days, weeks and months are calendar
units: they keep the local time of day across a change of the clocks, and a month
that is too short ends on its last day.
"""

from datetime import datetime, time, timedelta, timezone
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

ELAPSED_UNITS = ("minutes", "hours")
CALENDAR_UNITS = ("days", "weeks", "months")
UNITS = ELAPSED_UNITS + CALENDAR_UNITS
DAY = timedelta(days=1)


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


def after_working_days(start, amount, working_days, tz="UTC"):
    """The same time of day, so many days later of which only the working ones count.

    :param start: naive UTC
    :param amount: 1 or more
    :param working_days: the days that count, in order
    :return: naive UTC; None when the days do not suffice

    >>> from datetime import date, datetime
    >>> days = [date(2026, 3, 27), date(2026, 3, 30), date(2026, 3, 31)]
    >>> after_working_days(datetime(2026, 3, 27, 8, 0), 1, days, "Europe/Oslo")
    datetime.datetime(2026, 3, 30, 7, 0)
    """
    wall = wall_of(start, tz)
    later = (day for day in working_days if day > wall.date())
    day = next(islice(later, amount - 1, None), None)
    return day and moment_of(datetime.combine(day, wall.time()), tz)


def moment_near(value, amount=0, unit="days", at=None, tz="UTC"):
    """The moment that lies so far after a date, or before it.

    :param value: a date, which begins at midnight, or a moment in naive UTC
    :param amount: of ``unit``; below 0 for before
    :param at: the time of day to which the moment is moved on its day; None leaves it
    :return: naive UTC

    >>> from datetime import date, time
    >>> moment_near(date(2026, 3, 30), -2, "days", time(9), "Europe/Oslo")
    datetime.datetime(2026, 3, 28, 8, 0)
    """
    if isinstance(value, datetime):
        moment = after_delay(value, amount, unit, tz) if amount else value
    else:
        moment = _after_midnight(datetime.combine(value, time.min), amount, unit, tz)
    return moment if at is None else moment_of(datetime.combine(wall_of(moment, tz), at), tz)


def next_weekday(now, weekdays=(), at=None, tz="UTC"):
    """The next moment on one of the days of the week, at a time of day.

    Without a time, a day that has begun is met at once, and others as they begin. A time that has
    passed on its day is met on the next one.

    :param now: naive UTC
    :param weekdays: Monday is 0; empty for every day
    :param at: a time of day on the clock; None for any
    :return: naive UTC, ``now`` or later

    >>> from datetime import datetime, time
    >>> next_weekday(datetime(2026, 3, 27, 12), {0, 3}, time(9), "Europe/Oslo")
    datetime.datetime(2026, 3, 30, 7, 0)
    """
    today = wall_of(now, tz).date()
    # A day may be one that the clocks skip as a whole: then the week after it is looked at too.
    for day in (today + ahead * DAY for ahead in range(-1, 15)):
        moment = moment_of(datetime.combine(day, at or time.min), tz)
        if at is None and day == today:
            moment = now
        shown = wall_of(moment, tz).weekday()
        if moment >= now and (not weekdays or day.weekday() in weekdays and shown in weekdays):
            return moment
    raise ValueError(f"no day of the week is one of {weekdays}")


def _after_midnight(midnight, amount, unit, tz):
    """Counted on the calendar, a midnight stays one, even where the clocks skip it on some day."""
    if unit in CALENDAR_UNITS:
        return moment_of(midnight + relativedelta(**{unit: amount}), tz)
    return after_delay(moment_of(midnight, tz), amount, unit, tz)


def wall_of(moment, tz):
    """What a clock on the wall shows at a moment of naive UTC."""
    return moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(tz)).replace(tzinfo=None, fold=0)


def moment_of(wall, tz):
    """The moment, in naive UTC, at which a clock on the wall shows ``wall``.

    A time that the clocks skip counts from before the change, one they repeat is its first.
    """
    return wall.replace(tzinfo=ZoneInfo(tz), fold=0).astimezone(timezone.utc).replace(tzinfo=None)
