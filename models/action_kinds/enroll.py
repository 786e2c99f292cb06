from odoo import fields, models

from ...engine.outcome import Advance
from ...services import by_hand


class CrmWorkflowEnrollment(models.Model):
    _inherit = "crm.workflow.enrollment"

    source = fields.Selection(
        selection_add=[("workflow", "Another workflow")], ondelete={"workflow": "cascade"}
    )


class CrmWorkflowAction(models.Model):
    _inherit = "crm.workflow.action"

    kind = fields.Selection(
        selection_add=[("enroll", "Enrol in workflow")], ondelete={"enroll": "cascade"}
    )
    enroll_workflow_id = fields.Many2one(
        "crm.workflow",
        string="Workflow to Enter",
        ondelete="set null",
        index="btree_not_null",
        domain="[('model_name', '=', model_name), ('id', '!=', workflow_id)]",
        help="Its own rules hold: who is inside, has been through, or is kept out does not enter.",
    )

    def _run_enroll(self, batch):
        """Everyone enters the other workflow, if it takes them, and goes on without waiting."""
        workflow_sudo = self.sudo().enroll_workflow_id
        entered = by_hand.hand_over(workflow_sudo, batch.records)
        passed = Advance(message=batch.env._("Did not enter “%s”.", workflow_sudo.name))
        return {row.id: Advance() if row.res_id in entered else passed for row in batch.rows}

    def _summary_depends(self):
        return [*super()._summary_depends(), "enroll_workflow_id.name"]

    def _summary_enroll(self):
        name = self.sudo().enroll_workflow_id.name
        return self.env._("Enrol in “%s”", name) if name else self.env._("Enrol in workflow")

    def _problems_enroll(self):
        workflow = self.sudo().enroll_workflow_id
        if not workflow:
            yield self.env._("Choose the workflow that the records are to enter.")
        elif workflow == self.workflow_id:
            yield self.env._("A record inside a workflow cannot enter it: choose another one.")
        elif workflow.model_name != self.model_name:
            yield self.env._(
                "“%(workflow)s” takes in %(other)s, not the records of this workflow.",
                workflow=workflow.name,
                other=workflow.object_id.name,
            )

    def _document_fields_enroll(self):
        return ("enroll_workflow_id",)
