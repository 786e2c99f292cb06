from odoo import api, models
from odoo.exceptions import AccessError

from ..services import run_as


class CrmWorkflow(models.Model):
    """Whose rights a workflow acts with, and what it takes to make another of it."""

    _inherit = "crm.workflow"

    @api.constrains("run_as_id")
    def _check_run_as_is_person(self):
        run_as.check_is_person(self)

    def _check_may_have_copied(self):
        """The steps of another workflow are new ones: who copies them must have a right to them."""
        steps = self.draft_version_id.action_ids.filtered("server_action_is_own")
        allowed = steps.server_action_id._filtered_access("write")
        for step in steps.filtered(lambda step: step.server_action_id not in allowed):
            raise AccessError(
                self.env._(
                    "Ask an administrator to duplicate the workflow: of its step “%s”, "
                    "administrators alone may make another.",
                    step.name or step.display_name,
                )
            )

    def _run_env(self):
        """An environment of the run-as user, in the workflow's company and the user's zone.

        :raise AccessError: when that user is archived
        """
        self.ensure_one()
        user = self.sudo().run_as_id
        if not user.active:
            raise AccessError(
                self.env._(
                    "The run-as user %s is archived. Choose another on the workflow.", user.name
                )
            )
        company = self.sudo().company_id or user.company_id
        companies = self.sudo().company_id or user.company_ids
        env = self.with_user(user).with_company(company).env
        return env(
            context={
                "allowed_company_ids": [company.id, *(companies - company).ids],
                "lang": user.lang,
                "tz": user.tz or "UTC",
            }
        )
