"""Walk: one claimed batch, from step to step, until everyone waits, ends or time is up."""

import time
from collections import Counter

from ..engine import causes
from ..engine.outcome import Stop
from . import attempt, loops
from .batch import Batch
from .chains import chain_text
from .faults import TooLong, describe, is_concurrency, missing_app
from .limit import Limit
from .outcomes import Outcomes
from .queue.batches import keep_frames, settle
from .row import Row

#: Steps one enrollment may take in one transaction; a longer way continues in the next.
MAX_ROUNDS = 50


class Walk:
    """Moves claimed rows on and writes where they stand. Does not commit.

    Rows that stand on the same step, arrived or woken, with the same causes, are run
    together as the run-as user. What one record raises is that record's alone.
    """

    def __init__(self, env, rows, seconds):
        self.env = env(su=True)
        self.now = env.cr.now()
        self.deadline = time.monotonic() + seconds
        self.rows = [Row(**row) for row in rows]
        self.outcomes = Outcomes(self.env, self.now)
        self.loops = loops.Loops(self.outcomes)
        self.limit = Limit(self.env)

    def go(self):
        """Run until nobody can go on, and write the result."""
        with self.limit:
            for _round in range(MAX_ROUNDS):
                groups = self._groups()
                if not groups or time.monotonic() > self.deadline and _round:
                    break
                for group in groups.values():
                    # The step of another may have moved some of them meanwhile.
                    self._run_group([row for row in group if not row.rests])
        self._settle()

    def park(self, message):
        """Park all rows with one message."""
        for row in self.rows:
            self.outcomes.park(row, self.outcomes.step_of(row), message)
        self._settle()

    def _park_all(self, rows, step, message):
        for row in rows:
            self.outcomes.park(loops.plain(row), step, message)

    def _apply(self, row, step, outcome):
        self.outcomes.apply(loops.plain(row), step, outcome)

    def _settle(self):
        rows = [row for row in self.rows if not row.elsewhere]
        for row in rows:
            if row.state == "active" and row.due_at is None and not (row.waiting or row.held):
                row.due_at = self.now
        settle(self.env, [row.place() for row in rows], self.outcomes.entries)
        keep_frames(self.env, loops.changed(rows))

    def _groups(self):
        """Rows to be run together. Those that a loop leads to the same record take turns."""
        groups, turns = {}, Counter()
        for row in self.rows:
            if not row.rests:
                self.loops.place(row)
            if not row.rests:
                alike = (row.version_id, row.action_id, row.waiting, row.cause, row.target[0])
                place = (*alike, row.target[1])
                groups.setdefault((*alike, turns[place]), []).append(row)
                turns[place] += 1
        return groups

    def _run_group(self, rows):
        if not rows:
            return
        first = rows[0]
        step = self.outcomes.step_of(first)
        workflow = self.env["crm.workflow"].browse(first.workflow_id)
        if step is None:
            self._park_all(rows, step, self.env._("The step does not exist any more."))
            return
        action = self.env["crm.workflow.action"].browse(step.id)
        try:
            run_env = workflow._run_env()
            # What breaks it is of this workflow alone, and is not to break the others'.
            with self.env.cr.savepoint():
                present = self._sort_out_absent([loops.aimed(row) for row in rows], step, run_env)
                if not first.waiting:
                    present = self._sort_out_kept(present, step, action, run_env)
        except Exception as error:  # the workflow cannot act at all; its records wait unharmed
            self._pause(workflow, rows, error)
            return
        own_link = causes.link(workflow.id, step.key)
        chain = causes.chain_from_text(first.cause)
        if causes.is_loop(chain, own_link) and not first.waiting:
            self._park_all(present, step, chain_text(self.env, chain, own_link))
            return
        self._attempt(step, action, present, run_env, causes.text_from_chain((*chain, own_link)))

    def _attempt(self, step, action, rows, run_env, cause):
        """Run the step; one that comes to no end, whoever is in hands, pauses its workflow."""
        own = {row.id for row in rows}
        try:
            for row, outcome in attempt.run(action, rows, run_env, cause, self):
                here = step if row.id in own else self.outcomes.step_of(row)
                self._apply(row, here, outcome)
                own.discard(row.id)
        except attempt.Endless:
            error = TooLong(
                self.env._(
                    "The step “%(step)s” does not come to an end: it was stopped after %(seconds)s "
                    "seconds with each of several records. Mend it, then resume.",
                    step=action._kept_name(),
                    seconds=f"{self.limit.seconds:g}",
                )
            )
            left = [loops.plain(row) for row in rows if row.id in own]
            self._pause(action.workflow_id, left, error)

    def _sort_out_absent(self, rows, step, run_env):
        """Rows whose record can be acted on; others leave or are parked. One query, as a rule."""
        model_name = rows[0].res_model
        if model_name not in self.env:
            raise missing_app(self.env, model_name)
        ids = [row.res_id for row in rows]
        model = run_env[model_name].with_context(active_test=False)
        visible = set(model.search([("id", "in", ids)], order="id").ids)
        hidden = [row for row in rows if row.res_id not in visible]
        existing = hidden and self.env[model_name].browse([row.res_id for row in hidden]).exists()
        for row in hidden:
            if row.res_id in existing.ids:
                message = self.env._(
                    "%s, the run-as user, may not see this record.", run_env.user.name
                )
                self.outcomes.park(loops.plain(row), step, message)
            elif row.frames:
                self.loops.skip(row.row)
            else:
                self._apply(row, step, Stop("exited", "record_deleted"))
        return [row for row in rows if row.res_id in visible]

    def _sort_out_kept(self, rows, step, action, run_env):
        """Rows whose step may begin; the version's rules hold others, or take them out."""
        if not rows:
            return rows
        batch = Batch(run_env, rows[0].res_model, rows, self.now)
        kept = action.version_id._before_step(action, batch)
        for row in rows:
            if row.id in kept:
                self._apply(row, step, kept[row.id])
        return [row for row in rows if row.id not in kept]

    def _pause(self, workflow, rows, error):
        """The workflow itself is broken: pause it with the reason; nobody is harmed.

        One that was turned off only lets records finish, who cannot: they are parked.
        """
        if is_concurrency(error) or self.env.cr.closed:
            raise error
        left = [row for row in rows if not row.rests]
        if workflow.state == "off":
            for row in left:
                self.outcomes.park(row, self.outcomes.step_of(row), describe(error))
            return
        workflow._pause_because(describe(error))
        for row in left:
            # Still due: they go on where they stand as soon as it is resumed.
            row.rests, row.due_at = True, self.now
