"""Waking the crons when a transaction commits.

``ir.cron._trigger`` does the same, at a price that a save should not pay: it creates a row
through the ORM, and tells the scheduler over a connection that it opens after the commit,
while the user waits. Here the row is one INSERT, and the telling is left to a short thread
that speaks once for all who commit within some milliseconds, and then rests for a while: the
connection costs more than all the rest. A word that is lost costs a minute, never an event:
the scheduler looks by itself as well.
"""

import logging
import os
import threading
import time

import psycopg2

from .queue.events import add_trigger

_logger = logging.getLogger(__name__)
_WOKEN = "crm_workflow.woken"
#: Who commits while a word waits that long is told of by it, too.
DELAY_SECONDS = 0.05
#: The least time between two words: a scheduler that was just woken is at work, and finds what
#: is committed meanwhile. Each word costs a connection, which a row of saves would pay for.
REST_SECONDS = 0.5
#: (database, cron) that a word is waiting for. No lock: the worst that a race does is a second
#: word.
_pending = set()
#: {(database, cron): when the scheduler was last told of it}, by the monotonic clock
_told = {}
# A process that forks leaves the waiting thread behind.
os.register_at_fork(after_in_child=_pending.clear)


def wake(env, cron_xmlid):
    """Let a cron run as soon as this transaction commits; once per transaction."""
    if cron_id := cron_to_wake(env, cron_xmlid):
        add_trigger(env, cron_id)


def cron_to_wake(env, cron_xmlid):
    """The id of a cron whose trigger the caller is to insert; None when it is woken already.

    The scheduler is told after the commit.
    """
    woken = env.cr.cache.setdefault(_WOKEN, set())
    if cron_xmlid in woken:
        return None
    woken.add(cron_xmlid)
    cron_id = env["ir.model.data"]._xmlid_to_res_id(cron_xmlid)
    if cron_id:
        env.cr.postcommit.add(lambda: _tell_scheduler(env["ir.cron"], cron_id))
    return cron_id


def _tell_scheduler(crons, cron_id):
    """Start telling the scheduler of this database, unless that is about to happen anyway."""
    what = crons.env.cr.dbname, cron_id
    if what not in _pending:
        _pending.add(what)
        threading.Timer(_delay(what), _notify, (crons, what)).start()


def _delay(what):
    """Seconds until the next word; a moment, unless the last one has just been spoken."""
    rested = time.monotonic() - _told.get(what, float("-inf"))
    return max(DELAY_SECONDS, REST_SECONDS - rested)


def _notify(crons, what):
    # From here on, whoever commits needs a word of his own.
    _pending.discard(what)
    _told[what] = time.monotonic()
    try:
        crons._notifydb()
    except psycopg2.Error:
        _logger.info(
            "The scheduler of %s could not be told; it looks by itself", what[0], exc_info=True
        )
