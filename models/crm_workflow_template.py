from odoo import api, fields, models


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

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        templates._check_may_import()
        return templates

    def write(self, vals):
        done = super().write(vals)
        if "document" in vals:
            self._check_may_import()
        return done

    def _check_may_import(self):
        """Whoever uses a template creates what another has written: what that other may not create,
        such as Python, does not get in by it.

        :raise ValidationError: naming line and reason
        """
        if self.env.su or self.env.user.has_group("base.group_system"):
            return
        for template in self:
            with self.env.cr.savepoint() as trial:
                self.env["crm.workflow"].import_xml(template.document)
                trial.rollback()

    def action_use(self):
        """Create a draft workflow from the template and open it."""
        self.ensure_one()
        workflow = self.env["crm.workflow"].import_xml(self.document)
        return workflow.action_open()
