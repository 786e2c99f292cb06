"""Loops: rows that go through associated records, one after the other, in the lane of a loop.

The enrollment stays one: it stands on one step at a time, which is given the record that the loop
is at in place of the enrolled one. Where a row stands in its loops is kept as frames, see
``engine/frames.py``; the lane of a loop returns to the loop's step, which takes the next record.
"""

from ..engine.frames import standing


class Aimed:
    """A row as its step sees it: with the record that the loop is at."""

    __slots__ = ("res_id", "res_model", "row")

    def __init__(self, row):
        self.row = row
        self.res_model, self.res_id = row.target

    def __getattr__(self, name):
        return getattr(self.row, name)


def aimed(row):
    """The row for its step to act on: itself, where there is no loop."""
    return Aimed(row) if row.frames else row


def plain(row):
    """The row behind :func:`aimed`, which moves."""
    return row.row if isinstance(row, Aimed) else row


class Loops:
    """Puts rows where their loops want them, before a step is run.

    :param outcomes: the :class:`~.outcomes.Outcomes` of the walk
    """

    def __init__(self, outcomes):
        self.outcomes = outcomes

    def place(self, row):
        """Take the next record where a lane has come to its end; begin what has not begun.

        A row that was led into a loop by another way, such as a new version, begins the loop.
        """
        program = self.outcomes.program(row)
        if not (row.frames or program.has_loops):
            return
        step = self.outcomes.step_of(row)
        while step is not None and self._returns(row, program, step):
            self._take_next(row, program, step)
            step = None if row.rests else self.outcomes.step_of(row)
        if step is None:
            return
        row.frames, missing = standing(row.frames, program.loops(step.key))
        if missing:
            row.waiting, row.action_id = False, program.step(missing).id

    def skip(self, row):
        """The record that the loop is at is gone: go on with the next."""
        row.waiting = False
        row.action_id = self.outcomes.program(row).step(row.frames[-1].step).id

    def _returns(self, row, program, step):
        """True when the row comes back to a loop that it has begun."""
        depth = len(program.loops(step.key))
        return len(row.frames) > depth and row.frames[depth].step == step.key

    def _take_next(self, row, program, step):
        depth = len(program.loops(step.key))
        frame = row.frames[depth].following()
        row.frames = row.frames[:depth]
        if frame:
            row.frames += (frame,)
            self.outcomes.stand_at(row, program.into(program.returning(step.key).key))
        else:
            self.outcomes.stand_at(row, program.after(step.key))


def changed(rows):
    """The frames of the rows whose loops have moved, as they are kept: {enrollment id: JSON}."""
    return {
        row.id: [frame.json for frame in row.frames] or None
        for row in rows
        if row.frames != row.kept_frames
    }
