"""Recurrences: when a schedule comes round.

Days, weeks, months and years are counted on the calendar of a time zone, and have a time of day
there. A time that the clocks skip counts from before the change, one they repeat happens once.
A day that a month lacks is its last day, so the 31st is the 30th in April, and 29 February is the
28th in a common year. Minutes and hours are elapsed time from the first moment on.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from dateutil.relativedelta import relativedelta
from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, rruleset

from .schedule import ELAPSED_UNITS, moment_of, wall_of

#: A Monday, the first of a month and of a year: where counting begins when nothing else is said.
EPOCH = date(2024, 1, 1)
#: What :attr:`Recurrence.frequency` may be, and the unit that ``every`` counts.
UNIT_OF = {
    "minutes": "minutes",
    "hours": "hours",
    "days": "days",
    "weeks": "weeks",
    "month_days": "months",
    "month_week": "months",
    "years": "years",
}
#: How many days a look back covers at most.
MOST_DAYS = 366
_DAY = timedelta(days=1)
#: The shortest month.
_SHORTEST = 28


@dataclass(frozen=True, slots=True)
class Recurrence:
    """When something happens again and again. One that ends on the day of its start happens once.

    ``weekdays`` count from 0 for Monday; of a month, ``week`` picks one of the days that fall on
    them: 1 for the first, -1 for the last. ``days`` are days of the month.
    """

    frequency: str
    at: time = time(9)
    tz: str = "UTC"
    every: int = 1
    start: date = EPOCH
    end: date | None = None
    weekdays: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    week: int = 1
    month: int = 1


def next_after(recurrence, moment):
    """The first moment strictly after ``moment``, both naive UTC; None when there is none.

    >>> mondays = Recurrence("weeks", time(9), "Europe/Oslo", weekdays=(0,))
    >>> next_after(mondays, datetime(2026, 3, 23, 8))
    datetime.datetime(2026, 3, 30, 7, 0)
    """
    return next(_moments(recurrence, moment), None)


def upcoming(recurrence, moment, count):
    """The next few moments, at most ``count``.

    >>> monthly = Recurrence("month_days", time(12), days=(31,))
    >>> [moment.day for moment in upcoming(monthly, datetime(2026, 1, 1), 4)]
    [31, 28, 31, 30]
    """
    return list(islice(_moments(recurrence, moment), count))


def day_reached(moment, at, tz):
    """The last day on which the clock has shown ``at`` by a moment of naive UTC.

    >>> day_reached(datetime(2026, 11, 30, 7, 59), time(9), "Europe/Oslo")
    datetime.date(2026, 11, 29)
    """
    day = wall_of(moment, tz).date()
    while moment_of(datetime.combine(day, at), tz) > moment:
        day -= _DAY
    return day


def anniversaries(after, until):
    """{month: days} of the dates that have their anniversary after one day, until another.

    29 February has it on the 28th in a common year.

    >>> anniversaries(date(2026, 2, 27), date(2026, 3, 1))
    {2: [28, 29], 3: [1]}
    """
    found = {}
    for back in range(min((until - after).days, MOST_DAYS) - 1, -1, -1):
        day = until - back * _DAY
        found.setdefault(day.month, set()).add(day.day)
        if (day + _DAY).month == 3 and day.month == 2:
            found[2].add(29)
    return {month: sorted(days) for month, days in sorted(found.items())}


def days_of_month(text):
    """The days that a person has written down.

    :raise ValueError: when it is no list of days of a month

    >>> days_of_month("15, 1, 31")
    (1, 15, 31)
    """
    days = tuple(sorted({int(part) for part in text.replace(",", " ").split()}))
    if not days or days[0] < 1 or days[-1] > 31:
        raise ValueError(f"no days of a month: {text[:40]}")
    return days


def _moments(recurrence, after):
    """All moments strictly after one, in order."""
    if recurrence.frequency in ELAPSED_UNITS:
        return _moments_elapsed(recurrence, after)
    return _moments_of_days(recurrence, after)


def _moments_elapsed(recurrence, after):
    step = timedelta(**{recurrence.frequency: recurrence.every})
    moment = moment_of(datetime.combine(recurrence.start, recurrence.at), recurrence.tz)
    if after >= moment:
        moment += ((after - moment) // step + 1) * step
    while recurrence.end is None or wall_of(moment, recurrence.tz).date() <= recurrence.end:
        yield moment
        moment += step


def _moments_of_days(recurrence, after):
    # The clocks may move a time of yesterday into today.
    since = max(wall_of(after, recurrence.tz).date() - _DAY, recurrence.start)
    for day in _days(recurrence, since):
        moment = moment_of(datetime.combine(day, recurrence.at), recurrence.tz)
        if moment > after:
            yield moment
            after = moment


def _days(recurrence, since):
    """The days on the calendar, in order, from one on."""
    unit = UNIT_OF[recurrence.frequency]
    begin = datetime.combine(_period(unit, recurrence.start, recurrence.every, since), time())
    days = rruleset()
    for rule in _RULES[recurrence.frequency](recurrence):
        days.rrule(rrule(dtstart=begin, interval=recurrence.every, **rule))
    for day in days:
        if recurrence.end and day.date() > recurrence.end:
            return
        if day.date() >= since:
            yield day.date()


_RULES = {
    "days": lambda recurrence: [{"freq": DAILY}],
    "weeks": lambda recurrence: [{"freq": WEEKLY, "byweekday": recurrence.weekdays}],
    "month_days": lambda recurrence: [
        {"freq": MONTHLY, **_day_or_last(day)} for day in recurrence.days
    ],
    "month_week": lambda recurrence: [
        {"freq": MONTHLY, "byweekday": recurrence.weekdays, "bysetpos": recurrence.week}
    ],
    "years": lambda recurrence: [
        {"freq": YEARLY, "bymonth": recurrence.month, **_day_or_last(day)}
        for day in recurrence.days
    ],
}


def _day_or_last(day):
    """A day of the month, or the last of those before it that the month has."""
    return {"bymonthday": tuple(range(min(day, _SHORTEST), day + 1)), "bysetpos": -1}


def _period(unit, start, every, since):
    """The first day of the period that counts and in which ``since`` lies, or the last before.

    To begin there saves counting all those that have gone since the start.
    """
    first = _first_day(unit, start)
    gone = _periods_between(unit, first, since)
    return first + relativedelta(**{unit: gone - gone % every})


def _first_day(unit, day):
    """The first day of the week, month or year in which a day lies."""
    begins = {
        "days": {},
        "weeks": {"days": -day.weekday()},
        "months": {"day": 1},
        "years": {"day": 1, "month": 1},
    }
    return day + relativedelta(**begins[unit])


def _periods_between(unit, first, since):
    """How many periods, of which ``first`` begins one, have ended by a later day."""
    months = (since.year - first.year) * 12 + since.month - first.month
    days = (since - first).days
    return {"days": days, "weeks": days // 7, "months": months, "years": months // 12}[unit]
