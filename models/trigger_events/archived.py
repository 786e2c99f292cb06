from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("archived", "Record is archived")], ondelete={"archived": "cascade"}
    )

    def _happening_archived(self):
        return Happening(facts=("changed",), fields=("active",), values=(False,), asks=("model",))
