from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("chat_ended", "Live chat ends")], ondelete={"chat_ended": "cascade"}
    )

    def _happening_chat_ended(self):
        return Happening(
            "website",
            "discuss.channel",
            facts=("changed",),
            fields=("livechat_end_dt",),
            domain=(("channel_type", "=", "livechat"),),
            ways=("livechat_customer_partner_ids",),
        )
