from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("activity_overdue", "Activity is overdue")],
        ondelete={"activity_overdue": "cascade"},
    )

    def _happening_activity_overdue(self):
        return Happening(
            "activities", "mail.activity", facts=("activity_overdue",), ways=("res_id",)
        )

    def _poll_activity_overdue(self, since, until):
        """Those whose last day is over, and which are still to do."""
        return self.env["mail.activity"].search(
            [("date_deadline", ">=", since.date()), ("date_deadline", "<", until.date())]
        )
