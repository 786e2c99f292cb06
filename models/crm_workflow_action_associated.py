from odoo import api, fields, models
from odoo.exceptions import UserError

from ..services import associated


class CrmWorkflowAction(models.Model):
    """What steps share that are about the record, or about those associated with it."""

    _inherit = "crm.workflow.action"

    associated_choices = fields.Json(compute="_compute_associated_choices")

    @api.depends("model_name")
    def _compute_associated_choices(self):
        for model_name, actions in self.grouped("model_name").items():
            offered = associated.choices(self.env, model_name)
            for action in actions:
                action.associated_choices = offered

    def _associated_model_name(self, path):
        """The model of the records that a path leads to; False when it leads to none."""
        if self.model_name not in self.env:
            return False
        model = associated.end_model(self.env[self.model_name], path or "")
        return False if model is None else model._name

    def _associated_with(self, batch, path):
        """Who is meant: ({record id: records at the end of the path}, all of them together).

        :raise UserError: when the path leads nowhere, as after the removal of an app
        """
        model_name = self._associated_model_name(path)
        if not model_name:
            raise UserError(self._associated_nowhere(path))
        meant = associated.ends(batch.records, path or "")
        return meant, associated.together(batch.env[model_name], meant)

    def _associated_nowhere(self, path):
        return self.env._(
            "“%s” leads to no associated records: choose others.", path or self.model_name
        )

    def _associated_problems(self, path):
        """What keeps a path to associated records from being published."""
        model_name = self._associated_model_name(path)
        if not model_name:
            yield self._associated_nowhere(path)
        elif path and not self._associated_may_read(model_name):
            yield self.env._(
                "%(user)s, the run-as user, may not see %(records)s: choose others, or another "
                "run-as user.",
                user=self.workflow_id.run_as_id.name,
                records=self.env[model_name]._description,
            )

    def _associated_may_read(self, model_name):
        """True when the run-as user may, or is archived, of which the workflow itself tells."""
        user = self.sudo().workflow_id.run_as_id
        return not user.active or self.env[model_name].with_user(user).has_access("read")
