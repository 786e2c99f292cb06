from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("activity_cancelled", "Activity is cancelled")],
        ondelete={"activity_cancelled": "cascade"},
    )

    def _happening_activity_cancelled(self):
        return Happening(
            "activities", "mail.activity", facts=("deleted",), fields=("active",), ways=("res_id",)
        )

    def _fits_activity_cancelled(self, fact):
        """Those that are done are archived first, and may be cleared away long after."""
        return fact.event == "deleted" and (fact.changes or {}).get("active") == [True, False]
