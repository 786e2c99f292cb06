from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("event_registered", "Somebody registers for an event")],
        ondelete={"event_registered": "cascade"},
    )

    def _happening_event_registered(self):
        return Happening("website", "event.registration", facts=("created",))
