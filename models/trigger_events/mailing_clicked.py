from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("mailing_clicked", "Link of a mailing is clicked")],
        ondelete={"mailing_clicked": "cascade"},
    )

    def _happening_mailing_clicked(self):
        return Happening(
            "messages",
            "mailing.trace",
            facts=("changed",),
            fields=("links_click_datetime",),
            ways=("res_id", "email"),
        )
