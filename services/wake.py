"""Waking the crons when a transaction commits.

``ir.cron._trigger`` does the same, at a price that a save should not pay: it creates a row
through the ORM, and tells the scheduler over a connection that it opens after the commit,
while the user waits. Here the row is one INSERT, and the telling is left to a short thread
that speaks once for all who commit within some milliseconds: the connection costs more than
all the rest. A word that is lost costs a minute, never an event: the scheduler looks by
itself as well.
"""

import logging
import os
import threading

import psycopg2

from .queue.events import add_triggers

_logger = logging.getLogger(__name__)
_WOKEN = "crm_workflow.woken"
#: Who commits while a word waits that long is told of by it, too.
DELAY_SECONDS = 0.05
#: Databases that a word is waiting for. No lock: the worst that a race does is a second word.
_pending = set()
# A process that forks leaves the waiting thread behind.
os.register_at_fork(after_in_child=_pending.clear)


def wake(env, *cron_xmlids):
    """Let crons run as soon as this transaction commits; once per transaction."""
    cron_ids = [cron_to_wake(env, cron_xmlid) for cron_xmlid in cron_xmlids]
    if any(cron_ids):
        add_triggers(env, [cron_id for cron_id in cron_ids if cron_id])


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
        env.cr.postcommit.add(lambda: _tell_scheduler(env["ir.cron"]))
    return cron_id


def _tell_scheduler(crons):
    """Start telling the scheduler of this database, unless that is about to happen anyway."""
    database = crons.env.cr.dbname
    if database not in _pending:
        _pending.add(database)
        threading.Timer(DELAY_SECONDS, _notify, (crons, database)).start()


def _notify(crons, database):
    # From here on, whoever commits needs a word of his own.
    _pending.discard(database)
    try:
        crons._notifydb()
    except psycopg2.Error:
        _logger.info(
            "The scheduler of %s could not be told; it looks by itself", database, exc_info=True
        )
