from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("tag_added", "Tag is added")], ondelete={"tag_added": "cascade"}
    )

    def _happening_tag_added(self):
        return Happening(fields=("tag_ids", "category_id"), asks=("model", "to"))
