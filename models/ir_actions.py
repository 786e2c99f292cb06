from odoo import api, models, tools

BINDINGS = [
    # (server action, kinds of view, method naming the models it is offered on)
    ("crm_workflow.action_enroll_records", "list,kanban,form", "_enrolable_models"),
    ("crm_workflow.action_record_enrollments", "list,form", "_visited_models"),
]


class CrmWorkflow(models.Model):
    _inherit = "crm.workflow"

    @api.model
    @tools.ormcache(cache="default")
    def _enrolable_models(self):
        """Names of the models whose records may enter now; cached until a workflow changes."""
        return self._model_names([("state", "=", "on")])

    @api.model
    @tools.ormcache(cache="default")
    def _visited_models(self):
        """Names of the models whose records have, or had, something to do with a workflow."""
        return self._model_names([("state", "!=", "draft")])

    @api.model
    def _model_names(self, domain):
        groups = self.sudo()._read_group(domain, ["model_name"])
        return frozenset(name for [name] in groups if name in self.env)


class IrActionsActions(models.Model):
    _inherit = "ir.actions.actions"

    @api.model
    def get_bindings(self, model_name):
        """Workflow users find the actions on every model that workflows take in."""
        bindings = super().get_bindings(model_name)
        if not self.env.user.has_group("crm_workflow.group_user"):
            return bindings
        offered = [
            self._workflow_binding(xmlid, view_types)
            for xmlid, view_types, models_method in BINDINGS
            if model_name in getattr(self.env["crm.workflow"], models_method)()
        ]
        if offered:
            bindings["action"] = [*bindings.get("action", ()), *offered]
        return bindings

    @api.model
    def _workflow_binding(self, xmlid, view_types):
        action_sudo = self.env.ref(xmlid).sudo()
        return {
            "id": action_sudo.id,
            "name": action_sudo.name,
            "binding_view_types": view_types,
        }
