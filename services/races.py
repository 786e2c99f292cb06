"""Races: a transaction that lost one is rolled back and run again; nothing is wrong with it."""

import random
import time

from .faults import is_concurrency

MAX_RACES = 5


class LostRaces(Exception):
    """The races do not end: leave the work to the next tick. The transaction is rolled back."""


def run(env, work):
    """Return what ``work()`` returns, all of whose statements have reached the database.

    ``work`` starts a transaction, and does not commit. Whatever it raises leaves a transaction
    that is rolled back, unless the connection is gone.

    :raise LostRaces: when it lost each of :data:`MAX_RACES` races
    """
    for race in range(MAX_RACES):
        try:
            result = work()
            env.cr.flush()
            return result
        except Exception as error:
            if env.cr.closed:
                raise
            env.cr.rollback()
            if not is_concurrency(error):
                raise
            # Nobody gains by guessing it.
            time.sleep(random.uniform(0, 0.05 * 2**race))  # nosec B311
    raise LostRaces
