from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("unsubscribed", "Mailing list is left")],
        ondelete={"unsubscribed": "cascade"},
    )

    def _happening_unsubscribed(self):
        return Happening(
            "messages",
            "mailing.subscription",
            facts=("changed",),
            fields=("opt_out",),
            values=(True,),
            ways=("contact_id.email",),
        )
