from odoo import fields, models

from ...engine.changes import accepted_values, accepts, is_change
from ...engine.happening import Happening
from ...services.describe import describe_values


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("changed", "Field changes")], ondelete={"changed": "cascade"}
    )

    def _happening_changed(self):
        return Happening(asks=("model", "field", "from", "to"))

    def _fits_changed(self, fact):
        """A record that is created with a value counts as a change from nothing."""
        change = (fact.changes or {}).get(self.field_name)
        if not change or fact.event == "deleted":
            return False
        old, new = change
        if not is_change(old, new):  # created without a value, or as before after all
            return False
        return accepts(accepted_values(self.value_from), old) and accepts(
            accepted_values(self.value_to), new
        )

    def _event_summary_changed(self):
        return describe_values(
            self.env, self._subject_name(), self.field_name, self.value_from, self.value_to
        )

    def _event_problems_changed(self):
        subject = self.env[self._subject_name()]
        field = subject._fields.get(self.field_name or "")
        if field is None:
            yield self.env._(
                "The field “%(field)s” does not exist on %(model)s; choose another.",
                field=self.field_name or "",
                model=subject._description,
            )
        elif not field.store or field.type in ("one2many", "binary", "html", "json"):
            yield self.env._(
                "Changes of “%s” cannot be seen; choose a stored field.", self.field_name
            )
