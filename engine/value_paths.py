"""Value paths: which path of a branch a value takes.

A path lists the values that take it; ``None`` in the list stands for no value.
"""


def places_of(paths):
    """{value: place of the first path that lists it}.

    :param paths: the values of each path, in the order of the paths

    >>> places_of([["new"], ["won", "new", None]])
    {'new': 0, 'won': 1, None: 1}
    """
    places = {}
    for place, values in enumerate(paths):
        for value in values:
            places.setdefault(value, place)
    return places


def place_of(value, places):
    """The place of the path that a value takes; None when no path lists it.

    Of several values, as tags are, any one suffices, and the first path that lists one is taken.

    >>> places = {"new": 0, "won": 1, None: 2}
    >>> place_of("won", places), place_of(None, places), place_of("lost", places)
    (1, 2, None)
    >>> place_of(["lost", "won", "new"], places), place_of([], places)
    (0, 2)
    """
    values = (value or [None]) if isinstance(value, list) else [value]
    return min((places[one] for one in values if one in places), default=None)


def repeated(paths):
    """The values that several paths list, in the order in which they are met again.

    >>> repeated([["new", "won"], ["won"], ["won", None]])
    ['won']
    """
    met, again = set(), {}
    for values in paths:
        again |= dict.fromkeys(value for value in values if value in met)
        met.update(values)
    return list(again)
