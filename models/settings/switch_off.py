from odoo import api, fields, models
from odoo.tools import format_datetime

from ...services import enroller


class CrmWorkflow(models.Model):
    """When a workflow turns itself off. It may be changed while the workflow is on."""

    _inherit = "crm.workflow"

    switch_off_at = fields.Datetime(
        string="Turns Off On",
        copy=False,
        tracking=True,
        help="The workflow turns itself off then. Left empty, it stays on.",
    )
    switch_off_inside = fields.Selection(
        [("finish", "Finish their way"), ("end", "Leave at once")],
        string="Records Inside Then",
        required=True,
        default="finish",
    )

    @api.model
    def _tick_tasks(self):
        # Before anything else: whose time is over enrols nobody any more.
        due = self._with_clock().filtered(lambda workflow: workflow._is_to_switch_off())
        return [*(workflow._switch_off_as_planned for workflow in due), *super()._tick_tasks()]

    def _is_to_switch_off(self):
        moment = self.switch_off_at
        return moment and moment <= self.env.cr.now() and self.state in ("on", "paused")

    def _switch_off_as_planned(self):
        """Turn the workflow off, unless a person was faster, and forget the date."""
        if self._is_to_switch_off():
            enroller.guarded(self, self._turn_off_and_say_so)
            self.switch_off_at = False

    def _turn_off_and_say_so(self):
        self.action_turn_off(self.switch_off_inside)
        self.message_post(
            body=self.env._("Turned off, as planned for %s.", self._switch_off_text())
        )

    def _switch_off_text(self):
        return format_datetime(self.env, self.switch_off_at, tz=self.sudo().run_as_id.tz or "UTC")


class CrmWorkflowVersion(models.Model):
    _inherit = "crm.workflow.version"

    @api.depends("workflow_id.switch_off_at")
    def _compute_problems(self):
        return super()._compute_problems()

    def _problems_settings(self):
        yield from super()._problems_settings()
        moment = self.workflow_id.switch_off_at
        if moment and moment <= self.env.cr.now():
            yield self.env._(
                "The workflow would turn itself off at once, as planned for %s: choose a later "
                "moment, or none.",
                self.workflow_id._switch_off_text(),
            )
