from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestTourEnroll(HttpCase):
    """In the browser: from a list of contacts into a workflow, and back to what happened."""

    def test_enroll_by_hand(self):
        contact_type = self.env.ref("crm_workflow.object_contact")
        workflow = self.env["crm.workflow"].create(
            {"name": "Tour workflow", "object_id": contact_type.id}
        )
        other = self.env["crm.workflow"].create({"name": "Other", "object_id": contact_type.id})
        for flow in workflow | other:
            self.env["crm.workflow.action"].create(
                {"version_id": flow.draft_version_id.id, "kind": "delay"}
            )
            flow.action_publish()
        person, company = self.env["res.partner"].create(
            [{"name": "Tour Ada"}, {"name": "Tour Works", "is_company": True}]
        )
        action = self.env["ir.actions.act_window"].create(
            {
                "name": "Contacts of the Tour",
                "res_model": "res.partner",
                "view_mode": "list,form",
                "domain": [("id", "in", (person | company).ids)],
            }
        )
        self.start_tour(f"/odoo/action-{action.id}", "crm_workflow_enroll_by_hand", login="admin")
        enrollment = self.env["crm.workflow.enrollment"].search([("workflow_id", "=", workflow.id)])
        self.assertEqual((enrollment.res_id, enrollment.source), (person.id, "manual"))
