from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import WorkflowCase

CODE = "records.write({'ref': 'k3y'})"
URL = "https://example.com/hook/t0ken"


@tagged("post_install", "-at_install")
class TestCodeSight(WorkflowCase):
    """Python and the addresses that actions call are for administrators, wherever they are kept."""

    def setUp(self):
        super().setUp()
        self.viewer = self.user("viewer", "crm_workflow.group_user")
        self.manager = self.user(
            "designer", "crm_workflow.group_manager", "base.group_partner_manager"
        )

    def webhook_step(self, **vals):
        """A step that calls an address by Odoo's own action."""
        action = self.server_action(state="webhook", webhook_url=URL, **vals)
        return {"kind": "server", "server_action_id": action.id}

    def flow(self, **vals):
        return self.workflow(self.code_step(CODE), self.webhook_step(), **vals)

    def lose_app(self, flow):
        """As if the app that brings the kind of record were gone."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_workflow SET model_name = 'no.such' WHERE id = %s", [flow.id]
        )
        self.env.invalidate_all()

    def test_the_document_of_a_version_is_for_administrators(self):
        version = self.flow().live_version_id
        for user in (self.viewer, self.manager):
            theirs = version.with_user(user)
            self.assertTrue(theirs.read(["number"]))
            self.assertNotIn("document", theirs.read()[0])
            with self.assertRaises(AccessError):
                theirs.read(["document"])
            with self.assertRaises(AccessError):
                theirs.search([("document", "ilike", "t0ken")])
        document = version.with_user(self.admin).document
        self.assertIn("k3y", document)
        self.assertIn(URL, document)

    def test_what_a_manager_publishes_is_kept_as_a_whole(self):
        flow = self.flow(publish=False, run_as_id=self.manager.id)
        flow.with_user(self.manager).action_publish()
        self.assertIn("k3y", flow.live_version_id.document)
        self.assertIn(URL, flow.live_version_id.document)

    def test_managers_neither_read_nor_search_the_address_of_an_action(self):
        step = self.flow().live_version_id.action_ids[1]
        action = step.server_action_id
        ordinary = self.server_action(state="webhook", webhook_url=URL, usage="ir_actions_server")
        for theirs in (action + ordinary).with_user(self.manager):
            self.assertTrue(theirs.read(["name"]))
            with self.assertRaises(AccessError):
                theirs.read(["webhook_url"])
            with self.assertRaises(AccessError):
                theirs.search([("webhook_url", "ilike", "t0ken")])
        self.assertEqual(action.with_user(self.admin).webhook_url, URL)

    def test_an_export_leaves_out_what_its_reader_may_not_see(self):
        flow = self.flow()
        text = flow.with_user(self.manager).export_xml()
        self.assertNotIn("k3y", text)
        self.assertNotIn("t0ken", text)
        for part in ("k3y", URL):
            self.assertIn(part, flow.with_user(self.admin).export_xml())

    def test_where_the_app_is_gone_administrators_alone_export(self):
        flow = self.flow()
        self.lose_app(flow)
        for user in (self.viewer, self.manager):
            with self.assertRaisesRegex(UserError, "administrator"):
                flow.with_user(user).export_xml()
        self.assertIn("k3y", flow.with_user(self.admin).export_xml())

    def test_a_manager_still_opens_the_form_of_a_step_that_calls(self):
        action = self.flow().live_version_id.action_ids[1].server_action_id
        form = self.env.ref("base.view_server_action_form")
        for user, shown in ((self.manager, False), (self.admin, True)):
            views = self.env["ir.actions.server"].with_user(user).get_view(form.id)
            self.assertEqual('name="webhook_url"' in views["arch"], shown)
            self.assertEqual("webhook_url" in action.with_user(user).read()[0], shown)

    def test_a_step_calls_although_its_run_as_user_may_not_read_the_address(self):
        flow = self.workflow(self.webhook_step(), run_as_id=self.manager.id)
        enrollment = flow.enroll(self.contacts(1))
        with self.assertLogs("odoo.addons.base.models.ir_actions") as logs:
            self.tick()
        self.assertEqual((enrollment.state, enrollment.reason), ("completed", False))
        self.assertIn(f"Webhook call to {URL}", str(logs.output))
