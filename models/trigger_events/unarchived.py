from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("unarchived", "Record is unarchived")], ondelete={"unarchived": "cascade"}
    )

    def _happening_unarchived(self):
        return Happening(facts=("changed",), fields=("active",), values=(True,), asks=("model",))
