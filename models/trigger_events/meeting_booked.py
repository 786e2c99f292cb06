from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("meeting_booked", "Meeting is booked")],
        ondelete={"meeting_booked": "cascade"},
    )

    def _happening_meeting_booked(self):
        return Happening(
            "meetings",
            "calendar.event",
            facts=("created",),
            ways=("partner_ids", "opportunity_id", "res_id"),
        )
