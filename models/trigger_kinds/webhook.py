from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ...engine.formula import spelled
from ...engine.payload import is_path
from ...services.describe import describe_domain
from ...services.webhook import example, worker
from ...services.webhook.values import is_fillable
from ...services.words import field_label

MAX_RATE = 6_000


class CrmWorkflowTrigger(models.Model):
    """The address is that of ``crm.workflow.webhook``; what a call does is frozen with the rest."""

    _inherit = "crm.workflow.trigger"

    kind = fields.Selection(
        selection_add=[("webhook", "A webhook is called")], ondelete={"webhook": "cascade"}
    )
    webhook_find = fields.Selection(
        [
            ("email", "Its e-mail address"),
            ("field", "A field"),
            ("external_id", "Its external ID"),
            ("id", "Its ID"),
        ],
        string="Find the Record By",
        default="email",
    )
    webhook_path = fields.Char(
        string="Which Is In the Payload At",
        help="A dotted path, such as contact.email or items.0.code.",
    )
    webhook_field = fields.Char(
        string="The Field", help="A field that no two records share a value of."
    )
    webhook_missing = fields.Selection(
        [("create", "Create it"), ("refuse", "Refuse the call")],
        string="When There Is None",
        default="create",
    )
    webhook_signed = fields.Boolean(
        string="Signed Calls Only",
        help="Callers sign each call with the signing secret, as the Standard Webhooks say.",
    )
    webhook_rate = fields.Integer(
        string="Calls per Minute", default=60, help="More than that are told to come again later."
    )
    webhook_value_ids = fields.One2many(
        "crm.workflow.webhook.value", "trigger_id", string="Values", copy=True
    )
    webhook_mapping = fields.Json(
        compute="_compute_webhook_mapping",
        inverse="_inverse_webhook_mapping",
        help="The values as the XML document has them: a list of [path, field, when].",
        string="Values of the Webhook as a List",
    )
    webhook_url = fields.Char(
        string="URL", compute="_compute_webhook", groups="crm_workflow.group_manager"
    )
    webhook_example = fields.Text(
        string="Example", compute="_compute_webhook", groups="crm_workflow.group_manager"
    )

    @api.depends("webhook_value_ids")
    def _compute_webhook_mapping(self):
        for trigger in self:
            trigger.webhook_mapping = [
                [value.path, value.field_name, value.when] for value in trigger.webhook_value_ids
            ]

    def _inverse_webhook_mapping(self):
        for trigger in self:
            lines = [
                {"path": path, "field_name": name, "when": when, "sequence": sequence}
                for sequence, (path, name, when) in enumerate(trigger.webhook_mapping or (), 1)
            ]
            trigger.webhook_value_ids = [Command.clear(), *map(Command.create, lines)]

    @api.depends("key", "webhook_path", "webhook_value_ids", "webhook_signed")
    def _compute_webhook(self):
        webhooks = {
            (webhook.workflow_id, webhook.trigger_key): webhook
            for webhook in self.env["crm.workflow.webhook"].search(
                [("workflow_id", "in", self.workflow_id.ids)]
            )
        }
        for trigger in self:
            webhook = webhooks.get((trigger.workflow_id, trigger.key))
            trigger.webhook_url = webhook and webhook.url
            trigger.webhook_example = webhook and example.curl(trigger, webhook.url)

    @api.constrains("webhook_rate")
    def _check_webhook_rate(self):
        if not all(1 <= trigger.webhook_rate <= MAX_RATE for trigger in self):
            raise ValidationError(
                self.env._("Enter a number from 1 to %s for the calls per minute.", MAX_RATE)
            )

    def action_webhook_open(self):
        """Open the webhook: its address, signing secret and calls."""
        return self._webhook().action_open()

    def _webhook(self):
        """The address of this trigger; none before it has been published."""
        self.ensure_one()
        return self.env["crm.workflow.webhook"].search(
            [("workflow_id", "=", self.workflow_id.id), ("trigger_key", "=", self.key)]
        )

    def _start_webhook(self, _before):
        if not self._webhook():
            self._create_webhook_sudo()

    def _create_webhook_sudo(self):
        """The door is made by publishing, and by nothing else; people have no right to make one."""
        self.env["crm.workflow.webhook"].sudo().create(
            {"workflow_id": self.workflow_id.id, "trigger_key": self.key}
        )

    def _called_webhook(self, calls):
        worker.act(self, calls)

    def _watch_webhook(self, watches):
        """Nothing: calls come from outside."""

    def _entering_webhook(self, facts):
        return {}

    def _summary_depends(self):
        return [*super()._summary_depends(), "webhook_find", "webhook_field", "webhook_path"]

    def _summary_webhook(self):
        called = self.env._(
            "Is named by a call of the webhook: %(what)s is at “%(path)s”",
            what=self._webhook_find_label(),
            path=self.webhook_path or "…",
        )
        if self.domain in (False, "", "[]"):
            return called
        condition = describe_domain(self.env, self.model_name, self.domain)
        return self.env._(
            "%(happened)s, and matches: %(condition)s", happened=called, condition=condition
        )

    def _webhook_find_label(self):
        """What the record is found by, in words."""
        if self.webhook_find == "field":
            return f"“{field_label(self.env[self.model_name], self.webhook_field or '…')}”"
        ways = dict(self._fields["webhook_find"]._description_selection(self.env))
        way = ways.get(self.webhook_find) or "…"
        return way[0].lower() + way[1:]

    def _problems_webhook(self):
        if not is_path(self.webhook_path):
            yield self.env._(
                "Say where in the payload the webhook finds what names the record, such as "
                "contact.email."
            )
        yield from self._webhook_find_problems()
        if self.webhook_missing != "refuse":
            yield from self._webhook_create_problems()
        for value in self.webhook_value_ids:
            field = self.env[self.model_name]._fields.get(value.field_name)
            if field is None or not is_fillable(field):
                yield self.env._(
                    "The webhook cannot fill the field “%s”; choose another.", value.field_name
                )

    def _document_fields_webhook(self):
        """Neither address nor secret: where it is imported, it gets its own."""
        return (
            "webhook_find",
            "webhook_path",
            "webhook_field",
            "webhook_missing",
            "webhook_signed",
            "webhook_rate",
            "webhook_mapping",
        )

    def _told_values_webhook(self):
        """What the payload holds, as far as the trigger names it."""
        for path in dict.fromkeys(
            filter(None, [self.webhook_path, *self.webhook_value_ids.mapped("path")])
        ):
            names = [int(name) if name.isdecimal() else name for name in path.split(".")]
            yield spelled("event", *names), path, False


class CrmWorkflowEnrollment(models.Model):
    _inherit = "crm.workflow.enrollment"

    source = fields.Selection(
        selection_add=[("webhook", "Webhook")], ondelete={"webhook": "cascade"}
    )
