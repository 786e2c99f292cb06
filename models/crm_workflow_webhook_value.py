from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.payload import is_path
from ..services.words import field_label


class CrmWorkflowWebhookValue(models.Model):
    """One value that a webhook's calls bring: where it is in the payload, and what it fills."""

    _name = "crm.workflow.webhook.value"
    _inherit = "crm.workflow.row"
    _description = "Workflow Webhook Value"
    _order = "sequence, id"
    _rec_name = "path"

    trigger_id = fields.Many2one(
        "crm.workflow.trigger", required=True, ondelete="cascade", index=True
    )
    model_name = fields.Char(related="trigger_id.model_name")
    sequence = fields.Integer(default=10)
    path = fields.Char(
        string="In the Payload",
        required=True,
        help="A dotted path, such as contact.email or items.0.code.",
    )
    field_name = fields.Char(string="Field", required=True)
    when = fields.Selection(
        [("create", "When it is created"), ("always", "On each call")],
        required=True,
        default="create",
    )
    field_label = fields.Char(string="Label", compute="_compute_field_label")

    @api.depends("field_name", "model_name")
    def _compute_field_label(self):
        for value in self:
            known = value.model_name in self.env and value.field_name
            value.field_label = known and field_label(self.env[value.model_name], known)

    @api.constrains("path")
    def _check_path(self):
        for value in self:
            if not is_path(value.path):
                raise ValidationError(
                    self.env._("“%s” is no path, such as contact.email.", value.path)
                )

    def _versions(self):
        return self.trigger_id.version_id
