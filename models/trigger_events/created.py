from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("created", "Record is created")], ondelete={"created": "cascade"}
    )

    def _happening_created(self):
        return Happening(facts=("created",), asks=("model",))

    def _event_summary_created(self):
        return self.env._("Is created")
