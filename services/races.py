"""Races: a transaction that lost one is rolled back and run again; nothing is wrong with it.

Odoo logs each statement that fails as an error, before anybody can say what it means. One that
lost a race in here is told of all the same, as information.
"""

import contextvars
import logging
import random
import sys
import time

from .faults import is_concurrency, is_lock

MAX_RACES = 5
#: Races against somebody who holds a row: each takes as long as one is ready to wait for it.
MAX_WAITS = 2
_racing = contextvars.ContextVar("crm_workflow.racing", default=False)


class LostRaces(Exception):
    """The races do not end: leave the work to the next tick. The transaction is rolled back."""


def run(env, work, max_waits=MAX_WAITS):
    """Return what ``work()`` returns, all of whose statements have reached the database.

    ``work`` starts a transaction, and does not commit. Whatever it raises leaves a transaction
    that is rolled back, unless the connection is gone.

    :raise LostRaces: when it lost :data:`MAX_RACES` races, or ``max_waits`` of them by waiting
    """
    waits = 0
    for race in range(MAX_RACES):
        token = _racing.set(True)
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
            waits += is_lock(error)
        finally:
            _racing.reset(token)
        if waits == max_waits:
            break
        # Nobody gains by guessing it.
        time.sleep(random.uniform(0, 0.05 * 2**race))  # nosec B311
    raise LostRaces


def attempt(env, work):
    """Do the work in a savepoint; False where it lost a race, and nothing of it stays."""
    token = _racing.set(True)
    try:
        with env.cr.savepoint():
            work()
    except Exception as error:
        if env.cr.closed or not is_concurrency(error):
            raise
        return False
    finally:
        _racing.reset(token)
    return True


def _lost_races_are_no_errors(record):
    """Filter of what Odoo logs about a statement, while that is still being handled."""
    error = sys.exc_info()[1] if _racing.get() else None
    if error and is_concurrency(error):
        record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
    return True


logging.getLogger("odoo.sql_db").addFilter(_lost_races_are_no_errors)
