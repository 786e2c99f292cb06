import functools

from odoo import api, fields, models

from odoo.addons.base.models.res_partner import _tz_get

from ...services.schedule import due
from ...services.schedule.description import WEEKDAYS, gaps
from ...services.schedule.words import describe_schedule, describe_upcoming

#: Where a live trigger stands.
STANDING = ("schedule_next_at", "schedule_day")


class CrmWorkflow(models.Model):
    _inherit = "crm.workflow"

    @api.model
    def _tick_tasks(self):
        """Whatever schedule is due is a task of its own."""
        tasks = [functools.partial(due.run, trigger) for trigger in due.due_triggers(self.env)]
        return [*super()._tick_tasks(), *tasks]


class CrmWorkflowEnrollment(models.Model):
    _inherit = "crm.workflow.enrollment"

    source = fields.Selection(
        selection_add=[("schedule", "Schedule")], ondelete={"schedule": "cascade"}
    )


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    kind = fields.Selection(
        selection_add=[("schedule", "On a schedule")], ondelete={"schedule": "cascade"}
    )
    schedule_frequency = fields.Selection(
        [
            ("once", "Once"),
            ("minutes", "Every few minutes"),
            ("hours", "Every few hours"),
            ("days", "Daily"),
            ("weeks", "Weekly"),
            ("month_days", "Monthly, by day of the month"),
            ("month_week", "Monthly, by weekday"),
            ("years", "Yearly"),
            ("date_field", "On a date of each record"),
        ],
        string="How Often",
    )
    schedule_every = fields.Integer(string="Every", default=1)
    schedule_time = fields.Float(
        string="Time of Day",
        default=9.0,
        help="On the clock of the time zone. A time that the clocks skip comes as much later, one "
        "that they repeat comes once.",
    )
    schedule_tz = fields.Selection(
        _tz_get, string="Time Zone", help="Empty for that of the user whom the workflow runs as."
    )
    schedule_start = fields.Date(
        string="Starts On",
        help="The first day on which records may enter. Every second week, or third day, is "
        "counted from here.",
    )
    schedule_end = fields.Date(
        string="Ends On", help="The last day on which records may enter; empty for no end."
    )
    schedule_monday = fields.Boolean(string="Mon")
    schedule_tuesday = fields.Boolean(string="Tue")
    schedule_wednesday = fields.Boolean(string="Wed")
    schedule_thursday = fields.Boolean(string="Thu")
    schedule_friday = fields.Boolean(string="Fri")
    schedule_saturday = fields.Boolean(string="Sat")
    schedule_sunday = fields.Boolean(string="Sun")
    schedule_days = fields.Char(
        string="Days of the Month",
        help="One or more, such as 1, 15, 31. In a shorter month, a day that it lacks is its "
        "last day.",
    )
    schedule_week = fields.Selection(
        [("1", "first"), ("2", "second"), ("3", "third"), ("4", "fourth"), ("-1", "last")],
        string="Which",
        default="1",
    )
    schedule_weekday = fields.Selection(
        [
            ("monday", "Monday"),
            ("tuesday", "Tuesday"),
            ("wednesday", "Wednesday"),
            ("thursday", "Thursday"),
            ("friday", "Friday"),
            ("saturday", "Saturday"),
            ("sunday", "Sunday"),
            ("workday", "day from Monday to Friday"),
            ("day", "day"),
        ],
        string="Day of the Week",
        default="monday",
    )
    schedule_month = fields.Selection(
        [
            ("1", "January"),
            ("2", "February"),
            ("3", "March"),
            ("4", "April"),
            ("5", "May"),
            ("6", "June"),
            ("7", "July"),
            ("8", "August"),
            ("9", "September"),
            ("10", "October"),
            ("11", "November"),
            ("12", "December"),
        ],
        string="Month",
        default="1",
    )
    schedule_month_day = fields.Integer(
        string="Day", default=1, help="29 February is the 28th in a year that lacks it."
    )
    schedule_date_field = fields.Char(
        string="Date",
        help="The date, or date and time, of each record that decides when it enters.",
    )
    schedule_offset = fields.Integer(string="Days Before or After", help="0 for the day itself.")
    schedule_direction = fields.Selection(
        [("before", "days before"), ("after", "days after")],
        string="Before or After",
        default="before",
    )
    schedule_yearly = fields.Boolean(
        string="Every Year",
        help="Only day and month count, as of a birthday. 29 February is the 28th in a year that "
        "lacks it.",
    )
    schedule_next_at = fields.Datetime(
        string="Next", readonly=True, copy=False, index="btree_not_null"
    )
    schedule_day = fields.Date(
        string="Seen To", readonly=True, copy=False, help="The last day whose time has come."
    )
    schedule_preview = fields.Char(string="Next Times", compute="_compute_schedule_preview")

    @api.depends(lambda self: self._document_fields_schedule())
    def _compute_schedule_preview(self):
        for trigger in self:
            trigger.schedule_preview = describe_upcoming(trigger)

    @api.onchange("schedule_frequency")
    def _onchange_schedule_frequency(self):
        """What comes again and again is meant to take the same records again."""
        if self.schedule_frequency:
            self.reenroll = True

    def _watch_schedule(self, watches):
        """Nothing: the clock alone decides."""

    def _entering_schedule(self, facts):
        """Nobody enters because something happened."""
        return {}

    def _start_schedule(self, before):
        """One that a new version leaves as it was goes on, a moment that is due included; any
        other begins now.
        """
        names = self._document_fields_schedule()
        trigger_sudo = self.sudo()
        if before and all(before[name] == self[name] for name in names):
            trigger_sudo.write({name: before[name] for name in STANDING})
        else:
            trigger_sudo.write(due.standing_at(self, self.env.cr.now()))

    def _changing_fields(self):
        return {*super()._changing_fields(), *STANDING}

    def _summary_depends(self):
        return [*super()._summary_depends(), *self._document_fields_schedule()]

    def _summary_schedule(self):
        return describe_schedule(self)

    def _problems_schedule(self):
        lacking = list(gaps(self))
        yield from lacking
        # One that has been live and is over does not keep its workflow from going on.
        live = self.workflow_id.live_version_id.trigger_ids.mapped("key")
        if not lacking and self.key not in live and not self._comes_again():
            yield self.env._("The time of the schedule has passed; choose a later one.")

    def _comes_again(self):
        return bool(due.next_moment(self, self.env.cr.now()))

    def _document_fields_schedule(self):
        return (
            "schedule_frequency",
            "schedule_every",
            "schedule_time",
            "schedule_tz",
            "schedule_start",
            "schedule_end",
            *(f"schedule_{name}" for name in WEEKDAYS),
            "schedule_days",
            "schedule_week",
            "schedule_weekday",
            "schedule_month",
            "schedule_month_day",
            "schedule_date_field",
            "schedule_offset",
            "schedule_direction",
            "schedule_yearly",
        )
