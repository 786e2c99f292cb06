from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("message_received", "Message is received")],
        ondelete={"message_received": "cascade"},
    )

    def _happening_message_received(self):
        """Somebody from outside wrote, whether by e-mail or in the portal."""
        return Happening(
            "messages",
            "mail.message",
            facts=("created",),
            domain=(
                ("message_type", "in", ("email", "comment")),
                ("subtype_id.internal", "=", False),
                "|",
                ("author_id", "=", False),
                ("author_id.partner_share", "=", True),
            ),
            ways=("author_id", "res_id"),
        )
