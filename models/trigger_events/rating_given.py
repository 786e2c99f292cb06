from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("rating_given", "Rating is given")], ondelete={"rating_given": "cascade"}
    )

    def _happening_rating_given(self):
        return Happening(
            "support",
            "rating.rating",
            facts=("changed",),
            fields=("consumed",),
            values=(True,),
            ways=("res_id", "partner_id"),
        )
