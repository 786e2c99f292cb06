import logging
from time import monotonic

from odoo import api, models

from ..services import admission, copies, enroller, jobs, races, workers
from ..services.drain import SLICE, Drain
from ..services.retention import purge
from ..services.runner import Runner, shards_of
from ..services.wake import wake

_logger = logging.getLogger(__name__)

#: A slice of a cron run stops when less than this is left of its time.
RESERVE_SECONDS = 1


class CrmWorkflow(models.Model):
    """What the scheduler calls."""

    _inherit = "crm.workflow"

    @api.model
    def _cron_enroll(self):
        """Turn captured events, and the passing of time, into enrollments.

        Commits after each slice of events and after each task of the tick. Events that do not end,
        as in an import, leave half of the time to the tasks, and get back what is left of it.
        """
        copies.look(self.env)
        seconds_left = self.env["ir.cron"]._commit_progress()
        enroller.pause_broken(self.env)
        drain, share = Drain(self.env), max(seconds_left - RESERVE_SECONDS, 0) / 2
        seconds_left = self._drain(drain, seconds_left, share)
        seconds_left = self._run_tick_tasks(seconds_left, share)
        seconds_left = self._drain(drain, seconds_left)
        if seconds_left <= RESERVE_SECONDS:
            # Odoo would go on within a minute only.
            wake(self.env, "crm_workflow.ir_cron_enroll")

    @api.model
    def _drain(self, drain, seconds_left, share=float("inf")):
        """Work through events for ``share`` seconds at most; returns the seconds left."""
        ends = monotonic() + share
        while not drain.ended and seconds_left > RESERVE_SECONDS and monotonic() < ends:
            done = drain.next_slice()
            if not drain.ended:
                seconds_left = self.env["ir.cron"]._commit_progress(done, remaining=done // SLICE)
        return seconds_left

    @api.model
    def _run_tick_tasks(self, seconds_left, share):
        """Do what is due; returns the seconds left.

        A slice of events that took longer than its share takes nothing from that of the tasks.
        """
        ends = monotonic() + share
        for task in self._tick_tasks():
            if seconds_left <= RESERVE_SECONDS and monotonic() >= ends:
                break
            enroller.in_turn(self.env, task)
            seconds_left = self.env["ir.cron"]._commit_progress(1)
        return seconds_left

    @api.model
    def _tick_tasks(self):
        """What the passing of time asks for at this tick, as functions without arguments.

        Whatever looks at the clock extends this: it asks, in a query or two, what is due, and
        returns a function for each part that can be committed by itself. A task runs in a
        transaction of its own, while nobody else enrols; it is repeated when that loses a race.
        What time does not suffice for is due at the next tick as well.
        """
        return enroller.time_tasks(self.env)

    @api.model
    def _cron_run(self, lane=0, lanes=None):
        """Move on the enrollments that are due; or have that done by jobs, where they serve.

        :param lane: which share of the queue to serve, of ``lanes`` that run in parallel
        :param lanes: as many as the settings say when left out
        :return: how many moved
        """
        if lanes is None and jobs.are_wanted(self.env):
            if jobs.are_possible(self.env):
                return self._cron_make_jobs() if lane == 0 else 0
            # queue_job was uninstalled: the scheduled actions that it stood in for come back.
            workers.add_missing(self.env)
        lanes = lanes or workers.cron_count(self.env)
        if lane >= lanes:
            return 0  # there are fewer than there were
        moved, unfinished = self._run_lane(lane, lanes)
        if unfinished:
            # Odoo would look again within a minute only.
            workers.wake_one(self.env, lane)
        return moved

    @api.model
    def _cron_make_jobs(self):
        """Make jobs where something is due; what nobody takes up is done here."""
        copies.look(self.env)
        lanes = workers.count(self.env)
        moved = 0
        for lane in jobs.make_missing(self.env, {n: shards_of(n, lanes) for n in range(lanes)}):
            _logger.warning(
                "No job runner has taken up the job of worker %s: a scheduled action does its work",
                lane + 1,
            )
            moved += self._run_lane(lane, lanes)[0]
        return moved

    @api.model
    def _job_run(self, lane):
        """Move on the enrollments of a lane for some seconds: a job of queue_job.

        :return: how many moved
        """
        lanes = workers.count(self.env)
        if lane >= lanes or not jobs.serve(self.env):
            return 0  # the settings were others when it was made
        moved, unfinished = self._run_lane(lane, lanes, jobs.SECONDS)
        if unfinished:
            jobs.make_next(self.env, lane)
        return moved

    @api.model
    def _run_lane(self, lane, lanes, seconds=None):
        """Move on the enrollments of a lane that are due: (how many moved, whether more are)."""
        copies.look(self.env)
        admission.make_up(self.env)
        runner = Runner(self.env, lane, lanes, seconds)
        return runner.run(), runner.unfinished

    @api.autovacuum
    def _gc_workers(self):
        """Remove scheduled actions that were at work when the settings did without them."""
        races.run(self.env, lambda: workers.remove_superfluous(self.env))

    @api.autovacuum
    def _gc_history(self):
        """Forget what is older than the settings say, in slices."""
        return purge(self.env)
