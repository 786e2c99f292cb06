from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("form_submitted", "Website form is submitted")],
        ondelete={"form_submitted": "cascade"},
    )

    def _happening_form_submitted(self):
        """The record that the form creates is the subject; capture sees where it was created."""
        return Happening("website", facts=("form_submitted",), needs=("website",), asks=("model",))
