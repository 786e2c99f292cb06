from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("quote_confirmed", "Quotation is confirmed")],
        ondelete={"quote_confirmed": "cascade"},
    )

    def _happening_quote_confirmed(self):
        return Happening("sales", "sale.order", fields=("state",), values=("sale",))
