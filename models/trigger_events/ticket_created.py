from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("ticket_created", "Ticket is created")],
        ondelete={"ticket_created": "cascade"},
    )

    def _happening_ticket_created(self):
        return Happening("support", "helpdesk.ticket", facts=("created",))
