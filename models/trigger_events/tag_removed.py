from odoo import fields, models

from ...engine.changes import accepted_values
from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("tag_removed", "Tag is removed")], ondelete={"tag_removed": "cascade"}
    )

    def _happening_tag_removed(self):
        return Happening(
            facts=("changed",), fields=("tag_ids", "category_id"), asks=("model", "to")
        )

    def _fits_tag_removed(self, fact):
        """What the record had and has not any more."""
        change = (fact.changes or {}).get(self._watched_field())
        return fact.event == "changed" and self._happening().turns(
            change and change[::-1], accepted_values(self.value_to)
        )
