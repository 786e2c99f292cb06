from odoo import api, fields, models

from ..services.start import moment_text
from ..services.step_choices import step_choices


class CrmWorkflowEnroll(models.TransientModel):
    """At which step the selected records begin, and when."""

    _inherit = "crm.workflow.enroll"

    has_options = fields.Boolean(string="More Options")
    start_choices = fields.Json(
        compute="_compute_start_choices",
        help="The steps in the order of reading: a list of {key, name, depth}.",
        string="Steps to Start At",
    )
    start_key = fields.Char(
        string="Start at Step",
        compute="_compute_start_key",
        store=True,
        readonly=False,
        precompute=True,
        help="The steps before it are passed over.",
    )
    start_at = fields.Datetime(
        string="Start on", help="Until then they are inside and nothing happens to them."
    )

    @api.depends("workflow_id")
    def _compute_start_choices(self):
        for wizard in self:
            wizard.workflow_id.check_access("read")
            version_sudo = wizard.workflow_id.sudo().live_version_id
            wizard.start_choices = step_choices(version_sudo) if version_sudo else []

    @api.depends("workflow_id")
    def _compute_start_key(self):
        """A step of one workflow means nothing in another."""
        self.start_key = False

    def _options(self):
        if not self.has_options:
            return super()._options()
        return super()._options() | {"start_at": self.start_at, "start_key": self.start_key}

    def _entered_message(self, enrollments):
        message = super()._entered_message(enrollments)
        if not enrollments[:1].is_scheduled:
            return message
        starts = self.env._("They start on %s.", moment_text(self.env, enrollments[0].due_at))
        return f"{message} {starts}"
