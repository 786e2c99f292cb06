from odoo import fields, models

from ...engine.outcome import Wait
from ...services import waits


class CrmWorkflowAction(models.Model):
    _inherit = "crm.workflow.action"

    kind = fields.Selection(selection_add=[("delay", "Wait")], ondelete={"delay": "cascade"})
    delay_amount = fields.Integer(string="Wait For", default=1)
    delay_unit = fields.Selection(
        waits.UNITS,
        default="days",
        help="Days, weeks and months keep the time of day in the time zone of the run-as user, "
        "working days that of the workflow. These are the days of the working hours whose public "
        "holidays the workflow skips, or else of the company's.",
        string="Unit of the Delay",
    )

    def _run_delay(self, batch):
        """Everyone in the batch waits until the same moment, by the same clock."""
        starts = batch.all(batch.now)
        ends = waits.after(self, batch, starts, self.delay_amount, self.delay_unit)
        return {row_id: Wait(end) for row_id, end in ends.items()}

    def _acts_delay(self):
        return False

    def _summary_depends(self):
        return [*super()._summary_depends(), "delay_amount", "delay_unit"]

    def _summary_delay(self):
        if not self.delay_amount or not self.delay_unit:
            return self.env._("Wait")
        duration = waits.duration_text(self.env, self.delay_amount, self.delay_unit)
        return self.env._("Wait %s", duration)

    def _problems_delay(self):
        return waits.duration_problems(self, self.delay_amount, self.delay_unit)

    def _document_fields_delay(self):
        return ("delay_amount", "delay_unit")
