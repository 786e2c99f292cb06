"""When to try a failed step again."""

from datetime import timedelta

#: Growing delays; after the last one the enrollment is parked.
DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
#: The longest delay that a step may ask for.
LONGEST = timedelta(days=366)


def next_attempt(now, attempts, seconds=None):
    """When to try again after ``attempts`` failures, or None to give up.

    :param seconds: a delay the step asked for, at most :data:`LONGEST`; it does not lift the
        limit of attempts

    >>> from datetime import datetime
    >>> next_attempt(datetime(2026, 1, 1), 1)
    datetime.datetime(2026, 1, 1, 0, 1)
    >>> next_attempt(datetime(2026, 1, 1), 6) is None
    True
    """
    if attempts > len(DELAYS):
        return None
    if seconds is None:
        return now + DELAYS[attempts - 1]
    return now + timedelta(seconds=min(max(0, seconds), LONGEST.total_seconds()))
