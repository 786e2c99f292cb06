import json

from odoo import api, fields, models

from ..services import enrollments, sight


class CrmWorkflowWebhookCall(models.Model):
    """One call of a webhook: what came, and what became of it.

    Written by the door and the cron alone. Headers are not kept, but for the id that the sender
    gave the call, under which it counts once.
    """

    _name = "crm.workflow.webhook.call"
    _inherit = "crm.workflow.about.mixin"
    _description = "Workflow Webhook Call"
    _log_access = False
    _order = "id desc"

    webhook_id = fields.Many2one(
        "crm.workflow.webhook", required=True, readonly=True, ondelete="cascade"
    )
    workflow_id = fields.Many2one(
        "crm.workflow", required=True, readonly=True, ondelete="cascade", index=True
    )
    at = fields.Datetime(string="Time", required=True, readonly=True)
    worked_at = fields.Datetime(string="Worked On", readonly=True)
    state = fields.Selection(
        [
            ("new", "Waiting"),
            ("entered", "Entered"),
            ("passed", "Did Not Enter"),
            ("refused", "Refused"),
        ],
        required=True,
        readonly=True,
    )
    status = fields.Integer(string="Answer", required=True, readonly=True, help="HTTP status.")
    reason = fields.Text(string="What Happened", readonly=True)
    delivery = fields.Char(
        string="ID of the Sender", readonly=True, help="A call that comes again counts once."
    )
    payload = fields.Json(readonly=True)
    payload_text = fields.Text(string="Payload as Text", compute="_compute_payload_text")
    res_model = fields.Char(string="Model Name", related="workflow_id.model_name")
    res_id = fields.Many2oneReference(string="Record ID", model_field="res_model", readonly=True)
    record_name = fields.Char(string="Record", compute="_compute_record_name")
    enrollment_id = fields.Many2one(
        "crm.workflow.enrollment", readonly=True, ondelete="set null", index="btree_not_null"
    )
    company_id = fields.Many2one(related="workflow_id.company_id")

    _recent = models.Index("(webhook_id, at)")
    _waiting = models.Index("(webhook_id, id) WHERE state = 'new'")
    _delivery_unique = models.UniqueIndex(
        "(webhook_id, delivery) WHERE delivery IS NOT NULL", "A delivery counts once."
    )

    def _compute_display_name(self):
        """By the number that the caller was told as well."""
        for call in self:
            call.display_name = self.env._("Call %s", call.id)

    @api.depends("payload")
    def _compute_payload_text(self):
        for call in self:
            call.payload_text = json.dumps(call.payload or {}, indent=2, ensure_ascii=False)

    @api.depends("res_model", "res_id")
    @api.depends_context(*sight.READER)
    def _compute_record_name(self):
        found = self.filtered("res_id")
        names = enrollments.record_names(found)
        for call in self:
            call.record_name = call in found and names[call.res_model, call.res_id]

    def action_open_record(self):
        """Open the record that the call was about."""
        self.ensure_one()
        self.check_access("read")
        return enrollments.open_record(self)
