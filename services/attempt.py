"""Attempts: a step run for its rows together; the row that fails does not stop the others."""

from ..engine.outcome import Stop
from . import capture
from .batch import Batch, no_commit
from .faults import is_concurrency
from .outcomes import Failure
from .queue.batches import take_back


def run(action, rows, run_env, cause, now, entries):
    """Yields (row, outcome or Failure). Good rows run together, again without the culprit.

    :param entries: what the batch has yet to write into the ledger
    """
    waiting = list(rows)
    while waiting:
        batch = Batch(run_env, waiting[0].res_model, waiting, now, entries)
        try:
            yield from _run_in_savepoint(action, batch, cause)
            return
        except Exception as error:
            if is_concurrency(error) or run_env.cr.closed:
                raise
            position = 0 if len(waiting) == 1 else batch.position
            if position is None:
                half = len(waiting) // 2
                yield from run(action, waiting[:half], run_env, cause, now, entries)
                waiting = waiting[half:]
                continue
            if position:
                yield from run(action, waiting[:position], run_env, cause, now, entries)
            yield waiting[position], Failure(error)
            waiting = waiting[position + 1 :]


def _run_in_savepoint(action, batch, cause):
    cr = action.env.cr
    with no_commit(action.env), cr.savepoint():
        capture.as_author(cr, batch.env.uid, cause)
        outcomes = action._resume(batch) if batch.rows[0].waiting else action._run(batch)
        cr.flush()
        capture.end_author(cr)
        left = take_back(action.env, {row.id: row.written for row in batch.rows})
    ended = {row_id: Stop("exited", reason) for row_id, reason in left.items()}
    return [(row, ended.get(row.id) or outcomes[row.id]) for row in batch.rows]
