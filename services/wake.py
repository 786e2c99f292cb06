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

from .queue.events import add_triggers

_logger = logging.getLogger(__name__)
_WOKEN = "crm_workflow.woken"
#: Who commits while a word waits that long is told of by it, too.
DELAY_SECONDS = 0.05
#: The least time between two words: a scheduler that was just woken is at work, and finds what
#: is committed meanwhile. Each word costs a connection, which a row of saves would pay for.
REST_SECONDS = 0.5
#: (database, crons) that a word is waiting for. No lock: the worst that a race does is a second
#: word.
_pending = set()
#: {(database, crons): when the scheduler was last told of it}, by the monotonic clock
_told = {}
# A process that forks leaves the waiting thread behind.
os.register_at_fork(after_in_child=_pending.clear)


def wake(env, *cron_xmlids):
    """Let crons run as soon as this transaction commits; once per transaction."""
    if cron_ids := crons_to_wake(env, *cron_xmlids):
        add_triggers(env, cron_ids)


def crons_to_wake(env, *cron_xmlids):
    """The ids of crons whose triggers the caller is to insert; none that is woken already.

    The scheduler is told of all of them after the commit, by one word.
    """
    woken = env.cr.cache.setdefault(_WOKEN, set())
    new = [cron_xmlid for cron_xmlid in cron_xmlids if cron_xmlid not in woken]
    woken.update(new)
    cron_ids = [*filter(None, map(env["ir.model.data"]._xmlid_to_res_id, new))]
    if cron_ids:
        env.cr.postcommit.add(lambda: _tell_scheduler(env["ir.cron"], tuple(cron_ids)))
    return cron_ids


def _tell_scheduler(crons, cron_ids):
    """Start telling the scheduler of this database, unless that is about to happen anyway."""
    what = crons.env.cr.dbname, cron_ids
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
