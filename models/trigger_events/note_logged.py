from odoo import fields, models

from ...engine.happening import Happening


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    event = fields.Selection(
        selection_add=[("note_logged", "Note is logged")], ondelete={"note_logged": "cascade"}
    )

    def _happening_note_logged(self):
        return Happening(
            "messages",
            "mail.message",
            facts=("created",),
            domain=(("message_type", "=", "comment"), ("subtype_id.internal", "=", True)),
            ways=("res_id",),
        )
