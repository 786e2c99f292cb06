"""Outcomes: what becomes of a row by what its step answered, and what the ledger says of it."""

import logging
from dataclasses import dataclass

from odoo.exceptions import UserError

from ..engine import retry
from ..engine.errors import RetryLater
from ..engine.outcome import Advance, Hold, Park, Stop, Wait
from .faults import describe, is_transient
from .queue.batches import Entry

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """What a step raised for one enrollment."""

    error: Exception


class Outcomes:
    """Moves rows by outcomes, and keeps the rows of the ledger until the batch is settled."""

    def __init__(self, env, now):
        self.env = env
        self.now = now
        self.entries = []

    def apply_all(self, rows, step, outcome):
        """The same outcome for all rows."""
        for row in rows:
            self.apply(row, step, outcome)

    def apply(self, row, step, outcome):
        """Move a row as its outcome, or the failure of its step, says."""
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
                self.park(row, step, outcome.message)
            case Failure():
                self._fail(row, step, outcome.error)
            case _:
                self._fail(
                    row, step, TypeError(f"{step.kind} answered {outcome!r}, which is no outcome")
                )

    def _advance(self, row, step, outcome):
        self._log(row, step, "done", outcome.message, outcome.path_key)
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

    def park(self, row, step, message):
        """Set a row aside for a person to look at."""
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
            self.park(row, step, message)

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

    def _program(self, row):
        return self.env["crm.workflow"]._published_program(row.version_id)

    def step_of(self, row):
        """The step of the program that a row stands on; None when there is none."""
        program = self._program(row)
        return next(
            (program.step(key) for key in program.keys if program.step(key).id == row.action_id),
            None,
        )
