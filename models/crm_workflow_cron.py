import functools

from odoo import api, models

from ..services import admission, copies, enroller
from ..services.retention import purge
from ..services.runner import Runner
from ..services.wake import wake

#: A slice of a cron run stops when less than this is left of its time.
RESERVE_SECONDS = 1


class CrmWorkflow(models.Model):
    """What the scheduler calls."""

    _inherit = "crm.workflow"

    @api.model
    def _cron_enroll(self):
        """Turn captured events, and the passing of time, into enrollments.

        Commits after each slice of events and after each task of the tick.
        """
        copies.look(self.env)
        seconds_left = self.env["ir.cron"]._commit_progress()
        enroller.pause_broken(self.env)
        while seconds_left > RESERVE_SECONDS:
            done = enroller.process_events(self.env)
            if not done:
                break
            seconds_left = self.env["ir.cron"]._commit_progress(
                done, remaining=done // enroller.SLICE
            )
        for task in self._tick_tasks():
            if seconds_left <= RESERVE_SECONDS:
                wake(self.env, "crm_workflow.ir_cron_enroll")
                break
            enroller.in_turn(self.env, task)
            seconds_left = self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _tick_tasks(self):
        """What the passing of time asks for at this tick, as functions without arguments.

        Whatever looks at the clock extends this: it asks, in a query or two, what is due, and
        returns a function for each part that can be committed by itself. A task runs in a
        transaction of its own, while nobody else enrols; it is repeated when that loses a race.
        What time does not suffice for is due at the next tick as well.
        """
        return [
            functools.partial(enroller.sweep, workflow)
            for workflow in enroller.due_for_sweep(self.env)
        ]

    @api.model
    def _cron_run(self, lane=0, lanes=1):
        """Move on the enrollments that are due.

        :param lane: which share of the queue to serve, of ``lanes`` that run in parallel
        :return: how many moved
        """
        copies.look(self.env)
        admission.make_up(self.env)
        return Runner(self.env, lane, lanes).run()

    @api.autovacuum
    def _gc_history(self):
        """Forget what is older than the settings say, in slices."""
        return purge(self.env)
