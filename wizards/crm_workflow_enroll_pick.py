from odoo import models


class CrmWorkflow(models.Model):
    _inherit = "crm.workflow"

    def action_pick_records(self):
        """Choose records from a list of the workflow's type, then see who can enter."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "crm_workflow_pick_records",
            "params": {
                "workflowId": self.id,
                "resModel": self.model_name,
                "domain": list(self.object_id._records_domain()),
                "title": self.env._("Enrol in “%s”", self.name),
            },
        }
