import secrets

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.tools import hmac

from ..engine.signature import new_secret
from ..services.webhook import door


class CrmWorkflowWebhook(models.Model):
    """The address of a trigger that other systems call.

    It belongs to the workflow and the trigger's key, so that it outlives versions. Only the
    public half of the address is stored: the secret half follows from it and the database's own
    secret, so whoever reads the table cannot call.
    """

    _name = "crm.workflow.webhook"
    _description = "Workflow Webhook"
    _order = "id desc"
    _rec_name = "workflow_id"

    workflow_id = fields.Many2one(
        "crm.workflow", required=True, readonly=True, ondelete="cascade", index=True
    )
    trigger_key = fields.Char(required=True, readonly=True)
    identifier = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_hex(8),
        help="The public half of the address.",
    )
    url = fields.Char(string="URL", compute="_compute_url", groups="crm_workflow.group_manager")
    secret = fields.Char(
        string="Signing Secret",
        copy=False,
        default=lambda self: new_secret(),
        groups="crm_workflow.group_manager",
        help="Callers sign with it, where the trigger asks for a signature. Put in the sender's, "
        "if it brings one.",
    )
    call_ids = fields.One2many("crm.workflow.webhook.call", "webhook_id", string="Calls")
    company_id = fields.Many2one(related="workflow_id.company_id")

    _workflow_key_unique = models.UniqueIndex(
        "(workflow_id, trigger_key)", "A trigger has one address."
    )
    _identifier_unique = models.UniqueIndex("(identifier)", "An address is for one trigger.")

    @api.depends("identifier")
    def _compute_url(self):
        for webhook in self:
            base = webhook.get_base_url()
            webhook.url = f"{base}/crm_workflow/hook/{webhook._token_sudo()}"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    @api.model
    @tools.ormcache()
    def _are_there(self):
        """True when there are webhooks, so that a tick has to look for calls."""
        return bool(self.sudo().search_count([], limit=1))

    def write(self, vals):
        """People change the signing secret only; the address changes by its button."""
        if not self.env.su and vals.keys() - {"secret"}:
            raise AccessError(self.env._("Only the signing secret can be changed."))
        self.workflow_id.check_access("write")
        return super().write(vals)

    def action_open(self):
        """Open the webhook in a dialog: its address and signing secret."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "name": self.env._("Webhook"),
        }

    def action_rotate(self):
        """Give the webhook a new address; the old one is dead at once."""
        self._renew_sudo({"identifier": secrets.token_hex(8)})
        return self.action_open()

    def action_renew_secret(self):
        """Give the webhook a new signing secret; calls signed with the old one are refused."""
        self._renew_sudo({"secret": new_secret()})
        return self.action_open()

    def action_open_calls(self):
        """Open the calls of the workflow's webhooks."""
        return self.workflow_id.action_open_calls()

    def _renew_sudo(self, vals):
        self.ensure_one()
        self.workflow_id.check_access("write")
        self.sudo().write(vals)

    def _token_sudo(self):
        """What opens the webhook: its identifier, and what this database alone derives from it."""
        self.ensure_one()
        derived = hmac(self.env(su=True), "crm_workflow_webhook", (self.id, self.identifier))
        return f"{self.identifier}-{derived[:40]}"

    @api.model
    def _receive_sudo(self, token, arrival):
        """Take in a call from outside: see ``services.webhook.door``. The caller is nobody."""
        return door.receive(self.sudo().env, token, arrival)

    def _live_trigger(self):
        """The trigger that takes the calls now, or none; the workflow is on, or paused."""
        none = self.env["crm.workflow.trigger"]
        if self.workflow_id.state not in ("on", "paused"):
            return none
        return self.workflow_id.live_version_id.trigger_ids.filtered(
            lambda trigger: trigger.key == self.trigger_key and trigger._takes_calls()
        )
