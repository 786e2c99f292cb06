import functools

from odoo import api, fields, models

from ..services import enroller, waking


class CrmWorkflow(models.Model):
    """Waits, where the clock asks for them."""

    _inherit = "crm.workflow"

    @api.model
    def _tick_tasks(self):
        looks = [version._look_at_waits for version in waking.due(self.env)]
        return [*looks, *super()._tick_tasks()]


class CrmWorkflowVersion(models.Model):
    """Waits, where a version is looked at from time to time."""

    _inherit = "crm.workflow.version"

    waits_at = fields.Datetime(
        string="Next Look at Waits",
        readonly=True,
        copy=False,
        help="When those who wait until something happens are next looked at: for what time "
        "changed, or what was written around Odoo. Single changes are seen at once.",
    )

    def _look_at_waits(self):
        """Let those go on for whom time has changed something; at first, ask all who wait."""
        wake = waking.wake_by_time if self.waits_at else waking.wake_by_publishing
        self.waits_at = waking.next_look(self)
        enroller.guarded(self.workflow_id, functools.partial(wake, self))


class CrmWorkflowEnrollment(models.Model):
    """What ended a wait before its time, until the step has seen it."""

    _inherit = "crm.workflow.enrollment"

    woken = fields.Json(
        readonly=True, groups="base.group_system", help="What ended the wait before its time."
    )
