"""Days that end: where, and which, between two moments."""

import functools
from datetime import timezone
from zoneinfo import ZoneInfo


def days_over(since, until, zones):
    """The days that ended between two moments: {(first, day after the last): names of zones}.

    :param since, until: naive UTC
    :param zones: names of zones; those in which no day has ended are left out

    >>> from datetime import datetime
    >>> evening, night = datetime(2026, 3, 1, 22, 30), datetime(2026, 3, 1, 23, 30)
    >>> days_over(evening, night, ["Europe/Oslo", "America/New_York"])
    {(datetime.date(2026, 3, 1), datetime.date(2026, 3, 2)): ['Europe/Oslo']}
    """
    found = {}
    for name in zones:
        first, after = (_day(moment, name) for moment in (since, until))
        if first < after:
            found.setdefault((first, after), []).append(name)
    return found


def _day(moment, name):
    return moment.replace(tzinfo=timezone.utc).astimezone(_zone(name)).date()


@functools.cache
def _zone(name):
    """There are six hundred, and reading them takes far longer than asking them."""
    return ZoneInfo(name)
