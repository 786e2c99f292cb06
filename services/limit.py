"""Limit: a step that does not come to an end is cut off, and the record that it hangs on is known.

A thread looks at the clock, because the step's own is busy: what computes gets an exception in
its thread, and what waits for the database has its query cancelled. It works in any thread, as
Odoo's scheduled actions run in threads too. What neither reaches, such as a ``sleep`` or a regular
expression that never ends, is ended with its process by Odoo (``limit_time_real_cron``);
the ticket of its batch then finds the record.
"""

import ctypes
import threading
import time
from contextlib import contextmanager

from psycopg2.extensions import TRANSACTION_STATUS_ACTIVE

from .faults import TooLong

#: The system parameter that holds the seconds; 0 for no limit.
PARAMETER = "crm_workflow.step_seconds"
#: A step may take so long with one record.
DEFAULT_SECONDS = 20
#: And once more as long with each so many that it takes together.
TOGETHER = 250
#: Code that passes over the first blow gets another.
AGAIN_SECONDS = 1
#: A step that hangs on so many records one after the other hangs on all of them.
MAX_IN_A_ROW = 3


class Blow(BaseException):
    """Raised wherever the step's thread is; no ``except Exception`` of the step's stops it."""


class Limit:
    """Watches the steps of one walk, one batch at a time. A context manager."""

    def __init__(self, env):
        self.env = env
        self.seconds = seconds_of(env)
        #: lone records that a step was cut off at, without one in between that it was not
        self.in_a_row = 0
        self._thread_id = threading.get_ident()
        self._lock = threading.Lock()
        self._batch = self._connection = None
        self._blows = 0
        #: whether one of them may still be on its way to the thread
        self._raised = False
        self._over = threading.Event()

    def __enter__(self):
        if self.seconds:
            threading.Thread(target=self._watch, name="crm_workflow_limit", daemon=True).start()
        return self

    def __exit__(self, *_error):
        self._over.set()
        self.release()

    @contextmanager
    def on(self, batch):
        """Watch over what is done within, which is to be inside of a savepoint.

        What is raised within is to be given to :meth:`verdict`.
        """
        batch.since = time.monotonic()
        self._connection = self.env.cr.connection
        self._blows, self._batch = 0, batch
        try:
            yield
        finally:
            self.release()
        if self._blows:
            raise Blow

    def verdict(self, error):
        """What to make of an error: :class:`TooLong` where the step was cut off."""
        self.release()
        blows, self._blows = self._blows, 0
        if not blows:
            return error
        too_long = TooLong(
            self.env._(
                "Stopped: the step had not come to an end after %s seconds. Mend it, then retry.",
                f"{self.seconds:g}",
            )
        )
        too_long.__cause__ = error
        return too_long

    def release(self):
        """Watch no longer; a blow that is on its way does not arrive any more."""
        while True:
            try:
                with self._lock:
                    self._batch = None
                if self._raised:
                    self._take_blow()
                return
            except Blow:
                continue

    def _take_blow(self):
        """Take a blow here, where it does no harm. It is not called off by raising nothing: until
        Python 3.13 that leaves the interpreter in search of an exception after each step, in all
        threads, and for ever where a profiler or a debugger traces it.
        """
        self._raised = False
        _raise_in(self._thread_id, Blow)
        while True:
            pass

    def counted(self, is_too_long):
        """Note how a lone record, or a set, ended; returns whether the step hangs on all."""
        self.in_a_row = self.in_a_row + 1 if is_too_long else 0
        return self.in_a_row >= MAX_IN_A_ROW

    def _watch(self):
        pause = self.seconds
        while not self._over.wait(pause):
            with self._lock:
                batch = self._batch
                late = batch and time.monotonic() - batch.since - self._allowed_to(batch)
                if batch and late >= 0:
                    self._blows += 1
                    self._strike()
                    pause = AGAIN_SECONDS
                else:
                    pause = min(-late, self.seconds) if batch else self.seconds

    def _allowed_to(self, batch):
        """Seconds for what the step has in hands: one record, or all of them together."""
        together = len(batch.rows) // TOGETHER if batch.position is None else 0
        return self.seconds * (1 + together)

    def _strike(self):
        if self._connection.get_transaction_status() == TRANSACTION_STATUS_ACTIVE:
            self._connection.cancel()
        else:
            self._raised = True
            _raise_in(self._thread_id, Blow)


def seconds_of(env):
    """How long a step may take."""
    text = env["ir.config_parameter"].sudo().get_param(PARAMETER)
    try:
        return max(0, float(text)) if text else DEFAULT_SECONDS
    except ValueError:
        return DEFAULT_SECONDS


def _raise_in(thread_id, exception):
    """Raise in a thread, at its next step in Python; in place of what it has not seen yet."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread_id), ctypes.py_object(exception)
    )
