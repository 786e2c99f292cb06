from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.coercion import coerced
from ...engine.errors import CoercionError
from ...engine.outcome import Advance
from ...services.names import READER
from ...services.value_problems import problems_of_formula
from ...services.value_scope import failed
from ...services.value_words import words
from ...services.values import Values

#: How a kind of output is read from what a formula gives.
COERCIONS = {"text": "char", "number": "float", "boolean": "boolean"}


class CrmWorkflowAction(models.Model):
    """A value is worked out once, and kept for the steps that follow."""

    _inherit = "crm.workflow.action"

    kind = fields.Selection(
        selection_add=[("compute", "Work out a value")], ondelete={"compute": "cascade"}
    )
    compute_formula = fields.Text(string="Formula", help="What the value is.")
    compute_type = fields.Selection(
        [
            ("text", "Text"),
            ("number", "Number"),
            ("boolean", "Yes or no"),
            ("date", "Date"),
            ("datetime", "Date and time"),
        ],
        string="Kind of Value",
        default="text",
    )
    compute_preview = fields.Char(
        compute="_compute_compute_preview", string="Example", help="For one of the records."
    )

    @api.depends("compute_formula", "compute_type", "model_name")
    @api.depends_context(*READER)
    def _compute_compute_preview(self):
        for action in self:
            action.compute_preview = action.compute_formula and action._preview()

    def _preview(self):
        """The value for the record that changed last, or why there is none; nothing for whoever may
        see no record.
        """
        model = self.env.get(self.model_name)
        may_see = model is not None and model.has_access("read")
        record = may_see and model.search([], order="write_date desc, id desc", limit=1)
        if not record:
            return False
        version_sudo = self.version_id.sudo()
        values = Values(record, fields.Datetime.now(), version_sudo=version_sudo)
        try:
            value = self._typed(values.each(self.compute_formula)[record.id])
        except UserError as error:
            return error.args[0]
        told = words(self.env, value) or self.env._("empty")
        return self.env._("%(record)s: %(value)s", record=record.display_name, value=told)

    def _run_compute(self, batch):
        """Each record's value, as an output of the step."""
        found = batch.values().each(self.compute_formula)
        return {
            row.id: Advance(outputs={"value": self._typed(found[row.res_id])}) for row in batch.rows
        }

    def _typed(self, value):
        """A value of the kind that was chosen; what is empty stays empty.

        :raise UserError: when it cannot be read as one
        """
        if value is None:
            return None
        try:
            typed = coerced(
                self._scalar(value), COERCIONS.get(self.compute_type, self.compute_type)
            )
        except CoercionError as error:
            raise failed(self.env, value, error) from error
        # Zero and no are values; an empty text is none.
        return None if typed is False and self.compute_type != "boolean" else typed

    def _scalar(self, value):
        simple = isinstance(value, str | int | float | bool | date)
        return value if simple else words(self.env, value)

    def _acts_compute(self):
        return False

    def _outputs_compute(self):
        return {"value": (self.compute_type, self.name or self.env._("Value"))}

    def _summary_depends(self):
        return [*super()._summary_depends(), "compute_formula"]

    def _summary_compute(self):
        if not self.compute_formula:
            return self.env._("Work out a value")
        return self.env._("Work out: %s", self.compute_formula)

    def _problems_compute(self):
        yield from problems_of_formula(self, self.compute_formula)

    def _document_fields_compute(self):
        return ("compute_formula", "compute_type")
