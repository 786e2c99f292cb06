from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("stage_entered", "Stage is reached")], ondelete={"stage_entered": "cascade"}
    )

    def _happening_stage_entered(self):
        return Happening(fields=("stage_id",), asks=("model", "to"))
