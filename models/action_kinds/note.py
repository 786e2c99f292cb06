from odoo import fields, models

from ...engine.outcome import Pass


class CrmWorkflowAction(models.Model):
    _inherit = "crm.workflow.action"

    kind = fields.Selection(selection_add=[("note", "Note")], ondelete={"note": "cascade"})

    def _run_note(self, batch):
        """A remark for people: records pass as if it were not there."""
        return batch.all(Pass())

    def _acts_note(self):
        return False

    def _is_remark_note(self):
        return True

    def _summary_note(self):
        return self.env._("Note")

    def _problems_note(self):
        return ()

    def _document_fields_note(self):
        return ()
