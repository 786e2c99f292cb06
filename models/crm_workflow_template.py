from odoo import fields, models


class CrmWorkflowTemplate(models.Model):
    """A workflow to start from: a document with a name and a purpose."""

    _name = "crm.workflow.template"
    _description = "Workflow Template"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True, help="What the workflow is good for.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    icon = fields.Char(default="fa-sitemap", help="Font Awesome class shown beside the name.")
    model_name = fields.Char(
        required=True, help="Technical name of the model whose records it enrols."
    )
    is_available = fields.Boolean(
        compute="_compute_is_available",
        search="_search_is_available",
        help="The app that brings the model is installed.",
    )
    document = fields.Text(required=True, help="The workflow, as XML.")

    def _compute_is_available(self):
        for template in self:
            template.is_available = template.model_name in self.env

    def _search_is_available(self, operator, value):
        if operator != "in":
            return NotImplemented
        names = {template.model_name for template in self.sudo().search([])}
        return [("model_name", "in", [name for name in names if name in self.env])]

    def action_use(self):
        """Create a draft workflow from the template and open it."""
        self.ensure_one()
        workflow = self.env["crm.workflow"].import_xml(self.document)
        return workflow.action_open()
