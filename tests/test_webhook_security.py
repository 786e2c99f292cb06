from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import file_open

from .webhook import WebhookCase


@tagged("post_install", "-at_install")
class TestWebhookSecurity(WebhookCase):
    """Who may see and change a webhook, and in whose name its calls act."""

    def setUp(self):
        super().setUp()
        self.viewer = self.user("viewer", "crm_workflow.group_user")
        self.manager = self.user(
            "designer", "crm_workflow.group_manager", "base.group_partner_manager"
        )

    def test_the_address_and_the_secret_are_for_managers(self):
        flow = self.hook()
        trigger, webhook = flow.trigger_ids, self.webhook(flow)
        self.assertTrue(trigger.with_user(self.manager).webhook_url)
        self.assertTrue(webhook.with_user(self.manager).secret)
        portal = self.user("outsider", "base.group_portal")
        for user in (self.viewer, portal, self.user("plain", "base.group_user")):
            for name in ("webhook_url", "webhook_example"):
                with self.assertRaises(AccessError):
                    trigger.with_user(user).read([name])
            with self.assertRaises(AccessError):
                webhook.with_user(user).read(["secret"])
            with self.assertRaises(AccessError):
                webhook.call_ids.with_user(user).search([])
            with self.assertRaises(AccessError):
                webhook.with_user(user).action_rotate()
        self.assertIn("call of the webhook", trigger.with_user(self.viewer).summary)

    def test_managers_see_calls_and_change_nothing_but_the_signing_secret(self):
        flow = self.hook()
        [call] = self.called(flow, {"email": "a@b.co"})
        webhook = self.webhook(flow).with_user(self.manager)
        self.assertEqual(call.with_user(self.manager).payload, {"email": "a@b.co"})
        for change in (
            lambda: call.with_user(self.manager).write({"state": "new"}),
            lambda: call.with_user(self.manager).unlink(),
            lambda: webhook.write({"identifier": "0" * 16}),
            lambda: webhook.create({"workflow_id": flow.id, "trigger_key": "x"}),
            lambda: webhook.unlink(),
        ):
            with self.assertRaises(AccessError):
                change()
        webhook.secret = "whsec_bXkgb3du"
        self.assertEqual(webhook.secret, "whsec_bXkgb3du")
        old = webhook.url
        webhook.action_rotate()
        self.assertNotEqual(webhook.url, old)

    def test_webhooks_of_another_company_are_out_of_sight(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.admin.company_ids += other
        flow = self.hook()
        [call] = self.called(flow, {"email": "a@b.co"})
        flow.company_id = other
        for record in (self.webhook(flow), call, flow.trigger_ids):
            with self.assertRaises(AccessError):
                record.with_user(self.manager).read(["display_name"])

    def test_what_is_stored_does_not_open_the_door(self):
        webhook = self.webhook(self.hook())
        self.env.cr.execute("SELECT * FROM crm_workflow_webhook WHERE id = %s", [webhook.id])
        [row] = self.env.cr.dictfetchall()
        self.assertIn(row["identifier"], webhook.url)
        for value in map(str, row.values()):
            self.assertNotIn(webhook.url.rpartition("-")[2], value)

    def test_the_document_has_neither_address_nor_secret_and_an_import_gets_its_own(self):
        flow = self.hook(webhook_signed=True, webhook_mapping=[["name", "name", "always"]])
        webhook, text = self.webhook(flow), flow.export_xml()
        for secret in (webhook.identifier, webhook.url.rpartition("-")[2], webhook.secret):
            self.assertNotIn(secret, text)
            self.assertNotIn(secret, flow.live_version_id.document)
        copy = self.env["crm.workflow"].import_xml(text)
        self.assertEqual(copy.export_xml(), text)
        trigger = copy.trigger_ids
        self.assertEqual(
            (trigger.webhook_signed, trigger.webhook_mapping), (True, [["name", "name", "always"]])
        )
        copy.action_publish()
        self.assertNotEqual(self.path(copy), self.path(flow))

    def test_a_duplicate_has_an_address_of_its_own(self):
        flow = self.hook()
        duplicate = flow.copy()
        duplicate.action_publish()
        self.assertNotEqual(self.path(duplicate), self.path(flow))

    def test_calls_act_with_the_rights_of_the_run_as_user(self):
        hidden = self.contacts(1, email="hidden@example.com")
        self.env["ir.rule"].create(
            {
                "name": "Hide",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "groups": [(4, self.env.ref("base.group_user").id)],
                "domain_force": f"[('id', '!=', {hidden.id})]",
            }
        )
        flow = self.hook(
            run_as=self.manager,
            webhook_missing="refuse",
            webhook_mapping=[["job", "function", "always"]],
        )
        [call] = self.called(flow, {"email": "hidden@example.com", "job": "Chief"})
        self.assertEqual((call.reason, call.res_id), ("No record is found.", 0))
        self.assertFalse(hidden.function)

    def test_what_a_call_creates_is_created_by_the_run_as_user(self):
        flow = self.hook(run_as=self.manager)
        [call] = self.called(flow, {"email": "a@b.co"})
        contact = self.env["res.partner"].browse(call.res_id)
        self.assertEqual(contact.create_uid, self.manager)

    def test_a_run_as_user_who_may_not_create_is_told_before_publishing(self):
        plain = self.user("plain", "crm_workflow.group_user")
        flow = self.hook(run_as=plain, publish=False)
        self.assertIn("may not create", " ".join(row["text"] for row in flow.problems))

    def test_a_workflow_whose_run_as_user_is_archived_pauses_and_keeps_its_calls(self):
        flow = self.hook(run_as=self.manager)
        self.manager.active = False
        [call] = self.called(flow, {"email": "a@b.co"})
        self.assertEqual((flow.state, call.state), ("paused", "new"))
        self.assertIn("archived", flow.pause_reason)
        self.manager.active = True
        flow.action_resume()
        self.tick_enroll()
        self.assertEqual(call.state, "entered")

    def test_problems_are_told_before_publishing(self):
        for vals, text in (
            ({"webhook_path": "a..b"}, "Say where in the payload"),
            ({"webhook_path": False}, "Say where in the payload"),
            ({"webhook_find": "field", "webhook_field": "child_ids"}, "Choose a text"),
            ({"webhook_find": False}, "how the webhook finds"),
            ({"webhook_find": "id"}, "cannot be created with an ID"),
            ({"webhook_find": "external_id"}, "cannot be created with an ID"),
            ({"webhook_mapping": [["a", "child_ids", "always"]]}, "“child_ids”"),
            ({"webhook_mapping": [["a", "nothing", "always"]]}, "“nothing”"),
            ({"webhook_mapping": [["a", "id", "always"]]}, "“id”"),
        ):
            flow = self.hook(publish=False, **vals)
            self.assertIn(text, " ".join(row["text"] for row in flow.problems))
        with self.assertRaises(ValidationError):
            self.hook(publish=False, webhook_rate=0)

    def test_values_of_a_published_version_do_not_change(self):
        flow = self.hook(webhook_mapping=[["name", "name", "always"]])
        value = flow.trigger_ids.webhook_value_ids
        for change in (
            lambda: value.write({"path": "other"}),
            lambda: value.unlink(),
            lambda: value.copy(),
            lambda: flow.trigger_ids.write({"webhook_rate": 5}),
        ):
            with self.assertRaises(UserError):
                change()

    def test_a_copied_database_does_not_answer_the_callers_of_the_original(self):
        flow = self.hook(webhook_signed=True)
        path = self.path(flow)
        waiting = self.hook()
        self.post(waiting, {"email": "a@b.co"})
        self.env.flush_all()
        with file_open("crm_workflow/data/neutralize.sql") as file:
            self.env.cr.execute(file.read())
        self.env.invalidate_all()
        self.assertEqual(self.post(path, {"email": "a@b.co"}).status_code, 404)
        self.assertFalse(self.webhook(flow).secret)
        self.assertFalse(self.calls(waiting))

    def test_old_calls_are_forgotten(self):
        flow = self.hook()
        calls = self.called(flow, {"email": "a@b.co"}, {"email": "b@b.co"})
        self.env.cr.execute(
            "UPDATE crm_workflow_webhook_call SET at = at - interval '31 days' WHERE id = %s",
            [calls[0].id],
        )
        self.env["crm.workflow"]._gc_history()
        self.assertEqual(self.calls(flow), calls[1])

    def test_where_nobody_has_called_an_example_shows_how(self):
        flow = self.hook(webhook_path="contact.email")
        action = flow.with_user(self.manager).action_open_calls()
        self.assertIn("curl", action["help"])
        self.assertIn(self.path(flow), action["help"])
        self.assertIn('{"contact": {"email": "ada@example.com"}}', flow.trigger_ids.webhook_example)
