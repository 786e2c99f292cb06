from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("mailing_opened", "Mailing is opened")],
        ondelete={"mailing_opened": "cascade"},
    )

    def _happening_mailing_opened(self):
        return Happening(
            "messages",
            "mailing.trace",
            facts=("changed",),
            fields=("trace_status",),
            values=("open",),
            ways=("res_id", "email"),
        )
