from odoo import api, fields, models

from ..services import enrollments, sight


class CrmWorkflowEnrollment(models.Model):
    """What people read about the event that brought a record in; ``data`` carries it."""

    _inherit = "crm.workflow.enrollment"

    event_text = fields.Char(string="What Happened", compute="_compute_event")
    event_ref = fields.Reference(
        string="To", selection="_selection_record_ref", compute="_compute_event"
    )

    @api.depends("data", "res_model", "res_id")
    @api.depends_context(*sight.READER)
    def _compute_event(self):
        """The record that it happened to is named to those who may see it."""
        known = enrollments.visible_subjects(self)
        for enrollment in self:
            subject = known.get(enrollment.id)
            place = subject and (subject._name, subject.id)
            another = place and place != (enrollment.res_model, enrollment.res_id)
            enrollment.event_text = enrollments.event_text(enrollment, subject)
            enrollment.event_ref = another and f"{subject._name},{subject.id}"
