from odoo import fields, models

from ...engine.happening import Happening


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
        """Those whose due day is over, and of which something is to be paid."""
        return self.env["account.move"].search(
            [
                ("invoice_date_due", ">=", since.date()),
                ("invoice_date_due", "<", until.date()),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
            ]
        )
