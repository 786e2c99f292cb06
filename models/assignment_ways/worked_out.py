from odoo import fields, models

from ...services.settable_values import TEXTS, is_settable


class CrmWorkflowAssignment(models.Model):
    """Values that are worked out for each record."""

    _inherit = "crm.workflow.assignment"

    how = fields.Selection(
        selection_add=[("copy", "Copy from"), ("formula", "Calculate"), ("text", "Write")],
        ondelete={"copy": "cascade", "formula": "cascade", "text": "cascade"},
    )

    def _fits_copy(self, field):
        return is_settable(field)

    def _needs_copy(self):
        return "expression"

    def _reads_copy(self):
        return "formula"

    def _given_copy(self, values, field):
        return self._each(values, field, values.each(self.expression))

    def _told_copy(self, label):
        return self.env._("copy %(value)s to %(field)s", value=self.expression, field=label)

    def _fits_formula(self, field):
        return is_settable(field)

    def _needs_formula(self):
        return "expression"

    def _reads_formula(self):
        return "formula"

    def _given_formula(self, values, field):
        return self._each(values, field, values.each(self.expression))

    def _told_formula(self, label):
        return self.env._("calculate %s", label)

    def _fits_text(self, field):
        return is_settable(field) and field.type in TEXTS

    def _needs_text(self):
        return "expression"

    def _reads_text(self):
        return "text"

    def _given_text(self, values, field):
        return self._each(values, field, values.text(self.expression))

    def _told_text(self, label):
        return self.env._("write %s", label)
