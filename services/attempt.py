"""Attempts: a step run for its rows together; the row that fails does not stop the others.

A step may move other enrollments, some of which the walk may hold as well: what it does to one
that has done nothing yet in this transaction stands, and the walk leaves that one alone.
"""

from psycopg2.errors import InFailedSqlTransaction

from odoo.exceptions import UserError

from ..engine.outcome import Stop
from ..engine.typed_json import packed
from . import capture
from .batch import Batch, no_commit, passed_over, refuse_lost
from .faults import TooLong, is_concurrency, links
from .limit import Blow
from .outcomes import Failure
from .queue.batches import Taken, have_moved, take_back
from .texts import translated


class Endless(Exception):
    """A step hangs on one record after the other: it would on all of them."""


class Entangled(Exception):
    """A step has moved an enrollment that the same transaction moves: they go one by one."""


def run(action, rows, run_env, cause, walk):
    """Yields (row, outcome or Failure). Good rows run together, again without the culprit.

    Rows of the walk on other steps come, too, where the step lets them leave.

    :param walk: the :class:`~.walk.Walk` that the rows are of
    :raise Endless: when the step comes to no end; rows that are left have done nothing
    :raise Entangled: when the whole transaction is to be run in parts
    """
    again = (run_env, cause, walk)
    limit = walk.limit
    waiting = list(rows)
    while waiting := [row for row in waiting if not row.rests]:
        batch = Batch(run_env, waiting[0].res_model, waiting, walk.now, walk.outcomes.entries)
        try:
            done = _run_in_savepoint(action, batch, cause, walk)
        except (Exception, Blow) as raised:
            error = _cause(raised, run_env, limit)
            if is_concurrency(error) or isinstance(error, Entangled) or run_env.cr.closed:
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
    *_env, walk = again
    if walk.limit.counted(too_long):
        raise Endless


def _run_in_savepoint(action, batch, cause, walk):
    """[(row, outcome)] of the batch, and of others of the walk that leave by its step."""
    cr = action.env.cr
    with no_commit(action.env), cr.savepoint():
        capture.as_author(cr, batch.env.uid, cause)
        with walk.limit.on(batch):
            outcomes = action._resume(batch) if batch.rows[0].waiting else action._run(batch)
            refuse_lost(batch.env)
            cr.flush()
        capture.end_author(cr)
        _refuse_outputs(batch, outcomes)
        ended = _sort_out_moved(action.env, batch, walk)
    own = [(row, ended.pop(row.id, None) or outcomes[row.id]) for row in batch.rows]
    return own + [(row, ended[row.id]) for row in walk.rows if row.id in ended]


def _refuse_outputs(batch, outcomes):
    """Before its effect stays: what a step leaves for later ones has to be a value.

    :raise UserError: of the row in hands
    """
    for position, row in enumerate(batch.rows):
        outputs = getattr(outcomes[row.id], "outputs", None)
        if outputs:
            batch.position = position
            try:
                packed(outputs)
            except TypeError as error:
                raise UserError(translated(batch.env, error)) from error
            batch.position = None


def _sort_out_moved(env, batch, walk):
    """Who of the walk leaves by what the step did to enrollments: {enrollment id: outcome}.

    :raise Entangled: for one that has moved in this walk and was led elsewhere as well
    """
    if not have_moved(env):
        return {}
    own = {row.id for row in batch.rows}
    open_rows = {row.id: row for row in walk.rows if not row.elsewhere}
    told = take_back(
        env,
        [Taken(row.id, row.written, row.id in own or row.has_moved) for row in open_rows.values()],
    )
    ended = {}
    for row_id, (outcome, reason) in told.items():
        row = open_rows[row_id]
        if row_id not in own and not row.has_moved:
            row.elsewhere = row.rests = True
        elif outcome == "exited":
            if row.state in ("active", "parked"):
                ended[row_id] = Stop("exited", reason)
        elif row_id not in own:
            raise Entangled
    return ended
