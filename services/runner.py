"""Runner: takes enrollments that are due and walks them on, batch by batch.

A batch is one transaction: the steps' effects, the ledger and the new places commit
together, or not at all. Before it starts, a ticket is committed that names its
enrollments; should the worker die, the next one finds the ticket and runs them in ever
smaller parts, so that the record which kills workers is found, alone, and parked.
"""

import logging
import time
from datetime import timedelta

from . import races
from .faults import describe, is_everybodys
from .processes import catch_up
from .queue import claims
from .queue.entry import SHARDS
from .walk import Walk

_logger = logging.getLogger(__name__)

FIRST_BATCH, SMALLEST_BATCH, LARGEST_BATCH = 100, 10, 1_000
#: What follows one quick batch is at most so many times as large: the next may be slower.
FASTEST_GROWTH = 10
#: A transaction aims at half a second: locks are short, and little is lost by a kill.
TARGET_SECONDS = 0.5
#: A record whose batch killed its worker this often, first with others and then alone, is parked.
MAX_DEATHS = 3
#: A batch that died is run in so many parts. Most deaths are restarts, and nobody's fault: one by
#: one, a thousand would take forty times as long as together.
PARTS = 10
#: What has been due for so long is nobody's in particular: its lane's worker is late, or is none.
LEFT_BEHIND = timedelta(minutes=1)
#: Somebody else was faster, and now has a ticket that is passed over: look again, but not for ever.
MAX_MISSES = 3
#: So long a record is left alone that somebody else has in hands all the time.
REST = timedelta(minutes=1)


