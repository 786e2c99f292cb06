from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("message_sent", "Message is sent")], ondelete={"message_sent": "cascade"}
    )

    def _happening_message_sent(self):
        """A colleague, or a workflow, wrote what people outside may read."""
        return Happening(
            "messages",
            "mail.message",
            facts=("created",),
            domain=(
                ("author_id", "!=", False),
                ("author_id.partner_share", "=", False),
                "|",
                ("message_type", "=", "email_outgoing"),
                "&",
                ("message_type", "in", ("comment", "auto_comment")),
                ("subtype_id.internal", "=", False),
            ),
            ways=("partner_ids", "res_id"),
        )
