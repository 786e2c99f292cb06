from odoo import api, fields, models
from odoo.exceptions import UserError

from ..services import copies
from ..services.calls.courier import Courier
from ..services.calls.request import CRON
from ..services.queue import hosts
from ..services.reasons import reason_label
from ..services.wake import wake


class CrmWorkflowCall(models.Model):
    """One call of a web service by a step: what is sent, and what came back. The outbox.

    Written by the step and the courier alone; people send again, or cancel, by the buttons.
    Secrets are not here: a secret header has a name and no value.
    """

    _name = "crm.workflow.call"
    _description = "Workflow Call of a Web Service"
    _log_access = False
    _order = "id desc"

    workflow_id = fields.Many2one(
        "crm.workflow", required=True, readonly=True, ondelete="cascade", index=True
    )
    enrollment_id = fields.Many2one(
        "crm.workflow.enrollment", required=True, readonly=True, ondelete="cascade"
    )
    action_id = fields.Many2one(
        "crm.workflow.action",
        string="Step",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    step_key = fields.Char(required=True, readonly=True)
    visit = fields.Integer(required=True, readonly=True)
    key = fields.Char(
        string="ID of the Call",
        required=True,
        readonly=True,
        help="Sent as webhook-id, the same each time: a service that knows it need not act again.",
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("delivered", "Delivered"),
            ("given_up", "Given Up"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
    )
    method = fields.Char(required=True, readonly=True)
    url = fields.Char(string="Address", required=True, readonly=True)
    host = fields.Char(required=True, readonly=True)
    headers = fields.Json(readonly=True)
    headers_text = fields.Text(string="Headers in Lines", compute="_compute_headers_text")
    body = fields.Text(readonly=True)
    signed = fields.Boolean(readonly=True)
    awaited = fields.Boolean(readonly=True, help="The record waits until the call is through.")
    attempts = fields.Integer(required=True, readonly=True)
    at = fields.Datetime(string="Time", required=True, readonly=True)
    next_at = fields.Datetime(string="Next Attempt", readonly=True)
    first_try_at = fields.Datetime(string="First Attempt", readonly=True)
    last_try_at = fields.Datetime(string="Last Attempt", readonly=True)
    finished_at = fields.Datetime(string="Finished", readonly=True)
    locked_until = fields.Datetime(
        readonly=True, help="Until when a worker has it in hand.", string="In Hand Until"
    )
    status = fields.Integer(string="Answer", readonly=True, help="HTTP status.")
    error = fields.Char(string="Reason", readonly=True, help="In words, or a code.")
    error_text = fields.Char(string="What Happened", compute="_compute_error_text")
    response = fields.Text(string="Text of the Answer", readonly=True)
    rests_until = fields.Datetime(
        string="Host Rests Until",
        compute="_compute_rests_until",
        help="The host did not answer: until then none of its calls is sent.",
    )
    record_name = fields.Char(
        string="Record", related="enrollment_id.record_name", related_sudo=False
    )
    company_id = fields.Many2one(related="workflow_id.company_id")

    _key_unique = models.UniqueIndex("(key)", "A visit of a step calls once.")
    _of_enrollment = models.Index("(enrollment_id, step_key, visit)")
    _due = models.Index("(host, workflow_id, next_at, id) WHERE state = 'waiting'")
    _awaited = models.Index("(id) WHERE awaited")
    _at = models.Index("(at)")

    def _compute_display_name(self):
        for call in self:
            call.display_name = self.env._("Call %s", call.id)

    @api.depends("error")
    def _compute_error_text(self):
        for call in self:
            call.error_text = reason_label(self.env, call.error)

    @api.depends("host", "state")
    def _compute_rests_until(self):
        waiting = {call.host for call in self if call.state == "waiting"}
        hosts_sudo = self.env["crm.workflow.call.host"].sudo()
        rests = hosts_sudo._rests(waiting)
        for call in self:
            call.rests_until = rests.get(call.host) if call.state == "waiting" else False

    @api.depends("headers", "signed")
    def _compute_headers_text(self):
        secret = self.env._("(secret)")
        for call in self:
            lines = [
                f"{name}: {secret if value is None else value}"
                for name, value in (call.headers or {}).items()
            ]
            call.headers_text = "\n".join([*lines, f"webhook-id: {call.key}"])

    def action_retry(self):
        """Send again what was given up or cancelled, or at once what would be tried later."""
        self._check_free()
        self._write_sudo(
            {
                "state": "waiting",
                "attempts": 0,
                "first_try_at": False,
                "finished_at": False,
                "next_at": self.env.cr.now(),
            }
        )
        # Whoever says so knows that the host is well again.
        hosts.forget(self.env, set(self.mapped("host")))
        wake(self.env, CRON)

    def action_cancel(self):
        """Do not send any more what waits; a record that waits for it goes on."""
        waiting = self.filtered(lambda call: call.state == "waiting")
        waiting._check_free()
        waiting._write_sudo(
            {
                "state": "cancelled",
                "finished_at": self.env.cr.now(),
                "error": self.env._("Cancelled by %s.", self.env.user.name),
            }
        )
        wake(self.env, CRON)

    def action_open_enrollment(self):
        """Open the record's way through the workflow."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.workflow.enrollment",
            "res_id": self.enrollment_id.id,
            "views": [(False, "form")],
        }

    def _check_free(self):
        """What a worker has in hands is left to it.

        :raise UserError: naming the cure
        """
        now = self.env.cr.now()
        if self.filtered(lambda call: call.locked_until and call.locked_until > now):
            raise UserError(
                self.env._("The call is being sent at the moment: look again in a minute.")
            )

    def _write_sudo(self, vals):
        """People have no right to write calls; whoever may change the workflow has the buttons."""
        self.workflow_id.check_access("write")
        self.sudo().write(vals)


class CrmWorkflow(models.Model):
    _inherit = "crm.workflow"

    outgoing_call_count = fields.Integer(
        string="Calls of Services",
        compute="_compute_outgoing_call_count",
        groups="crm_workflow.group_manager",
    )

    def _compute_outgoing_call_count(self):
        counts = dict(
            self.env["crm.workflow.call"]._read_group(
                [("workflow_id", "in", self.ids)], ["workflow_id"], ["__count"]
            )
        )
        for workflow in self:
            workflow.outgoing_call_count = counts.get(workflow, 0)

    @api.model
    def _cron_call(self):
        """Deliver the calls of web services that are due."""
        copies.look(self.env)
        Courier(self.env).run()

    def action_open_outgoing_calls(self):
        """Open the calls of the workflow's steps."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_workflow.action_crm_workflow_call"
        )
        return action | {"domain": [("workflow_id", "=", self.id)]}
