from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("attendee_answered", "Attendee answers")],
        ondelete={"attendee_answered": "cascade"},
    )

    def _happening_attendee_answered(self):
        return Happening(
            "meetings",
            "calendar.attendee",
            facts=("changed",),
            fields=("state",),
            ways=("partner_id", "event_id.opportunity_id"),
            asks=("to",),
        )
