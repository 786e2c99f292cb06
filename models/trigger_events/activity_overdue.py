import functools

from odoo import fields, models

from ...engine.happening import Happening
from ...services import day_ends


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
        """Those whose last day is over on the clock of who is to do it, and still to do."""
        by_zone = functools.partial(day_ends.by_zone, "user_tz")
        return self.env["mail.activity"].search(
            day_ends.over(since, until, "date_deadline", by_zone)
        )
