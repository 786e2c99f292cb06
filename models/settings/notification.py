import functools

from odoo import api, fields, models

from ...services import notifier


class CrmWorkflow(models.Model):
    """Whom a workflow tells of what is not as it should be; also while the workflow is on."""

    _inherit = "crm.workflow"

    notify_user_ids = fields.Many2many(
        "res.users",
        "crm_workflow_notify_user_rel",
        "workflow_id",
        "user_id",
        string="Tells",
        domain=[("share", "=", False)],
        help="They get a message, by e-mail or in Odoo as each of them prefers.",
    )
    notify_errors = fields.Boolean(
        string="Of Failures",
        default=True,
        help="When records are parked, or the workflow pauses itself: at most once an hour.",
    )
    notify_entries = fields.Boolean(
        string="Of Unusual Entries",
        default=True,
        help="When far more or far fewer records enter in a day than in the two weeks before: "
        "at most once a day.",
    )
    errors_told_at = fields.Datetime(
        readonly=True, copy=False, help="When failures were last told of."
    )
    entries_looked_at = fields.Datetime(
        readonly=True, copy=False, help="When the entries of a day were last held against others."
    )
    pause_untold = fields.Boolean(
        readonly=True,
        copy=False,
        help="It paused itself, and nobody has been told yet.",
        string="Pause Is Still To Be Told",
    )

    def _pause_because(self, reason):
        self.filtered(lambda workflow: workflow.state == "on").pause_untold = True
        return super()._pause_because(reason)

    @api.model
    def _tick_tasks(self):
        tasks = super()._tick_tasks()
        telling = self._with_clock().filtered("notify_user_ids")
        tasks += [
            functools.partial(notifier.tell_errors, workflow)
            for workflow in notifier.with_errors(telling)
        ]
        if due := notifier.due_for_a_look(telling):
            tasks.append(functools.partial(notifier.tell_unusual_entries, due))
        return tasks


class CrmWorkflowLog(models.Model):
    _inherit = "crm.workflow.log"

    _parked_at = models.Index("(workflow_id, at) WHERE outcome = 'parked'")
