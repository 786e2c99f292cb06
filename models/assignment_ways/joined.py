from markupsafe import Markup

from odoo import fields, models
from odoo.fields import Command

from ...services.assignments import links
from ...services.settable_values import TEXTS, is_settable

NUMBERS = ("integer", "float", "monetary")


class CrmWorkflowAssignment(models.Model):
    """Values that are added to what a field holds, or taken from it."""

    _inherit = "crm.workflow.assignment"

    how = fields.Selection(
        selection_add=[
            ("increase", "Increase by"),
            ("decrease", "Decrease by"),
            ("append", "Append"),
            ("add", "Add"),
            ("remove", "Remove"),
        ],
        ondelete={
            "increase": "cascade",
            "decrease": "cascade",
            "append": "cascade",
            "add": "cascade",
            "remove": "cascade",
        },
    )

    def _fits_increase(self, field):
        return is_settable(field) and field.type in NUMBERS

    def _needs_increase(self):
        return "expression"

    def _reads_increase(self):
        return "formula"

    def _given_increase(self, values, field):
        return self._each(values, field, values.each(self.expression))

    def _joined_increase(self, field, before, given):
        return (before or 0) + given

    def _told_increase(self, label):
        return self.env._("increase %(field)s by %(value)s", field=label, value=self.expression)

    def _fits_decrease(self, field):
        return self._fits_increase(field)

    def _needs_decrease(self):
        return "expression"

    def _reads_decrease(self):
        return "formula"

    def _given_decrease(self, values, field):
        return self._given_increase(values, field)

    def _joined_decrease(self, field, before, given):
        return (before or 0) - given

    def _told_decrease(self, label):
        return self.env._("decrease %(field)s by %(value)s", field=label, value=self.expression)

    def _fits_append(self, field):
        return is_settable(field) and field.type in TEXTS

    def _needs_append(self):
        return "expression"

    def _reads_append(self):
        return "text"

    def _given_append(self, values, field):
        return self._each(values, field, values.text(self.expression))

    def _joined_append(self, field, before, given):
        """Behind a blank in a short text, on a line of its own in a long one."""
        if not before or not given:
            return given or before
        if field.type == "html":
            # Two values that the field keeps, and cleans as it keeps them.
            return Markup(before) + Markup(given)  # nosec B704
        return f"{before}{' ' if field.type == 'char' else chr(10)}{given}"

    def _told_append(self, label):
        return self.env._("append to %s", label)

    def _fits_add(self, field):
        return is_settable(field) and field.type == "many2many"

    def _needs_add(self):
        return "fixed_value"

    def _given_add(self, values, field):
        return self._same(values, links(self._chosen(field).exists().ids))

    def _joined_add(self, field, before, given):
        return [*before, *given]

    def _told_add(self, label):
        return self.env._(
            "add %(value)s to %(field)s", value=self._fixed_value_words(), field=label
        )

    def _fits_remove(self, field):
        return self._fits_add(field)

    def _needs_remove(self):
        return "fixed_value"

    def _given_remove(self, values, field):
        return self._same(values, links(self._chosen(field).exists().ids, Command.unlink))

    def _joined_remove(self, field, before, given):
        return [*before, *given]

    def _told_remove(self, label):
        return self.env._(
            "remove %(value)s from %(field)s", value=self._fixed_value_words(), field=label
        )
