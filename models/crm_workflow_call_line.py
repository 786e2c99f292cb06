from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..engine.call_text import is_header_name
from ..engine.errors import CallError
from ..services.calls.request import host_of
from ..services.words import field_label

#: Shown in place of a secret.
MASK = "••••••••"


class CrmWorkflowCallLine(models.Model):
    """One header of a step's call, or one value that its body brings."""

    _name = "crm.workflow.call.line"
    _inherit = "crm.workflow.row"
    _description = "Workflow Call Line"
    _order = "sequence, id"

    action_id = fields.Many2one(
        "crm.workflow.action", required=True, ondelete="cascade", index=True
    )
    model_name = fields.Char(related="action_id.model_name")
    sequence = fields.Integer(default=10)
    place = fields.Selection(
        [("header", "Header"), ("value", "Value")], required=True, default="value"
    )
    name = fields.Char(required=True, help="What the service calls it.")
    field_path = fields.Char(string="Field", help="Whose value is sent.")
    field_label = fields.Char(string="Label", compute="_compute_field_label")
    value = fields.Char(string="Text", help="A text that may hold placeholders: {{ … }}.")
    is_secret = fields.Boolean(help="Kept apart, shown to nobody, and never exported.")
    secret = fields.Char(
        compute="_compute_secret", inverse="_inverse_secret", groups="base.group_system"
    )

    @api.depends("field_path", "model_name")
    def _compute_field_label(self):
        for line in self:
            known = line.model_name in self.env and line.field_path
            line.field_label = known and field_label(self.env[line.model_name], known)

    @api.depends("name", "is_secret", "action_id.key")
    def _compute_secret(self):
        secrets_sudo = self.env["crm.workflow.call.secret"].sudo()
        for line in self:
            known = line.is_secret and secrets_sudo._of(line.action_id, line.name)
            line.secret = MASK if known else False

    def _inverse_secret(self):
        """What is typed is kept for the host that the step calls; the mask changes nothing."""
        secrets_sudo = self.env["crm.workflow.call.secret"].sudo()
        for line in self:
            if line.is_secret and line.secret and line.secret != MASK:
                secrets_sudo._put(line.action_id, line.name, line.secret, line._host())

    def _host(self):
        try:
            return host_of(self.action_id.call_url)
        except CallError:
            raise ValidationError(
                self.env._("Enter the address first: a secret is kept for one host.")
            ) from None

    @api.constrains("name", "place")
    def _check_name(self):
        for line in self:
            if line.place == "header" and not is_header_name(line.name):
                raise ValidationError(
                    self.env._(
                        "“%s” is no header that a step can send: names are letters, digits and "
                        "dashes, and some are Odoo's own.",
                        line.name,
                    )
                )

    @api.constrains("value", "is_secret")
    def _check_secret(self):
        """A secret stands in no version."""
        if self.filtered(lambda line: line.is_secret and (line.value or line.place != "header")):
            raise ValidationError(
                self.env._("A secret is a header, and is entered where it is not shown.")
            )

    def _document_fields(self):
        """Never a secret: where it is imported, it is entered anew."""
        return ("place", "name", "field_path", "value", "is_secret")

    def _content(self):
        """What the line says, to be compared."""
        return tuple(self[name] or False for name in self._document_fields())

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self._may_change():
            lines._check_known()
        return lines

    def write(self, vals):
        self._check_may_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_administrators(self):
        self._check_may_change()

    def _versions(self):
        return self.action_id.version_id

    def _check_known(self):
        """People who are no administrators copy lines as administrators made them."""
        for line in self:
            others = line.action_id._call_elsewhere().call_line_ids
            if line._content() not in [other._content() for other in others]:
                self._check_may_change()

    def _may_change(self):
        return self.env.su or self.env.user.has_group("base.group_system")

    def _check_may_change(self):
        if not self._may_change():
            raise AccessError(
                self.env._("Only administrators decide what is sent to other systems.")
            )
