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
                ("message_type", "in", ("comment", "email_outgoing", "auto_comment")),
                ("subtype_id", "!=", False),
                ("subtype_id.internal", "=", False),
                ("author_id.partner_share", "=", False),
            ),
            ways=("res_id", "partner_ids"),
        )
