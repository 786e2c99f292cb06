from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("email_bounced", "E-mail bounces")], ondelete={"email_bounced": "cascade"}
    )

    def _happening_email_bounced(self):
        return Happening(
            "messages",
            "mail.notification",
            fields=("notification_status",),
            values=("bounce",),
            ways=("res_partner_id", "mail_message_id.res_id"),
        )
