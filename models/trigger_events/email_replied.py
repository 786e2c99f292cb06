from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("email_replied", "E-mail is answered")],
        ondelete={"email_replied": "cascade"},
    )

    def _happening_email_replied(self):
        """An e-mail from outside came in answer to one of ours."""
        return Happening(
            "messages",
            "mail.message",
            facts=("created",),
            domain=(
                ("message_type", "=", "email"),
                ("parent_id.message_type", "in", ("comment", "email_outgoing", "auto_comment")),
                ("parent_id.author_id.partner_share", "=", False),
                "|",
                ("author_id", "=", False),
                ("author_id.partner_share", "=", True),
            ),
            ways=("author_id", "res_id"),
        )
