"""Walk: one claimed batch, from step to step, until everyone waits, ends or time is up."""

import logging
import time
from dataclasses import dataclass

from odoo.exceptions import UserError

from ..engine import causes, retry
from ..engine.errors import RetryLater
from ..engine.outcome import Advance, Hold, Park, Stop, Wait
from ..engine.typed_json import packed
from . import capture
from .batch import Batch, no_commit
from .faults import describe, is_concurrency, is_transient, missing_app
from .queue.batches import Entry, keep_outputs, settle, take_back
from .row import Row

_logger = logging.getLogger(__name__)

#: Steps one enrollment may take in one transaction; a longer way continues in the next.
MAX_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Failure:
    """What a step raised for one enrollment."""

    error: Exception


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
        self.entries = []

    def go(self):
        """Run until nobody can go on, and write the result."""
        for _round in range(MAX_ROUNDS):
            groups = self._groups()
            if not groups or time.monotonic() > self.deadline and _round:
                break
            for group in groups.values():
                self._run_group(group)
        self._settle()

    def park(self, message):
        """Set all rows aside with one message."""
        for row in self.rows:
            self._park(row, self._step_of(row), message)
        self._settle()

    def _settle(self):
        for row in self.rows:
            if row.state == "active" and row.due_at is None and not row.waiting:
                row.due_at = self.now
        settle(self.env, [row.place() for row in self.rows], self.entries)
        keep_outputs(self.env, {row.id: row.outputs for row in self.rows if row.outputs})

    def _groups(self):
        groups = {}
        for row in self.rows:
            if not row.rests:
                groups.setdefault(
                    (row.version_id, row.action_id, row.waiting, row.cause), []
                ).append(row)
        return groups

    def _run_group(self, rows):
        first = rows[0]
        step = self._step_of(first)
        workflow = self.env["crm.workflow"].browse(first.workflow_id)
        if step is None:
            self._apply_all(rows, step, Park(self.env._("The step does not exist any more.")))
            return
        action = self.env["crm.workflow.action"].browse(step.id)
        try:
            run_env = workflow._run_env()
            present = self._sort_out_absent(rows, step, run_env)
            if not first.waiting:
                present = self._sort_out_kept(present, step, action, run_env)
        except Exception as error:  # the workflow cannot act at all; its records wait unharmed
            self._hold(workflow, rows, error)
            return
        own_link = causes.link(workflow.id, step.key)
        chain = causes.chain_from_text(first.cause)
        if causes.is_loop(chain, own_link) and not first.waiting:
            self._apply_all(present, step, Park(self._loop_message(chain)))
            return
        cause = causes.text_from_chain((*chain, own_link))
        for row, outcome in self._attempt(action, present, run_env, cause):
            self._apply(row, step, outcome)

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
            if row.res_id not in existing.ids:
                self._apply(row, step, Stop("exited", "record_deleted"))
            else:
                message = self.env._(
                    "%s, the run-as user, may not see this record.", run_env.user.name
                )
                self._apply(row, step, Park(message))
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

    def _attempt(self, action, rows, run_env, cause):
        """Yields (row, outcome or Failure). Good rows run together, again without the culprit."""
        waiting = list(rows)
        while waiting:
            batch = Batch(run_env, waiting[0].res_model, waiting, self.now)
            try:
                yield from self._run_in_savepoint(action, batch, cause)
                return
            except Exception as error:
                if is_concurrency(error) or self.env.cr.closed:
                    raise
                position = 0 if len(waiting) == 1 else batch.position
                if position is None:
                    half = len(waiting) // 2
                    yield from self._attempt(action, waiting[:half], run_env, cause)
                    waiting = waiting[half:]
                    continue
                if position:
                    yield from self._attempt(action, waiting[:position], run_env, cause)
                yield waiting[position], Failure(error)
                waiting = waiting[position + 1 :]

    def _run_in_savepoint(self, action, batch, cause):
        cr = self.env.cr
        with no_commit(self.env), cr.savepoint():
            capture.as_author(cr, batch.env.uid, cause)
            outcomes = action._resume(batch) if batch.rows[0].waiting else action._run(batch)
            cr.flush()
            capture.end_author(cr)
            left = take_back(self.env, {row.id: row.written for row in batch.rows})
        ended = {row_id: Stop("exited", reason) for row_id, reason in left.items()}
        return [(row, ended.get(row.id) or outcomes[row.id]) for row in batch.rows]

    def _apply_all(self, rows, step, outcome):
        for row in rows:
            self._apply(row, step, outcome)

    def _apply(self, row, step, outcome):
        match outcome:
            case Advance():
                self._advance(row, step, outcome)
            case Wait():
                row.waiting, row.due_at, row.rests = True, outcome.until, True
                if outcome.until is not None and outcome.until <= self.now:
                    row.rests = False
            case Hold():
                row.due_at, row.rests = max(outcome.until, self.now), True
                if row.visit == 1:
                    # It has begun: a start that lies ahead is told apart from a step that is held.
                    row.reached_at = self.now
            case Stop():
                self._log(
                    row, step, "done" if outcome.state == "completed" else "exited", outcome.reason
                )
                self._finish(row, outcome.state, outcome.reason)
            case Park():
                self._park(row, step, outcome.message)
            case Failure():
                self._fail(row, step, outcome.error)
            case _:
                self._fail(
                    row, step, TypeError(f"{step.kind} answered {outcome!r}, which is no outcome")
                )

    def _advance(self, row, step, outcome):
        self._log(row, step, "done", outcome.message, outcome.path_key)
        if outcome.outputs is not None:
            row.outputs[step.key] = packed(outcome.outputs)
        program = self._program(row)
        following = program.into(outcome.path_key) if outcome.path_key else program.after(step.key)
        row.waiting, row.attempts, row.reached_at = False, 0, self.now
        if following is None:
            self._finish(row, "completed", None)
        else:
            row.action_id = following.id

    def _finish(self, row, state, reason):
        if state == "completed":
            self._log(row, None, "completed", reason)
        row.state, row.reason, row.finished_at = state, reason or None, self.now
        row.waiting, row.due_at, row.rests = False, None, True

    def _park(self, row, step, message):
        self._log(row, step, "parked", message)
        row.state, row.reason, row.rests = "parked", message, True
        row.due_at = None

    def _fail(self, row, step, error):
        """Try again later what may pass; park the rest with its cause."""
        message = describe(error)
        row.attempts += 1
        later = is_transient(error) and retry.next_attempt(
            self.now, row.attempts, error.seconds if isinstance(error, RetryLater) else None
        )
        told = isinstance(error, UserError)
        _logger.info(
            "Enrollment %s failed on step %s: %s",
            row.id,
            step.key,
            message,
            exc_info=None if told else error,
        )
        if later:
            self._log(row, step, "failed", message)
            row.due_at, row.rests = later, True
        else:
            self._park(row, step, message)

    def _hold(self, workflow, rows, error):
        """The workflow itself is broken: pause it with the reason; nobody is harmed."""
        if is_concurrency(error) or self.env.cr.closed:
            raise error
        workflow._pause_because(describe(error))
        for row in rows:
            row.rests = True

    def _log(self, row, step, outcome, message=None, path_key=None):
        row.visit += 1
        self.entries.append(
            Entry(
                row.workflow_id,
                row.id,
                row.version_id,
                step and step.id,
                step and step.key,
                path_key,
                row.visit,
                outcome,
                message or None,
                row.reached_at,
                self.now,
            )
        )

    def _loop_message(self, chain):
        keys = [text.partition(":") for text in chain]
        steps = self.env["crm.workflow.action"].search(
            [("key", "in", [key for _id, _colon, key in keys])]
        )
        names = {step.key: f"{step.workflow_id.name}: {step.display_name}" for step in steps}
        way = " → ".join(names.get(key, key) for _id, _colon, key in keys)
        return self.env._("Stopped a loop: this step is caused by its own effect. %s", way)

    def _program(self, row):
        return self.env["crm.workflow"]._published_program(row.version_id)

    def _step_of(self, row):
        program = self._program(row)
        return next(
            (program.step(key) for key in program.keys if program.step(key).id == row.action_id),
            None,
        )
