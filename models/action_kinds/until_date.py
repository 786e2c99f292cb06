from datetime import datetime, time

from odoo import fields, models

from ...engine.outcome import Wait
from ...engine.schedule import moment_of
from ...services import waits
from ...services.words import day_text


class CrmWorkflowAction(models.Model):
    _inherit = "crm.workflow.action"

    kind = fields.Selection(
        selection_add=[("until_date", "Wait until a date")], ondelete={"until_date": "cascade"}
    )
    until_date_day = fields.Date(string="Date")
    until_date_timed = fields.Boolean(
        string="At a Time of Day", help="Without it, records go on as the day begins."
    )
    until_date_time = fields.Float(string="Time of Day", default=9.0)

    def _run_until_date(self, batch):
        """Everyone waits until the date begins where its clock is; whoever is past it goes on."""
        at = waits.time_of(self.until_date_time) if self.until_date_timed else time.min
        wall = datetime.combine(self.until_date_day, at)
        zones = waits.zones(self, batch)
        moments = {zone: moment_of(wall, zone) for zone in set(zones.values())}
        return {row.id: Wait(moments[zones[row.res_id]]) for row in batch.rows}

    def _acts_until_date(self):
        return False

    def _summary_depends(self):
        return [*super()._summary_depends(), *self._document_fields_until_date()]

    def _summary_until_date(self):
        if not self.until_date_day:
            return self.env._("Wait until a date")
        day = day_text(self.env, self.until_date_day, "yMMMd")
        if not self.until_date_timed:
            return self.env._("Wait until %s", day)
        return self.env._(
            "Wait until %(date)s at %(time)s",
            date=day,
            time=f"{waits.time_of(self.until_date_time):%H:%M}",
        )

    def _problems_until_date(self):
        if not self.until_date_day:
            yield self.env._("Choose the date to wait for.")
        if self.until_date_timed:
            yield from waits.time_problems(self.env, self.until_date_time)

    def _document_fields_until_date(self):
        return ("until_date_day", "until_date_timed", "until_date_time")
