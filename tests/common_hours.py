from datetime import datetime, timedelta

from odoo import fields

from .common import WorkflowCase

OFFICE = [{"days": "workdays", "hour_from": 9.0, "hour_to": 17.0}]


class HoursCase(WorkflowCase):
    """Workflows that act at certain hours, looked at on a Saturday to come."""

    def hours(self, *windows, **vals):
        """Values of a workflow that acts at these hours, all at once and in UTC."""
        return {
            "window_ids": [fields.Command.create(window) for window in windows],
            "zone": "UTC",
            "spread_minutes": 0,
            **vals,
        }

    def skip(self, first, last=False, yearly=False):
        """Dates to skip, as values of a workflow."""
        vals = {"date_from": first, "date_to": last, "yearly": yearly}
        return [fields.Command.create(vals)]

    def travel_to(self, moment):
        """Move the clock of the crons on to a moment, such as the next Saturday at noon."""
        self.clock = moment - fields.Datetime.now()

    def saturday(self):
        """The noon of a Saturday to come."""
        today = fields.Date.today()
        return datetime.combine(
            today + timedelta(days=12 - today.weekday()), datetime.min.time()
        ) + timedelta(hours=12)

    def monday(self, hour=9):
        """The Monday after :meth:`saturday`."""
        return self.saturday() + timedelta(days=1, hours=12 + hour)

    def on_saturday(self, *steps, records=None, **vals):
        """(the contacts, the workflow), after one tick on a Saturday in a workflow of steps."""
        contacts = records if records is not None else self.contacts(1)
        workflow = self.workflow(*steps, **vals)
        workflow.enroll(contacts)
        self.travel_to(self.saturday())
        self.tick()
        return contacts, workflow

    def calendar(self, first, last, **vals):
        """Working hours in Tokyo with one public holiday, from and to a moment of UTC."""
        calendar = self.env["resource.calendar"].create({"name": "Ours", "tz": "Asia/Tokyo"})
        self.env["resource.calendar.leaves"].create(
            {"name": "Off", "calendar_id": calendar.id, "date_from": first, "date_to": last, **vals}
        )
        return calendar
