from odoo import fields, models

from ...engine.outcome import Park


class CrmWorkflowAction(models.Model):
    _inherit = "crm.workflow.action"

    kind = fields.Selection(
        selection_add=[("placeholder", "To be decided")], ondelete={"placeholder": "cascade"}
    )

    def _run_placeholder(self, batch):
        """Never published; should it be, nobody walks past what has not been decided."""
        return batch.all(Park(batch.env._("It has not been decided what happens here.")))

    def _acts_placeholder(self):
        return False

    def _is_remark_placeholder(self):
        return True

    def _summary_placeholder(self):
        return self.env._("To be decided")

    def _problems_placeholder(self):
        yield self.env._(
            "It has not been decided what happens here: put a step in its place, or delete it."
        )

    def _document_fields_placeholder(self):
        return ()
