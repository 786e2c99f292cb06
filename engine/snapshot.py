"""Snapshots: whether something had happened already when somebody looked.

A transaction is told by a number, and a look by what PostgreSQL knows of the transactions then: a
text ``oldest:next:running,running:own``. All before the oldest that runs are over, none from the
next on has begun to write, and of those between, the running ones are not over; ``own`` is the
transaction that looked.
"""


def saw(snapshot, transaction):
    """True when what a transaction did could be seen, or was done by the one that looked.

    >>> [saw("10:20:12,15:20", transaction) for transaction in ("9", "12", "13", "20", "21")]
    [True, False, True, True, False]
    """
    oldest, following, running, own = snapshot.split(":")
    number = int(transaction)
    if number < int(oldest) or transaction == own:
        return True
    return number < int(following) and transaction not in running.split(",")


def is_news(at, transaction, moment, snapshot):
    """True when something happened that could not be seen at a moment.

    What began later could not; nor could what began before, and was committed after the look. The
    moments alone decide where the rest is not known. Restored from a dump, transactions count anew:
    their numbers, too, are asked only of what began before.

    :param at: the moment at which the transaction began in which it happened
    :param moment: the moment at which the one began that looked, with ``snapshot``

    >>> is_news(3, None, 2, None), is_news(1, "12", 2, "10:20:12:20")
    (True, True)
    >>> is_news(1, "13", 2, "14:14::14"), is_news(2, "25", 2, "10:20:12:20"), is_news(1, "9", 2, "")
    (False, False, False)
    """
    if at >= moment or not (transaction and snapshot):
        return at > moment
    return not saw(snapshot, transaction)
