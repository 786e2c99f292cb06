"""When to try a failed step again."""

from dataclasses import dataclass
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
#: The most tries that a step may be given; each after the last of the delays waits as long as it.
MOST_RETRIES = 20


@dataclass(frozen=True, slots=True)
class Policy:
    """What is done about a step's failures: try again, then ``stop``, ``continue`` or ``path``.

    ``retries`` is how often any failure is tried again; None tries again only what may pass.
    """

    retries: int | None = None
    then: str = "stop"


def next_attempt(now, attempts, seconds=None, retries=None):
    """When to try again after ``attempts`` failures, or None to give up.

    :param seconds: a delay the step asked for, at most :data:`LONGEST`; it does not lift the
        limit of attempts
    :param retries: how often to try again; None for as often as there are delays

    >>> from datetime import datetime
    >>> next_attempt(datetime(2026, 1, 1), 1)
    datetime.datetime(2026, 1, 1, 0, 1)
    >>> next_attempt(datetime(2026, 1, 1), 6) is None
    True
    >>> next_attempt(datetime(2026, 1, 1), 6, retries=6)
    datetime.datetime(2026, 1, 1, 12, 0)
    """
    if attempts > (len(DELAYS) if retries is None else retries):
        return None
    if seconds is None:
        return now + DELAYS[min(attempts, len(DELAYS)) - 1]
    return now + timedelta(seconds=min(max(0, seconds), LONGEST.total_seconds()))
