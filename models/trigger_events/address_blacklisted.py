from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("address_blacklisted", "Address is blacklisted")],
        ondelete={"address_blacklisted": "cascade"},
    )

    def _happening_address_blacklisted(self):
        """Who has the address wants no more mailings, or somebody decided so."""
        return Happening(
            "messages", "mail.blacklist", fields=("active",), values=(True,), ways=("email",)
        )
