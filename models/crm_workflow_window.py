from odoo import fields, models

from ..engine.windows import DAY_MINUTES, Window

#: The days of the week (Monday is 0) that a choice stands for.
WEEKDAYS = {
    "workdays": (0, 1, 2, 3, 4),
    "weekend": (5, 6),
    "daily": (0, 1, 2, 3, 4, 5, 6),
    "monday": (0,),
    "tuesday": (1,),
    "wednesday": (2,),
    "thursday": (3,),
    "friday": (4,),
    "saturday": (5,),
    "sunday": (6,),
}


class CrmWorkflowWindow(models.Model):
    """Hours at which a workflow acts, on one day of the week or on several alike."""

    _name = "crm.workflow.window"
    _inherit = "crm.workflow.part"
    _description = "Workflow Window"
    _order = "id"

    days = fields.Selection(
        [
            ("workdays", "Monday to Friday"),
            ("weekend", "Saturday and Sunday"),
            ("daily", "Every day"),
            ("monday", "Monday"),
            ("tuesday", "Tuesday"),
            ("wednesday", "Wednesday"),
            ("thursday", "Thursday"),
            ("friday", "Friday"),
            ("saturday", "Saturday"),
            ("sunday", "Sunday"),
        ],
        required=True,
    )
    hour_from = fields.Float(string="From", default=9.0)
    hour_to = fields.Float(
        string="Until",
        default=17.0,
        help="A window that ends before it starts goes on over midnight: from 22:00 to 2:00.",
    )

    def _document_fields(self):
        return ("days", "hour_from", "hour_to")

    def _minutes(self):
        """(start, end) in minutes since midnight."""
        return round(self.hour_from * 60), round(self.hour_to * 60)

    def _windows(self):
        """As the engine knows them, one for each day of the week."""
        return tuple(
            Window(weekday, *window._minutes())
            for window in self
            for weekday in WEEKDAYS.get(window.days, ())
        )

    def _hours_text(self):
        """The hours for people: “9:00–17:00”."""
        return "–".join(f"{minutes // 60}:{minutes % 60:02}" for minutes in self._minutes())

    def _problems(self):
        """What keeps the version from being published."""
        for window in self:
            start, end = window._minutes()
            if not 0 <= start < DAY_MINUTES or not 0 <= end <= DAY_MINUTES:
                yield self.env._(
                    "The window %s is not within a day: enter hours from 0:00 to 24:00.",
                    window._hours_text(),
                )
            elif start == end:
                yield self.env._(
                    "The window %s ends as it starts; a whole day is from 0:00 to 24:00.",
                    window._hours_text(),
                )
