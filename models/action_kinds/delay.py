from odoo import fields, models

from ...engine.outcome import Wait
from ...engine.schedule import after_delay

#: Ten years in each unit.
MOST = {"minutes": 5_256_000, "hours": 87_600, "days": 3_650, "weeks": 520, "months": 120}


class CrmWorkflowAction(models.Model):
    _inherit = "crm.workflow.action"

    kind = fields.Selection(selection_add=[("delay", "Wait")], ondelete={"delay": "cascade"})
    delay_amount = fields.Integer(string="Wait For", default=1)
    delay_unit = fields.Selection(
        [
            ("minutes", "Minutes"),
            ("hours", "Hours"),
            ("days", "Days"),
            ("weeks", "Weeks"),
            ("months", "Months"),
        ],
        default="days",
        help="Days, weeks and months keep the time of day in the time zone of the run-as user.",
    )

    def _run_delay(self, batch):
        """Everyone in the batch waits until the same moment."""
        return batch.all(Wait(after_delay(batch.now, self.delay_amount, self.delay_unit, batch.tz)))

    def _acts_delay(self):
        return False

    def _summary_depends(self):
        return [*super()._summary_depends(), "delay_amount", "delay_unit"]

    def _summary_delay(self):
        if not self.delay_amount or not self.delay_unit:
            return self.env._("Wait")
        units = {
            "minutes": (
                self.env._("Wait 1 minute"),
                self.env._("Wait %s minutes", self.delay_amount),
            ),
            "hours": (self.env._("Wait 1 hour"), self.env._("Wait %s hours", self.delay_amount)),
            "days": (self.env._("Wait 1 day"), self.env._("Wait %s days", self.delay_amount)),
            "weeks": (self.env._("Wait 1 week"), self.env._("Wait %s weeks", self.delay_amount)),
            "months": (self.env._("Wait 1 month"), self.env._("Wait %s months", self.delay_amount)),
        }
        return units[self.delay_unit][self.delay_amount != 1]

    def _problems_delay(self):
        if self.delay_amount < 1 or not self.delay_unit:
            yield self.env._("The wait needs an amount of at least 1 and a unit.")
        elif self.delay_amount > MOST[self.delay_unit]:
            yield self.env._("The wait is longer than ten years; choose a shorter one.")

    def _document_fields_delay(self):
        return ("delay_amount", "delay_unit")
