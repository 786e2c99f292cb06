from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("task_stage", "Task reaches a stage")], ondelete={"task_stage": "cascade"}
    )

    def _happening_task_stage(self):
        return Happening("support", "project.task", fields=("stage_id",), asks=("to",))
