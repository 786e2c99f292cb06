"""Split: which path somebody takes by lot.

Nothing is thrown: the lots are hashes of a seed, so the same seed takes the same path whenever it
is asked. Each path draws a lot of its own, and the lowest for its share wins (rendezvous hashing):
the order of the paths does not matter, and where shares change only those move who have to.
"""

from hashlib import blake2b
from math import log

WHOLE = 100
_BYTES = 8
_LOTS = 256**_BYTES


def drawn(shares, *seed):
    """The key of the path that a seed takes; None where no path has a share.

    :param shares: {path key: percentage}
    :param seed: texts and numbers that tell apart who draws

    >>> shares = {"a": 50, "b": 50}
    >>> drawn(shares, "step", 7) == drawn(shares, "step", 7)
    True
    >>> drawn({"a": 100, "b": 0}, "step", 7), drawn({}, "step", 7)
    ('a', None)
    """
    taking = [key for key, share in shares.items() if share > 0]
    return min(taking, key=lambda key: _waiting(key, seed) / shares[key], default=None)


def even_shares(count):
    """Whole percentages for so many paths, as alike as can be, that sum to 100.

    >>> even_shares(3), even_shares(0)
    ([34, 33, 33], [])
    """
    each, left = divmod(WHOLE, count) if count else (0, 0)
    return [each + (place < left) for place in range(count)]


def _waiting(key, seed):
    """A number that is exponentially distributed over the seeds, as waiting times are.

    The lowest of several, each divided by its share, is a path's as often as its share says.
    """
    text = "\n".join(map(str, (key, *seed)))
    lot = int.from_bytes(blake2b(text.encode(), digest_size=_BYTES).digest(), "big")
    return -log((lot + 1) / (_LOTS + 1))
