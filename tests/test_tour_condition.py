from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestTourCondition(HttpCase):
    """A condition on a number of associated records is built on the screen, and is still there."""

    def test_two_deals_that_close_within_seven_days(self):
        partner = self.env["res.partner"].create({"name": "Two deals"})
        soon = fields.Date.today() + timedelta(days=4)
        deal = {"type": "opportunity", "date_deadline": soon, "partner_id": partner.id}
        self.env["crm.lead"].search([]).date_deadline = False
        self.env["crm.lead"].create([{"name": "One", **deal}, {"name": "Other", **deal}])
        workflow = self.env["crm.workflow"].create(
            {"name": "Busy", "object_id": self.env.ref("crm_workflow.object_contact").id}
        )
        trigger = self.env["crm.workflow.trigger"].create(
            {"version_id": workflow.draft_version_id.id, "kind": "criteria"}
        )
        self.start_tour(
            f"/odoo/workflows/{workflow.id}", "crm_workflow_build_condition", login="admin"
        )
        self.assertIn("count", trigger.domain)
        self.assertIn("has at least 2 Opportunities where", trigger.summary)
        self.assertIn("Expected Closing is in the next 7 days", trigger.summary)
        self.start_tour(
            f"/odoo/workflows/{workflow.id}", "crm_workflow_see_condition", login="admin"
        )
