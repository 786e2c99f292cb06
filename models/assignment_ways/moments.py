from odoo import fields, models

from ...engine.schedule import after_delay
from ...services.settable_values import field_value, is_settable
from ...services.value_words import to_local, zone_of


class CrmWorkflowAssignment(models.Model):
    """Dates and times that are counted from the moment in which the step runs."""

    _inherit = "crm.workflow.assignment"

    how = fields.Selection(
        selection_add=[
            ("now", "Set to now"),
            ("today", "Set to today"),
            ("later", "Set to a time from now"),
        ],
        ondelete={"now": "cascade", "today": "cascade", "later": "cascade"},
    )

    def _fits_now(self, field):
        return is_settable(field) and field.type == "datetime"

    def _given_now(self, values, field):
        return self._same(values, values.now)

    def _told_now(self, label):
        return self.env._("set %s to now", label)

    def _fits_today(self, field):
        return is_settable(field) and field.type == "date"

    def _given_today(self, values, field):
        return self._same(values, to_local(values.env, values.now).date())

    def _told_today(self, label):
        return self.env._("set %s to today", label)

    def _fits_later(self, field):
        return is_settable(field) and field.type in ("date", "datetime")

    def _needs_later(self):
        return "unit"

    def _given_later(self, values, field):
        """Whole numbers only; a negative one lies in the past."""
        moment = after_delay(values.now, self.amount, self.unit, zone_of(values.env).key)
        return self._same(values, self._fitted(values, field, moment, field_value))

    def _told_later(self, label):
        return self.env._(
            "set %(field)s to %(period)s from now", field=label, period=self._unit_words()
        )

    def _unit_words(self):
        """The amount of time: "1 day", "3 weeks"."""
        units = {
            "minutes": (self.env._("1 minute"), self.env._("%s minutes", self.amount)),
            "hours": (self.env._("1 hour"), self.env._("%s hours", self.amount)),
            "days": (self.env._("1 day"), self.env._("%s days", self.amount)),
            "weeks": (self.env._("1 week"), self.env._("%s weeks", self.amount)),
            "months": (self.env._("1 month"), self.env._("%s months", self.amount)),
        }
        return units[self.unit][self.amount != 1] if self.unit else ""
