from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("quote_sent", "Quotation is sent")], ondelete={"quote_sent": "cascade"}
    )

    def _happening_quote_sent(self):
        return Happening("sales", "sale.order", fields=("state",), values=("sent",))
