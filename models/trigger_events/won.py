from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(selection_add=[("won", "Deal is won")], ondelete={"won": "cascade"})

    def _happening_won(self):
        return Happening("sales", "crm.lead", fields=("won_status",), values=("won",))
