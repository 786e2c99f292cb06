"""Outcomes: what becomes of a row by what its step answered, and what the ledger says of it."""

import logging
from dataclasses import dataclass

from odoo.exceptions import UserError

from ..engine import retry
from ..engine.errors import RetryLater
from ..engine.frames import Frame
from ..engine.outcome import Advance, Hold, Jump, Loop, Park, Pass, Stop, Wait
from ..engine.payload import storable
from ..engine.typed_json import packed
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
        self._by_type = {
            Advance: self._advance,
            Pass: self._pass,
            Jump: self._jump,
            Loop: self._loop,
            Wait: self._wait,
            Hold: self._hold,
            Stop: self._stop,
            Park: lambda row, step, park: self._give_up(row, step, park.message),
            Failure: lambda row, step, failure: self._fail(row, step, failure.error),
        }

    def apply(self, row, step, outcome):
        """Move a row as its outcome, or the failure of its step, says."""
        self._by_type.get(type(outcome), self._refuse)(row, step, outcome)

    def _refuse(self, row, step, outcome):
        self._fail(row, step, TypeError(f"{step.kind} answered {outcome!r}, which is no outcome"))

    def _pass(self, row, step, _outcome):
        self.stand_at(row, self.program(row).after(step.key))

    def _wait(self, row, _step, outcome):
        row.waiting, row.due_at = True, outcome.until
        row.rests = outcome.until is None or outcome.until > self.now

    def _hold(self, row, _step, outcome):
        row.held = outcome.until is None
        row.due_at = None if row.held else max(outcome.until, self.now)
        row.rests = True
        if row.visit == 1:
            # It has begun: a start that lies ahead is told apart from a step that is held.
            row.reached_at = self.now

    def _stop(self, row, step, outcome):
        told = "done" if outcome.state == "completed" else "exited"
        self._log(row, step, told, outcome.reason)
        self._finish(row, outcome.state, outcome.reason)

    def _advance(self, row, step, outcome):
        self._log(row, step, "done", outcome.message, outcome.path_key)
        if outcome.outputs is not None:
            row.outputs[step.key] = packed(outcome.outputs)
        program = self.program(row)
        self.stand_at(
            row, program.into(outcome.path_key) if outcome.path_key else program.after(step.key)
        )

    def _jump(self, row, step, outcome):
        target = self.program(row).step(outcome.step_key)
        if target is None:
            self.park(row, step, self.env._("The step to go to does not exist any more."))
        else:
            self._log(row, step, "jumped", outcome.message)
            self.stand_at(row, target)

    def _loop(self, row, step, outcome):
        program = self.program(row)
        lane = program.returning(step.key)
        row.frames += (Frame.of(step.key, outcome.model, outcome.ids),)
        self._log(row, step, "done", self._count_text(len(outcome.ids)), lane.key)
        self.stand_at(row, program.into(lane.key))

    def _count_text(self, count):
        return self.env._("Goes through %s records.", count)

    def stand_at(self, row, following):
        """The row has come to a step, or is through where there is none."""
        row.waiting, row.attempts, row.reached_at = False, 0, self.now
        if following is None:
            self._finish(row, "completed", None)
        else:
            row.action_id = following.id

    def _finish(self, row, state, reason):
        if state == "completed":
            self._log(row, None, "completed", reason)
        row.state, row.finished_at = state, self.now
        row.reason = storable(reason) if reason else None
        row.waiting, row.due_at, row.rests = False, None, True

    def park(self, row, step, message):
        """Let a row stand where it is until a person looks at it."""
        self._log(row, step, "parked", message)
        row.state, row.reason, row.rests = "parked", storable(message), True
        row.due_at = None

    def _fail(self, row, step, error):
        """Try again later what may pass, or what the step's policy says; give up the rest."""
        message = describe(error)
        row.attempts += 1
        retries = step.policy.retries
        later = (retries is not None or is_transient(error)) and retry.next_attempt(
            self.now,
            row.attempts,
            error.seconds if isinstance(error, RetryLater) else None,
            retries,
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
            self._give_up(row, step, message)

    def _give_up(self, row, step, message):
        """What the step's policy says about a record on which it fails for good."""
        getattr(self, f"_then_{step.policy.then}")(row, step, message)

    def _then_stop(self, row, step, message):
        self.park(row, step, message)

    def _then_continue(self, row, step, message):
        self._log(row, step, "continued", message)
        self.stand_at(row, self.program(row).after(step.key))

    def _then_path(self, row, step, message):
        path = step.error_path
        if path is None:
            self.park(row, step, message)
        else:
            self._log(row, step, "continued", message, path.key)
            self.stand_at(row, self.program(row).into(path.key))

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
                storable(message) if message else None,
                row.reached_at,
                self.now,
            )
        )

    def program(self, row):
        """The compiled version that a row walks."""
        return self.env["crm.workflow"]._published_program(row.version_id)

    def step_of(self, row):
        """The step of the program that a row stands on; None when there is none."""
        return self.program(row).step_at(row.action_id)
