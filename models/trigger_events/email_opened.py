from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("email_opened", "E-mail is opened")],
        ondelete={"email_opened": "cascade"},
    )

    def _happening_email_opened(self):
        """One that a workflow sent, for the first time."""
        return Happening(
            "messages",
            "crm.workflow.mail",
            facts=("changed",),
            fields=("opened_at",),
            ways=("res_id", "partner_ids"),
        )
