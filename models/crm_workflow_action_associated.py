from odoo import api, fields, models
from odoo.exceptions import UserError

from ..services import associated


class CrmWorkflowAction(models.Model):
    """What steps share that are about the record, or about those associated with it."""

    _inherit = "crm.workflow.action"

    associated_choices = fields.Json(
        compute="_compute_associated_choices", string="Associated Records to Choose From"
    )

    @api.depends("model_name")
    def _compute_associated_choices(self):
        for model_name, actions in self.grouped("model_name").items():
            offered = associated.choices(self.env, model_name)
            for action in actions:
                action.associated_choices = offered

    def _associated_model_name(self, path):
        """The model of the records that a path leads to; False when it leads to none."""
        name = associated.target_of(self.env, self.model_name, path)
        return name if name in self.env else False

    def _associated_with(self, batch, path):
        """Who is meant: ({record id: records at the end of the path}, all of them together).

        :raise UserError: when the path leads nowhere, as after the removal of an app
        """
        if problem := associated.problem_of_path(self.env, self.model_name, path):
            raise UserError(problem)
        meant = associated.ends(batch.records, path or "")
        return meant, associated.together(batch.env[self._associated_model_name(path)], meant)

    def _associated_problems(self, path):
        """What keeps a path to associated records from being published."""
        model_name = self._associated_model_name(path)
        if problem := associated.problem_of_path(self.env, self.model_name, path):
            yield problem
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
