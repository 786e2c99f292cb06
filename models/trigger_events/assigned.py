from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("assigned", "Record is assigned")], ondelete={"assigned": "cascade"}
    )

    def _happening_assigned(self):
        return Happening(fields=("user_id", "user_ids"), asks=("model", "to"))
