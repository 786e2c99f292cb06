"""Entry rate: whether as many records enter a workflow as usually do."""

#: Days that a day is compared with.
USUAL_DAYS = 14
#: Of a workflow that is younger, nobody knows what is usual.
FEWEST_DAYS = 7
#: So few entries are no news, one way or the other.
MINIMUM = 20
FACTOR = 3


def unusual(last_day, before, days=USUAL_DAYS):
    """“many” or “few” when the last day is not as the days before; None when it is.

    :param last_day: entries of the last 24 hours
    :param before: entries of the ``days`` before these

    >>> unusual(100, 14 * 10), unusual(2, 14 * 30), unusual(12, 14 * 10)
    ('many', 'few', None)
    """
    if days < FEWEST_DAYS:
        return None
    mean = before / days
    if last_day >= MINIMUM and last_day > FACTOR * mean:
        return "many"
    if mean >= MINIMUM and FACTOR * last_day < mean:
        return "few"
    return None
