from odoo import api, fields, models
from odoo.fields import Domain


class CrmWorkflowEnrollment(models.Model):
    """The decision that an enrollment waits for."""

    _inherit = "crm.workflow.enrollment"

    decision_id = fields.Many2one(
        "crm.workflow.decision", compute="_compute_decision_id", search="_search_decision_id"
    )
    question = fields.Char(related="decision_id.question", related_sudo=False)
    asked_ids = fields.Many2many(related="decision_id.asked_ids", string="Asked")
    answers = fields.Json(related="decision_id.answers", related_sudo=False)

    @api.depends("state", "waiting")
    def _compute_decision_id(self):
        pending = self.env["crm.workflow.decision"].search(
            [("enrollment_id", "in", self.ids), ("state", "=", "open")]
        )
        by_enrollment = {decision.enrollment_id: decision for decision in pending}
        for enrollment in self:
            found = by_enrollment.get(enrollment, pending.browse())
            enrollment.decision_id = found.filtered(lambda decision: decision._is_awaited())

    @api.model
    def _search_decision_id(self, operator, value):
        if operator not in ("in", "any", "any!"):
            return NotImplemented
        decisions = self.env["crm.workflow.decision"].sudo(operator == "any!" or self.env.su)
        open_ones = Domain("state", "=", "open")
        asked = Domain("id", "in", value) if operator == "in" else Domain(value)
        found = Domain("id", "in", decisions._search(open_ones & asked).subselect("enrollment_id"))
        if operator == "in" and False in value:
            found |= ~Domain("id", "in", decisions._search(open_ones).subselect("enrollment_id"))
        return found

    def action_answer(self, key, remark=""):
        """Decide about the record, see :meth:`CrmWorkflowDecision.action_answer`."""
        self.ensure_one()
        self.check_access("read")
        return self.decision_id.action_answer(key, remark)
