from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("invoice_posted", "Invoice is posted")],
        ondelete={"invoice_posted": "cascade"},
    )

    def _happening_invoice_posted(self):
        return Happening(
            "money",
            "account.move",
            fields=("state",),
            values=("posted",),
            domain=(("move_type", "=", "out_invoice"),),
        )
