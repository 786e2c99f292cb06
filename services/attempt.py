"""Attempts: a step run for its rows together; the row that fails does not stop the others."""

from psycopg2.errors import InFailedSqlTransaction

from ..engine.outcome import Stop
from . import capture
from .batch import Batch, no_commit, passed_over, refuse_lost
from .faults import TooLong, is_concurrency, links
from .limit import Blow
from .outcomes import Failure
from .queue.batches import take_back


class Endless(Exception):
    """A step hangs on one record after the other: it would on all of them."""


def run(action, rows, run_env, cause, now, entries, limit):
    """Yields (row, outcome or Failure). Good rows run together, again without the culprit.

    :param entries: what the batch has yet to write into the ledger
    :param limit: the :class:`~.limit.Limit` of the walk
    :raise Endless: when the step comes to no end; rows that are left have done nothing
    """
    again = (run_env, cause, now, entries, limit)
    waiting = list(rows)
    while waiting:
        batch = Batch(run_env, waiting[0].res_model, waiting, now, entries)
        try:
            done = _run_in_savepoint(action, batch, cause, limit)
        except (Exception, Blow) as raised:
            error = _cause(raised, run_env, limit)
            if is_concurrency(error) or run_env.cr.closed:
                raise error from None
            position = 0 if len(waiting) == 1 else batch.position
            if position is None:
                for part in _parts(waiting, error):
                    yield from run(action, part, *again)
                return
            yield from run(action, waiting[:position], *again)
            yield from _judge(action, waiting[position], error, position, again)
            waiting = waiting[position + 1 :]
        else:
            limit.counted(False)
            yield from done
            return


def _cause(raised, env, limit):
    """What to tell of the failure, where the error that arrives here is not the one to mend."""
    error = limit.verdict(raised)
    lost = any(isinstance(link, InFailedSqlTransaction) for link in links(error))
    return passed_over(env) if lost and not isinstance(error, TooLong) else error


def _parts(rows, error):
    """What to run next when nobody knows who is to blame.

    Halves, as a rule. Where the step did not come to an end, each half would cost as long again.
    """
    half = len(rows) // 2
    return [[row] for row in rows] if isinstance(error, TooLong) else [rows[:half], rows[half:]]


def _judge(action, row, error, position, again):
    """The row on which a step failed; behind others it is asked again, alone.

    What the database refuses of a row may show only when the next is in hands.
    """
    too_long = isinstance(error, TooLong)
    if position and not too_long:
        yield from run(action, [row], *again)
        return
    yield row, Failure(error)
    *_env, limit = again
    if limit.counted(too_long):
        raise Endless


def _run_in_savepoint(action, batch, cause, limit):
    cr = action.env.cr
    with no_commit(action.env), cr.savepoint():
        capture.as_author(cr, batch.env.uid, cause)
        with limit.on(batch):
            outcomes = action._resume(batch) if batch.rows[0].waiting else action._run(batch)
            refuse_lost(batch.env)
            cr.flush()
        capture.end_author(cr)
        left = take_back(action.env, {row.id: row.written for row in batch.rows})
    ended = {row_id: Stop("exited", reason) for row_id, reason in left.items()}
    return [(row, ended.get(row.id) or outcomes[row.id]) for row in batch.rows]
