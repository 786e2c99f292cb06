from odoo import api, fields, models
from odoo.fields import Domain

#: What is kept as the reason of those who left because they reached the goal.
GOAL = "goal"


class CrmWorkflowEnrollment(models.Model):
    """Whether a pass ended at the goal: everybody is told, as reasons in words are not."""

    _inherit = "crm.workflow.enrollment"

    is_at_goal = fields.Boolean(
        string="Reached the Goal", compute="_compute_is_at_goal", search="_search_is_at_goal"
    )

    @api.depends("reason")
    def _compute_is_at_goal(self):
        for enrollment, enrollment_sudo in zip(self, self.sudo(), strict=True):
            enrollment.is_at_goal = enrollment_sudo.reason == GOAL

    @api.model
    def _search_is_at_goal(self, operator, value):
        if operator != "in":
            return NotImplemented
        reached = Domain("id", "in", self.sudo()._search([("reason", "=", GOAL)]))
        return reached if True in value else ~reached
