from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("deleted", "Record is deleted")], ondelete={"deleted": "cascade"}
    )

    def _happening_deleted(self):
        """The record is gone; the records that it named enter."""
        return Happening(facts=("deleted",), asks=("model",))
