from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("survey_completed", "Survey is completed")],
        ondelete={"survey_completed": "cascade"},
    )

    def _happening_survey_completed(self):
        return Happening(
            "website",
            "survey.user_input",
            fields=("state",),
            values=("done",),
            domain=(("test_entry", "=", False),),
        )
