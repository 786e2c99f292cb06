from odoo import fields, models

from ...engine.outcome import Advance, Stop, Wait
from ...engine.schedule import moment_near
from ...services import waits, waking
from ...services.paths import values_at
from ...services.queue.entry import Origin
from ...services.watch import routes_of_path
from ...services.words import field_label


class CrmWorkflowAction(models.Model):
    _inherit = "crm.workflow.action"

    kind = fields.Selection(
        selection_add=[("until_field", "Wait until a date of the record")],
        ondelete={"until_field": "cascade"},
    )
    until_field_path = fields.Char(
        string="Date of the Record",
        help="A date of the record, or of a record that it is linked to.",
    )
    until_field_amount = fields.Integer(string="Offset", help="0 for the date itself.")
    until_field_unit = fields.Selection(
        [unit for unit in waits.UNITS if unit[0] != "working_days"],
        default="days",
        string="Unit Before or After the Date",
    )
    until_field_direction = fields.Selection(
        [("before", "before"), ("after", "after")], string="Before or After", default="before"
    )
    until_field_timed = fields.Boolean(
        string="At a Time of Day of the Date of the Record",
        help="Without it, a date is met as the day begins, a date and time to the minute.",
    )
    until_field_time = fields.Float(string="Time of Day of the Date of the Record", default=9.0)
    until_field_missing = fields.Selection(
        [
            ("go_on", "Go on"),
            ("wait", "Wait until it is set"),
            ("leave", "Leave the workflow"),
        ],
        string="Without a Date",
        default="go_on",
    )

    def _run_until_field(self, batch):
        """Each waits until its own date; who is past it goes on, and who has none, as chosen."""
        waking.take(batch)
        return self._until_field_outcomes(batch)

    def _resume_until_field(self, batch):
        """The date may have moved meanwhile, unless somebody has ended the wait."""
        skipped = {row_id for row_id, mark in waking.take(batch).items() if mark.is_skip}
        outcomes = self._until_field_outcomes(batch)
        return outcomes | {row_id: Advance() for row_id in skipped}

    def _until_field_outcomes(self, batch):
        dates = values_at(batch.records, self.until_field_path)
        zones = waits.zones(self, batch)
        return {
            row.id: self._until_field_outcome(dates[row.res_id], zones[row.res_id], batch.now)
            for row in batch.rows
        }

    def _until_field_outcome(self, date, zone, now):
        if not date:
            return getattr(self, f"_without_date_{self.until_field_missing}")()
        sign = 1 if self.until_field_direction == "after" else -1
        at = waits.time_of(self.until_field_time) if self.until_field_timed else None
        amount = sign * self.until_field_amount
        moment = moment_near(date, amount, self.until_field_unit, at, zone)
        return Wait(moment) if moment > now else Advance()

    def _without_date_go_on(self):
        return Advance()

    def _without_date_wait(self):
        return Wait(None)

    def _without_date_leave(self):
        return Stop("exited", "no_date")

    def _watch_until_field(self, watches):
        """The date, and all on the way to it: who waits follows it."""
        watches.of(self.model_name)
        for route in self._until_field_routes():
            watches.route(route)

    def _waking_until_field(self, facts):
        """Those whose date has moved look at it anew."""
        reached = facts.reached(self.model_name, self._until_field_routes())
        return dict.fromkeys(reached, Origin())

    def _until_field_routes(self):
        return routes_of_path(self.env[self.model_name], self.until_field_path)

    def _acts_until_field(self):
        return False

    def _summary_depends(self):
        return [*super()._summary_depends(), *self._document_fields_until_field()]

    def _summary_until_field(self):
        env = self.env
        if self.model_name not in env or not self.until_field_path:
            return env._("Wait until a date of the record")
        told = field_label(env[self.model_name], self.until_field_path)
        if self.until_field_amount and self.until_field_unit:
            told = self._until_field_offset_texts()[self.until_field_direction] % {
                "time": waits.duration_text(env, self.until_field_amount, self.until_field_unit),
                "date": told,
            }
        if self.until_field_timed:
            at = f"{waits.time_of(self.until_field_time):%H:%M}"
            return env._("Wait until %(date)s, %(time)s", date=told, time=at)
        return env._("Wait until %s", told)

    def _until_field_offset_texts(self):
        return {
            "before": self.env._("%(time)s before %(date)s"),
            "after": self.env._("%(time)s after %(date)s"),
        }

    def _problems_until_field(self):
        yield from waits.path_problems(self, self.until_field_path or "")
        amount, unit = self.until_field_amount, self.until_field_unit
        if amount < 0:
            yield self.env._("Choose before or after in place of an amount below 0.")
        elif not unit or not self.until_field_direction or not self.until_field_missing:
            yield self.env._("Choose a unit, before or after, and what to do without a date.")
        elif amount:
            yield from waits.duration_problems(self, amount, unit)
        if self.until_field_timed:
            yield from waits.time_problems(self.env, self.until_field_time)

    def _document_fields_until_field(self):
        return (
            "until_field_path",
            "until_field_amount",
            "until_field_unit",
            "until_field_direction",
            "until_field_timed",
            "until_field_time",
            "until_field_missing",
        )
