from odoo import api, models

from ..services import enroller
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

        Commits after each slice of events and after each workflow held against all records.
        """
        seconds_left = self.env["ir.cron"]._commit_progress()
        enroller.pause_broken(self.env)
        while seconds_left > RESERVE_SECONDS:
            done = enroller.process_events(self.env)
            if not done:
                break
            seconds_left = self.env["ir.cron"]._commit_progress(
                done, remaining=done // enroller.SLICE
            )
        for workflow in enroller.due_for_sweep(self.env):
            if seconds_left <= RESERVE_SECONDS:
                wake(self.env, "crm_workflow.ir_cron_enroll")
                break
            enroller.sweep_in_turn(workflow)
            seconds_left = self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _cron_run(self, lane=0, lanes=1):
        """Move on the enrollments that are due.

        :param lane: which share of the queue to serve, of ``lanes`` that run in parallel
        """
        Runner(self.env, lane, lanes).run()

    @api.model
    def _running_ids(self):
        """Ids of the workflows whose enrollments move: those that are on, or off and finishing."""
        return self.search([("state", "in", ("on", "off"))], order="id").ids

    @api.autovacuum
    def _gc_history(self):
        """Forget what is older than the settings say, in slices."""
        return purge(self.env)
