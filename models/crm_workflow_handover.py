import functools

from odoo import api, fields, models

from ..services import decisions, workers
from ..services.queue import handovers
from ..services.wake import wake

SLICE = 10_000


class CrmWorkflowHandover(models.Model):
    """An enrollment that waits until another, which its step opened, has finished."""

    _name = "crm.workflow.handover"
    _description = "Workflow Handover"
    _log_access = False
    _rec_name = "action_key"

    enrollment_id = fields.Many2one(
        "crm.workflow.enrollment", string="Who Waits", required=True, ondelete="cascade", index=True
    )
    entered_id = fields.Many2one(
        "crm.workflow.enrollment",
        string="For Whom",
        ondelete="set null",
        index=True,
        help="Empty once it was forgotten: then nobody waits for it any more.",
    )
    action_key = fields.Char(string="Step Key", required=True)


class CrmWorkflow(models.Model):
    """Waiting for other workflows, where the crons ask."""

    _inherit = "crm.workflow"

    @api.model
    def _tick_tasks(self):
        """Whoever waits for nobody any more goes on; nobody is asked for nothing."""
        ready, stale = handovers.look(self.env)
        own = [self._release_handovers] if ready else []
        if stale:
            own.append(functools.partial(decisions.withdraw_stale, self.env))
        return [*super()._tick_tasks(), *own]

    @api.model
    def _release_handovers(self):
        if handovers.release(self.env, SLICE):
            workers.wake(self.env)

    @api.model
    def _run_lane(self, lane, lanes, seconds=None):
        """What has just ended may be waited for: that is not left to the next tick."""
        moved, unfinished = super()._run_lane(lane, lanes, seconds)
        if moved and handovers.is_ready(self.env):
            wake(self.env, "crm_workflow.ir_cron_enroll")
        return moved, unfinished
