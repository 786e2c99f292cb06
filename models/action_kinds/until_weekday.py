from odoo import fields, models

from ...engine.outcome import Wait
from ...engine.schedule import next_weekday
from ...services import waits
from ...services.schedule.description import WEEKDAYS
from ...services.words import weekday_name


class CrmWorkflowAction(models.Model):
    _inherit = "crm.workflow.action"

    kind = fields.Selection(
        selection_add=[("until_weekday", "Wait until a day of the week")],
        ondelete={"until_weekday": "cascade"},
    )
    until_weekday_monday = fields.Boolean(string="Mon")
    until_weekday_tuesday = fields.Boolean(string="Tue")
    until_weekday_wednesday = fields.Boolean(string="Wed")
    until_weekday_thursday = fields.Boolean(string="Thu")
    until_weekday_friday = fields.Boolean(string="Fri")
    until_weekday_saturday = fields.Boolean(string="Sat")
    until_weekday_sunday = fields.Boolean(string="Sun")
    until_weekday_timed = fields.Boolean(
        string="At a Time of Day of the Weekday",
        help="Without it, records go on as the day begins, or at once if it is one of the days.",
    )
    until_weekday_time = fields.Float(
        string="Time of Day of the Weekday",
        default=9.0,
        help="A time that the clocks skip comes as much later, one that they repeat comes once.",
    )

    def _run_until_weekday(self, batch):
        """Everyone waits until the next of the days, by the same clock."""
        at = waits.time_of(self.until_weekday_time) if self.until_weekday_timed else None
        days, zones = self._until_weekdays(), waits.zones(self, batch)
        moments = {zone: next_weekday(batch.now, days, at, zone) for zone in set(zones.values())}
        return {row.id: Wait(moments[zones[row.res_id]]) for row in batch.rows}

    def _until_weekdays(self):
        """The days chosen, as numbers from 0 for Monday."""
        return {number for number, name in enumerate(WEEKDAYS) if self[f"until_weekday_{name}"]}

    def _acts_until_weekday(self):
        return False

    def _summary_depends(self):
        return [*super()._summary_depends(), *self._document_fields_until_weekday()]

    def _summary_until_weekday(self):
        names = [weekday_name(self.env, day) for day in sorted(self._until_weekdays())]
        told = self._until_weekday_text(names)
        at = self.until_weekday_timed and f"{waits.time_of(self.until_weekday_time):%H:%M}"
        if told and at:
            return self.env._("Wait until %(days)s, %(time)s", days=told, time=at)
        if told or at:
            return self.env._("Wait until %s", told or at)
        return self.env._("Wait until a day of the week")

    def _until_weekday_text(self, names):
        """“Monday, Tuesday or Thursday”."""
        *first, last = names or [""]
        if not first:
            return last
        return self.env._("%(first)s or %(last)s", first=", ".join(first), last=last)

    def _problems_until_weekday(self):
        if not self._until_weekdays() and not self.until_weekday_timed:
            yield self.env._("Choose the days of the week to wait for, or a time of day.")
        if self.until_weekday_timed:
            yield from waits.time_problems(self.env, self.until_weekday_time)

    def _document_fields_until_weekday(self):
        return (
            *(f"until_weekday_{name}" for name in WEEKDAYS),
            "until_weekday_timed",
            "until_weekday_time",
        )
