import base64

from odoo import fields, models


class CrmWorkflow(models.Model):
    _inherit = "crm.workflow"

    def action_export_xml(self):
        """Download the workflow as an XML document."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/crm_workflow/{self.id}/export",
            "target": "download",
        }


class CrmWorkflowImport(models.TransientModel):
    """Makes a draft workflow out of a document that was exported here or elsewhere."""

    _name = "crm.workflow.import"
    _description = "Import Workflow"

    document = fields.Binary(string="XML Document", required=True, attachment=False)
    filename = fields.Char()

    def action_import(self):
        """Create the workflow as a draft and open it."""
        self.ensure_one()
        workflow = self.env["crm.workflow"].import_xml(base64.b64decode(self.document))
        return workflow.action_open()
