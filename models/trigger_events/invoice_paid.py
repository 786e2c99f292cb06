from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("invoice_paid", "Invoice is paid")], ondelete={"invoice_paid": "cascade"}
    )

    def _happening_invoice_paid(self):
        return Happening(
            "money",
            "account.move",
            fields=("payment_state",),
            values=("paid",),
            domain=(("move_type", "=", "out_invoice"),),
        )
