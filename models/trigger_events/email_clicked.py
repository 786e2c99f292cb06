from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("email_clicked", "Link in an e-mail is clicked")],
        ondelete={"email_clicked": "cascade"},
    )

    def _happening_email_clicked(self):
        """In an e-mail that a workflow sent; each of its links once."""
        return Happening(
            "messages",
            "crm.workflow.mail.click",
            facts=("created",),
            ways=("mail_id.res_id", "mail_id.partner_ids"),
        )
