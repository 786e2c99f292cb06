from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("activity_done", "Activity is done")], ondelete={"activity_done": "cascade"}
    )

    def _happening_activity_done(self):
        return Happening(
            "activities",
            "mail.activity",
            facts=("changed",),
            fields=("active",),
            values=(False,),
            ways=("res_id",),
        )
