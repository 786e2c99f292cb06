import functools

from odoo import fields, models
from odoo.fields import Domain

from ...engine.happening import Happening
from ...services import day_ends


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("invoice_overdue", "Invoice is overdue")],
        ondelete={"invoice_overdue": "cascade"},
    )

    def _happening_invoice_overdue(self):
        return Happening(
            "money",
            "account.move",
            facts=("invoice_overdue",),
            domain=(("move_type", "=", "out_invoice"),),
        )

    def _poll_invoice_overdue(self, since, until):
        """Those whose due day is over where the company is, and which are not paid in full."""
        of_companies = functools.partial(day_ends.of_companies, self.env)
        return self.env["account.move"].search(
            day_ends.over(since, until, "invoice_date_due", of_companies)
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", ("not_paid", "partial"))
        )
