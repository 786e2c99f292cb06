from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("ticket_closed", "Ticket is closed")], ondelete={"ticket_closed": "cascade"}
    )

    def _happening_ticket_closed(self):
        return Happening(
            "support",
            "helpdesk.ticket",
            fields=("stage_id",),
            domain=(("stage_id.closed", "=", True),),
        )
