from datetime import timedelta

from odoo import fields, models

from ...engine.happening import Happening

LATE = timedelta(minutes=1)


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("page_visited", "Page is visited")], ondelete={"page_visited": "cascade"}
    )

    def _happening_page_visited(self):
        return Happening(
            "website",
            "website.track",
            facts=("page_visited",),
            ways=("visitor_id.partner_id", "visitor_id.lead_ids"),
        )

    def _poll_page_visited(self, since, until):
        """Visits are written by SQL, and seen a minute late: one may not be committed before."""
        return self.env["website.track"].search(
            [("visit_datetime", ">", since - LATE), ("visit_datetime", "<=", until - LATE)]
        )
