"""Rotation: who gets the next record, so that everybody gets a fair share.

Everybody has taken some *turns*; turns divided by weight is how far somebody is. The next record
is for whoever is least far, so after as many records as all weights together, everybody has had
as many as their weight, and nobody is ever more than one round ahead of another. Whoever was
away does not catch up: see :func:`levelled`.

The numbers are exact, and they are all there is to remember between two batches.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from heapq import heapify, heappop, heappush


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may get records. ``room`` is how many more; None is any number."""

    id: int
    weight: int = 1
    turns: int = 0
    load: int = 0
    room: int | None = None

    @property
    def level(self):
        """How far this person is."""
        return Fraction(self.turns, self.weight)


def in_turn(person):
    """The order of those who get records in turn, by weight where weights differ."""
    return (person.level,)


def least_busy(person):
    """The order of those who get records when they have least to do; in turn among equals."""
    return (person.load, person.level)


def share_out(people, count, order=in_turn):
    """Who gets each of so many records: a list of ids, None where nobody has room.

    :param people: in the order in which they come when nothing else tells them apart
    :param order: :func:`in_turn` or :func:`least_busy`

    >>> share_out([Person(1, weight=2), Person(2, room=1)], 4)
    [1, 2, 1, 1]
    >>> share_out([Person(1, room=1)], 2)
    [1, None]
    """
    waiting = [
        (order(person), place, person) for place, person in enumerate(people) if person.room != 0
    ]
    heapify(waiting)
    return [_next(waiting, order) for _number in range(count)]


def _next(waiting, order):
    if not waiting:
        return None
    _rank, place, person = heappop(waiting)
    after = _with_one_more(person)
    if after.room != 0:
        heappush(waiting, (order(after), place, after))
    return person.id


def _with_one_more(person):
    room = person.room and person.room - 1
    return replace(person, turns=person.turns + 1, load=person.load + 1, room=room)


def levelled(people):
    """The people, of whom nobody is more than one round behind.

    So who is new, was away or had no room yesterday begins with the others, and does not get
    everything until it has had as much as they. Among people who are all there, nothing changes.

    >>> [person.turns for person in levelled([Person(1, turns=9), Person(2)])]
    [9, 8]
    """
    floor = max((person.level for person in people), default=Fraction(0)) - 1
    return [
        replace(person, turns=max(person.turns, -int(-floor * person.weight // 1)))
        for person in people
    ]


def rebased(turns, weight, new_weight):
    """The turns that keep somebody as far as before under a new weight.

    >>> rebased(300, 1, 3), rebased(7, 3, 1)
    (900, 3)
    """
    return -(-turns * new_weight // weight)
