"""When a call that was not answered as it should is tried again, and when no more."""

import re
from datetime import timedelta, timezone
from email.utils import parsedate_to_datetime

#: Growing delays; the last one is repeated.
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 480))
#: So long after the first attempt there is none any more.
PATIENCE = timedelta(days=3)
#: How long a host that does not answer is left alone, after one time, two and so on.
RESTS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15))
#: The longest that a service may ask for.
LONGEST_WISH = timedelta(days=1)
#: Not the fault of the call: a service that takes its time, or still works on the same call.
PASSING = {408, 409, 425, 429}
#: Answers in which a service says when to come again.
ASKING = {429, 503}


def is_delivered(status):
    """True for an answer by which the service has taken the call.

    >>> is_delivered(204), is_delivered(302), is_delivered(404)
    (True, False, False)
    """
    return 200 <= status < 300


def may_pass(status):
    """True for a refusal that may be over when the same is sent later.

    >>> may_pass(503), may_pass(429), may_pass(404), may_pass(304)
    (True, True, False, False)
    """
    return status >= 500 or status in PASSING


def next_try(now, first_try, attempts, wish=None):
    """When to try again after so many attempts, or None to give up.

    :param first_try: when it was tried for the first time
    :param wish: the delay that the service asked for, as a timedelta

    >>> from datetime import datetime
    >>> start = datetime(2026, 1, 1)
    >>> next_try(start, start, 1)
    datetime.datetime(2026, 1, 1, 0, 1)
    >>> next_try(start, start, 99)
    datetime.datetime(2026, 1, 1, 8, 0)
    >>> next_try(start, start, 1, timedelta(hours=2))
    datetime.datetime(2026, 1, 1, 2, 0)
    >>> next_try(datetime(2026, 1, 4), start, 12) is None
    True
    """
    delay = DELAYS[min(attempts, len(DELAYS)) - 1]
    if wish is not None:
        delay = min(max(wish, timedelta(seconds=1)), LONGEST_WISH)
    moment = now + delay
    return moment if moment <= first_try + PATIENCE else None


def next_try_after(now, attempts):
    """As :func:`next_try`, for what counts its attempts and does not note when they began.

    >>> from datetime import datetime
    >>> now = datetime(2026, 1, 4)
    >>> next_try_after(now, 2)
    datetime.datetime(2026, 1, 4, 0, 5)
    >>> next_try_after(now, 13), next_try_after(now, 14)
    (datetime.datetime(2026, 1, 4, 8, 0), None)
    """
    until_now = (DELAYS[min(past, len(DELAYS)) - 1] for past in range(1, attempts))
    return next_try(now, now - sum(until_now, timedelta()), attempts)


def wish_of(status, header, now):
    """The delay that an answer asks for by ``Retry-After``: seconds or a date; None without.

    :param now: naive UTC

    >>> from datetime import datetime
    >>> wish_of(429, "120", datetime(2026, 1, 1))
    datetime.timedelta(seconds=120)
    >>> wish_of(503, "Thu, 01 Jan 2026 00:10:00 GMT", datetime(2026, 1, 1))
    datetime.timedelta(seconds=600)
    >>> wish_of(500, "120", datetime(2026, 1, 1)), wish_of(429, "soon", datetime(2026, 1, 1))
    (None, None)
    """
    if status not in ASKING or not header:
        return None
    header = header.strip()
    if re.fullmatch(r"[0-9]{1,9}", header, re.ASCII):
        return timedelta(seconds=int(header))
    try:
        moment = parsedate_to_datetime(header)
    except (TypeError, ValueError, IndexError):
        return None
    if moment.tzinfo is not None:
        moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return moment - now
