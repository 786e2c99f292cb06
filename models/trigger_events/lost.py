from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(selection_add=[("lost", "Deal is lost")], ondelete={"lost": "cascade"})

    def _happening_lost(self):
        return Happening("sales", "crm.lead", fields=("won_status",), values=("lost",))
