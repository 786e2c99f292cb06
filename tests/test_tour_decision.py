from odoo.tests import HttpCase, tagged

from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestTourDecision(WorkflowCase, HttpCase):
    """In the browser: an answer given on the activity of a contact."""

    def test_decide(self):
        workflow = self.workflow(
            {
                "kind": "decision",
                "decision_user_id": self.admin.id,
                "decision_summary": "A discount for {{ object.name }}?",
            }
        )
        person = self.env["res.partner"].create({"name": "Tour Ada"})
        workflow.enroll(person)
        self.tick_run()
        self.start_tour(f"/odoo/res.partner/{person.id}", "crm_workflow_decide", login="admin")
        decision = self.env["crm.workflow.decision"].search([("workflow_id", "=", workflow.id)])
        self.assertEqual((decision.answer, decision.user_id), ("Approve", self.admin))
        self.assertEqual(decision.remark, "She is loyal")
