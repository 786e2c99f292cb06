from odoo import api, fields, models
from odoo.fields import Domain

from ..services.queue import moves

#: Who stands before a step until a person says what becomes of it.
HELD = Domain("state", "=", "active") & Domain("due_at", "=", False) & Domain("waiting", "=", False)


class CrmWorkflowEnrollment(models.Model):
    """Records that collect before a step which is done by hand."""

    _inherit = "crm.workflow.enrollment"

    is_held = fields.Boolean(
        string="Held",
        compute="_compute_is_held",
        search="_search_is_held",
        help="It stands before a step until somebody releases or drops it.",
    )

    @api.depends("state", "due_at", "waiting")
    def _compute_is_held(self):
        for enrollment in self:
            stands = enrollment.state == "active" and not enrollment.waiting
            enrollment.is_held = stands and not enrollment.due_at

    @api.model
    def _search_is_held(self, operator, value):
        if operator != "in":
            return NotImplemented
        return HELD if True in value else ~HELD

    def action_release(self):
        """Let the held ones of the records run the step where they stand, this once."""
        self._check_may_intervene()
        self.filtered("is_held")._move_on("released")

    def action_drop(self):
        """Take the held ones of the records out of their workflows; the step is not run."""
        self._check_may_intervene()
        for workflow, held in self.filtered("is_held").grouped("workflow_id").items():
            moves.finish(self.env, workflow.id, "exited", "dropped", enrollment_ids=held.ids)
