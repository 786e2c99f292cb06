from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("payment_received", "Payment is received")],
        ondelete={"payment_received": "cascade"},
    )

    def _happening_payment_received(self):
        return Happening(
            "money",
            "account.payment",
            fields=("state",),
            values=("in_process", "paid"),
            domain=(("payment_type", "=", "inbound"),),
        )

    def _fits_payment_received(self, fact):
        """Once: the bank confirms later what is in process."""
        old, _new = change = (fact.changes or {}).get("state") or (False, False)
        known = old in self._happening().values
        return not known and self._happening().turns(change, None)
