from odoo import fields, models

from ...engine.outcome import Stop


class CrmWorkflowAction(models.Model):
    _inherit = "crm.workflow.action"

    kind = fields.Selection(selection_add=[("end", "End")], ondelete={"end": "cascade"})

    def _run_end(self, batch):
        """The pass is complete, whatever follows the branch this step stands in."""
        return batch.all(Stop("completed"))

    def _acts_end(self):
        return False

    def _summary_end(self):
        return self.env._("End the workflow")

    def _problems_end(self):
        return ()

    def _document_fields_end(self):
        return ()
