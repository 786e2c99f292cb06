from odoo import api, fields, models

from ..services import polls


class CrmWorkflowMark(models.Model):
    """Until when an event was looked for that leaves no fact, such as a day that is over.

    There is one for each such event that some live workflow waits for, and no longer: what
    happened while nobody waited is past.
    """

    _name = "crm.workflow.mark"
    _description = "Workflow Mark"
    _log_access = False
    _rec_name = "event"

    event = fields.Char(required=True, help="The event, as triggers name it.")
    at = fields.Datetime(required=True, help="What happened before has been seen.")

    _event_unique = models.UniqueIndex("(event)", "An event is looked for once.")


class CrmWorkflow(models.Model):
    _inherit = "crm.workflow"

    def _clear_watches(self):  # pylint: disable=missing-return
        """Marks begin and end with the triggers that wait for their events."""
        super()._clear_watches()
        polls.set_marks_sudo(self.env)

    @api.model
    def _tick_tasks(self):
        return [*super()._tick_tasks(), *polls.tasks(self.env)]
