"""Admission: when records start, where no more than so many may start within an hour.

Whoever enters starts in turn, behind those who are queued already. In any hour, however it is
cut out, no more than the limit start.
"""

from datetime import timedelta

HOUR = timedelta(hours=1)


def admission(now, place, per_hour, earlier=()):
    """When the record at ``place`` (from 0) among those who enter now may start.

    :param per_hour: how many may start within an hour, at least 1
    :param earlier: when those before them started or will start, latest first; more than
        ``per_hour`` of them make no difference

    >>> from datetime import datetime
    >>> noon = datetime(2026, 1, 1, 12)
    >>> [admission(noon, place, 2).hour for place in range(5)]
    [12, 12, 13, 13, 14]
    >>> admission(noon, 0, 2, earlier=(datetime(2026, 1, 1, 12, 30), noon)).hour
    13
    """
    rounds, position = divmod(place, per_hour)
    start = max((now, *earlier[:1]))
    before = earlier[per_hour - 1 - position : per_hour - position]
    return max((start, *(moment + HOUR for moment in before))) + rounds * HOUR