class Runner:
    """Works through the queue of one lane until nothing is due or time is up.

    :param seconds: the time it has, where it is not a scheduled action, which knows by itself
    """

    def __init__(self, env, lane=0, lanes=1, seconds=None):
        self.env = env
        self.shards = shards_of(lane, lanes)
        self.ends = time.monotonic() + seconds if seconds else float("inf")
        #: True when time was up before all was done.
        self.unfinished = False
        self.size = FIRST_BATCH
        self.last_workflow = 0

    def run(self):
        """Run batches; returns the number of enrollments moved."""
        total, seconds_left = self._recover()
        misses = 0
        while True:
            self.unfinished = seconds_left <= TARGET_SECONDS
            ids = () if self.unfinished or misses == MAX_MISSES else self._pick()
            if not ids:
                break
            done, seconds_left = self._run_batch(ids)
            total += done
            misses = 0 if done else misses + 1
        return total

    def _pick(self):
        """Enrollments of the own lane, and when there are none, of those that are left behind."""
        now = self.env.cr.now()
        ids = claims.pick(self.env, self.last_workflow, self.size, self.shards, now)
        if ids or self.shards == ALL:
            return ids
        return claims.pick(self.env, self.last_workflow, self.size, ALL, now - LEFT_BEHIND)

    def _commit(self, moved=0, remaining=None):
        """Commit, and return the seconds left."""
        seconds_left = self.env["ir.cron"]._commit_progress(moved, remaining=remaining)
        return min(seconds_left, self.ends - time.monotonic())

    def _run_batch(self, ids, deaths=0):
        """One batch with its ticket: (enrollments moved, seconds left)."""
        [ticket_id] = claims.write_tickets(self.env, [ids], deaths)
        claims.hold_ticket(self.env, ticket_id)
        # The runner commits on purpose: the ticket must outlive a worker that dies.
        self.env.cr.commit()  # pylint: disable=invalid-commit
        catch_up(self.env)
        started = time.monotonic()
        try:
            done, fault = self._transact(ticket_id, ids)
            more = 1 if len(ids) >= self.size else 0
            seconds_left = self._commit(done, remaining=more)
        finally:
            self._release(ticket_id)
        self._adapt(len(ids), time.monotonic() - started)
        return self._after_fault(ids, fault, seconds_left) if fault else (done, seconds_left)

    def _transact(self, ticket_id, ids):
        """The batch's transaction, repeated when it loses a race: (how many moved, None).

        (0, what was raised) where races do not end, or it cannot be written where somebody
        stands; nothing of it stays then.

        :raise Exception: what no record is to blame for, such as a disk that is full
        """
        try:
            return races.run(self.env, lambda: self._work(ticket_id, ids)), None
        except Exception as error:
            if self.env.cr.closed:
                raise
            claims.drop_ticket(self.env, ticket_id)
            if is_everybodys(error):
                # On purpose: the cron rolls back on the error, and the ticket must not stay.
                self.env.cr.commit()  # pylint: disable=invalid-commit
                raise
            told = "lost its races" if isinstance(error, races.LostRaces) else f"failed: {error!r}"
            _logger.info("A batch of %s enrollments %s", len(ids), told)
            return 0, error

    def _work(self, ticket_id, ids):
        """Claim, walk, and drop the ticket. Returns how many moved."""
        rows = claims.claim(self.env, ids, self.env.cr.now())
        if rows:
            claims.limit_waiting(self.env)
            self.last_workflow = rows[-1]["workflow_id"]
            Walk(self.env, rows, TARGET_SECONDS).go()
        claims.drop_ticket(self.env, ticket_id)
        return len(rows)

    def _after_fault(self, ids, fault, seconds_left):
        """One of a batch has it undone: (enrollments moved, seconds left).

        It is run in parts, so that this one does not hold up the others. Alone in the end, one
        that somebody else writes or holds is left alone for a while, and any other is parked.
        """
        if len(ids) > 1:
            return self._run_parts(ids, 0, seconds_left)
        if isinstance(fault, races.LostRaces):
            return self._leave_alone(ids), self._commit()
        _logger.error("Enrollment %s cannot be moved, and is parked", ids[0], exc_info=fault)
        return self._park(ids, describe(fault)), self._commit()

    def _leave_alone(self, ids):
        try:
            return races.run(self.env, lambda: claims.postpone(self.env, ids, REST))
        except races.LostRaces:
            return 0

    def _run_parts(self, ids, deaths, seconds_left):
        """Run a batch in parts: (enrollments moved, seconds left).

        Parts that time does not suffice for are in the queue like all others.
        """
        total = 0
        for part in _parts(ids):
            done, seconds_left = self._run_batch(part, deaths)
            total += done
            if seconds_left < TARGET_SECONDS:
                break
        return total, seconds_left

    def _release(self, ticket_id):
        if not self.env.cr.closed:
            claims.release_ticket(self.env, ticket_id)

    def _adapt(self, count, seconds):
        if seconds > TARGET_SECONDS:
            self.size = max(SMALLEST_BATCH, self.size // 2)
        elif seconds < TARGET_SECONDS / 2 and count >= self.size:
            growth = TARGET_SECONDS / max(seconds, TARGET_SECONDS / FASTEST_GROWTH)
            self.size = min(LARGEST_BATCH, int(self.size * growth))

    def _recover(self):
        """Run what dead workers left in hands, in parts; park what killed them.

        :return: (enrollments moved, seconds left)
        """
        total, seconds_left = 0, float("inf")
        for ticket_id in claims.ticket_ids(self.env):
            if seconds_left < TARGET_SECONDS:
                break
            if not claims.hold_ticket(self.env, ticket_id):
                continue
            try:
                done, seconds_left = self._run_after_death(ticket_id)
            finally:
                self._release(ticket_id)
            total += done
        return total, seconds_left

    def _run_after_death(self, ticket_id):
        """Run a batch in parts; one that died alone is tried again, and parked in the end."""
        # A worker may have finished between our look and our hold: look again, after a commit.
        seconds_left = self._commit()
        ticket = claims.ticket(self.env, ticket_id)
        if not ticket:
            return 0, seconds_left
        ids, deaths = ticket["enrollment_ids"], ticket["deaths"] + 1
        if len(ids) == 1 and deaths >= MAX_DEATHS:
            told = self.env._("The server process died while running this step.")
            parked = self._park(ids, told, ticket_id)
            return parked, self._commit(parked, remaining=1)
        # Gone with the commit of the first part's ticket.
        claims.drop_ticket(self.env, ticket_id)
        return self._run_parts(ids, deaths if len(ids) == 1 else 1, seconds_left)

    def _park(self, ids, message, ticket_id=None):
        """Set enrollments aside, and drop the ticket if there is one; returns how many.

        Those of which that cannot be written either are left alone for a while.
        """

        def park():
            rows = claims.claim(self.env, ids, self.env.cr.now())
            Walk(self.env, rows, 0).park(message)
            if ticket_id:
                claims.drop_ticket(self.env, ticket_id)
            return len(rows)

        try:
            return races.run(self.env, park)
        except Exception:
            if self.env.cr.closed:
                raise
            _logger.exception("Enrollments %s cannot be parked", ids)
            return self._leave_alone(ids)


def _parts(ids):
    return [ids[part::PARTS] for part in range(min(PARTS, len(ids)))]


def shards_of(lane, lanes):
    """The share of the queue that a lane serves, as (first, last)."""
    return SHARDS * lane // lanes, SHARDS * (lane + 1) // lanes - 1


ALL = shards_of(0, 1)
