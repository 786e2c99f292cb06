from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("activity_planned", "Activity is planned")],
        ondelete={"activity_planned": "cascade"},
    )

    def _happening_activity_planned(self):
        return Happening("activities", "mail.activity", facts=("created",), ways=("res_id",))
