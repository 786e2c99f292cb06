import json

from odoo import fields, models
from odoo.exceptions import UserError

from ...services.settable_values import field_value, fixed_value, is_settable
from ...services.words import value_names


class CrmWorkflowAssignment(models.Model):
    """Values that were chosen in the form, and none at all."""

    _inherit = "crm.workflow.assignment"

    how = fields.Selection(
        selection_add=[("set", "Set to"), ("clear", "Clear")],
        ondelete={"set": "cascade", "clear": "cascade"},
        default="set",
    )

    def _fits_set(self, field):
        return is_settable(field)

    def _needs_set(self):
        return "fixed_value"

    def _given_set(self, values, field):
        chosen = self._chosen(field)
        if chosen is not None and chosen.exists() != chosen:
            label = field._description_string(values.env)
            raise UserError(values.env._("%s: a chosen record is gone; choose another.", label))
        return self._same(values, self._fitted(values, field, self.fixed_value, fixed_value))

    def _told_set(self, label):
        return self.env._(
            "set %(field)s to %(value)s", field=label, value=self._fixed_value_words()
        )

    def _fits_clear(self, field):
        return is_settable(field) and not field.required and field.type != "boolean"

    def _given_clear(self, values, field):
        return self._same(values, self._fitted(values, field, None, field_value))

    def _told_clear(self, label):
        return self.env._("clear %s", label)

    def _fixed_value_words(self):
        """What people call the chosen values."""
        model = self.env[self.model_name]
        values = json.loads(self.fixed_value or "[]")
        if values == [False]:
            return self.env._("no")
        names = [value_names(model, self.field_name, [value]) for value in values]
        return ", ".join(names) or self.env._("nothing")
