import functools

from markupsafe import Markup

from odoo import api, fields, models

from ..services.webhook import worker


class CrmWorkflow(models.Model):
    """Webhooks of a workflow: the work that their calls ask for, and the way to see them."""

    _inherit = "crm.workflow"

    webhook_count = fields.Integer(
        string="Webhooks", compute="_compute_call_count", groups="crm_workflow.group_manager"
    )
    call_count = fields.Integer(
        string="Calls", compute="_compute_call_count", groups="crm_workflow.group_manager"
    )

    def _compute_call_count(self):
        ours = [("workflow_id", "in", self.ids)]
        counts = {
            name: dict(self.env[model]._read_group(ours, ["workflow_id"], ["__count"]))
            for name, model in (
                ("webhook_count", "crm.workflow.webhook"),
                ("call_count", "crm.workflow.webhook.call"),
            )
        }
        for workflow in self:
            workflow.webhook_count = counts["webhook_count"].get(workflow, 0)
            workflow.call_count = counts["call_count"].get(workflow, 0)

    @api.model
    def _tick_tasks(self):
        """Calls wait while their workflow is paused; one that is off refuses them."""
        if not self.env["crm.workflow.webhook"]._are_there():
            return super()._tick_tasks()
        working = [("call_ids.state", "=", "new"), ("workflow_id.state", "in", ("on", "off"))]
        waiting = self.env["crm.workflow.webhook"].sudo().search(working, order="id")
        return [
            *super()._tick_tasks(),
            *(functools.partial(worker.work, webhook) for webhook in waiting),
        ]

    def action_open_calls(self):
        """Open the calls of the workflow's webhooks; where there are none, show how to call."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_workflow.action_crm_workflow_webhook_call"
        )
        action["domain"] = [("workflow_id", "=", self.id)]
        triggers = self.shown_version_id.trigger_ids.filtered("webhook_example")
        if triggers:
            command = Markup("<pre class='text-start'>%s</pre>") % triggers[0].webhook_example
            # The help is this add-on's own.
            action["help"] = Markup(action["help"]) + command  # nosec B704
        return action
