"""Does a captured change fit what a trigger asks for?

Values are as JSON knows them: an id for a many2one, a list of ids for a
many2many, ISO text for dates, ``False`` for no value.
"""

import json

from .errors import CoercionError
from .texts import _lt


def accepted_values(text):
    """The values a trigger accepts, as a list; None accepts any.

    :param text: a JSON list as the form stores it, or empty
    :raise CoercionError: when it is not a JSON list of plain values

    >>> accepted_values('["won", "lost"]'), accepted_values("")
    (['won', 'lost'], None)
    """
    if not text:
        return None
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CoercionError(_lt("not a JSON list: %s", text[:80])) from error
    if not isinstance(values, list) or any(isinstance(value, list | dict) for value in values):
        raise CoercionError(_lt("not a JSON list of plain values: %s", text[:80]))
    return values or None


def accepts(accepted, value):
    """True when ``value`` is one of ``accepted``; of a list of ids, any one suffices.

    >>> accepts(None, 3), accepts([3], [1, 3]), accepts([False], []), accepts(["a"], False)
    (True, True, True, False)
    """
    if accepted is None:
        return True
    if isinstance(value, list):
        return bool(set(accepted) & set(value)) if value else False in accepted
    return value in accepted


def is_change(old, new):
    """True when the two captured values differ; two kinds of nothing do not."""
    return (old or False) != (new or False)


def is_pair(change):
    """True for an old and a new value.

    >>> is_pair([1, 2]), is_pair([1]), is_pair(None), is_pair("ab")
    (True, False, False, False)
    """
    return isinstance(change, list) and len(change) == 2


def gained(old, new):
    """The values that a change brought: what a list has now and had not, or the new value.

    >>> gained([1, 2], [2, 3]), gained("open", "won"), gained(3, 3)
    ([3], ['won'], [])
    """
    if isinstance(old, list) or isinstance(new, list):
        return sorted(set(new or ()) - set(old or ()))
    return [new] if is_change(old, new) else []
