import json
from unittest.mock import patch

from odoo.tests import tagged

from .messages import MessageCase

#: Queries of Odoo itself for each message that goes to followers.
PER_MESSAGE = 9


@tagged("post_install", "-at_install")
class TestNotifyStep(MessageCase):
    """Colleagues are told, in their inbox or by e-mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = cls.colleague("reader", notification_type="inbox")
        cls.mailer = cls.colleague("mailer", notification_type="email")

    @classmethod
    def colleague(cls, login, **vals):
        return cls.env["res.users"].create(
            {"name": login.title(), "login": login, "email": f"{login}@test.example", **vals}
        )

    def tell(self, object_type=None, publish=True, **vals):
        own = {"subject": "{{ object.name }} waits", "body": "<p>Call {{ object.name }}!</p>"}
        own |= {"to": "users", "user_ids": (self.reader | self.mailer).ids, **vals}
        own = {f"crm_workflow_notify_{name}": value for name, value in own.items()}
        return self.act("crm_workflow_notify", object_type, publish=publish, **own)

    def messages(self, record):
        return self.env["mail.message"].search(
            [("model", "=", record._name), ("res_id", "=", record.id)]
            + [("message_type", "=", "user_notification")]
        )

    def inbox(self, user):
        return self.env["mail.notification"].search(
            [("res_partner_id", "=", user.partner_id.id), ("notification_type", "=", "inbox")]
        )

    def test_each_is_told_in_the_way_that_he_prefers(self):
        workflow = self.tell()
        self.go(workflow, self.contact | self.other)
        self.assertEqual(
            self.inbox(self.reader).mail_message_id.mapped("subject"), ["Ada waits", "Bob waits"]
        )
        self.assertFalse(self.inbox(self.mailer))
        mails = self.queued()
        self.assertEqual(mails.recipient_ids, self.mailer.partner_id)
        self.assertEqual(len(mails), 2)
        self.assertIn("Call Ada!", mails[0].body_html)
        self.assertIn(f"res_id={self.contact.id}", mails[0].body_html)
        self.assertFalse(self.env["crm.workflow.mail"].search([]), "colleagues are not tracked")
        message = self.messages(self.contact)
        self.assertEqual(message.author_id, self.seller.partner_id)
        self.assertEqual(message.notified_partner_ids, (self.reader | self.mailer).partner_id)

    def test_everybody_may_be_told_by_email(self):
        self.go(self.tell(by="email"), self.contact)
        self.assertFalse(self.inbox(self.reader))
        self.assertEqual(self.queued().recipient_ids, (self.reader | self.mailer).partner_id)

    def test_browsers_that_are_open_hear_of_it(self):
        sent = []
        users = type(self.env["res.users"])
        with patch.object(users, "_bus_send", lambda user, *args, **_more: sent.append(args)):
            self.go(self.tell(), self.contact | self.other)
        told = [payload for kind, payload in sent if kind == "mail.message/inbox"]
        self.assertEqual(len(told), 2)
        self.assertIn("Ada waits", json.dumps(told[0]["store_data"], default=str))
        self.assertFalse(told[1]["store_data"])

    def test_the_owner_a_team_or_a_field_say_who_is_told(self):
        team = self.env["crm.team"].create({"name": "North", "member_ids": self.reader.ids})
        deal = self.deal(user_id=self.reader.id)
        for vals in (
            {"to": "owner"},
            {"to": "team", "team_id": team.id},
            {"to": "path", "path": "user_id"},
        ):
            self.go(self.tell(self.deal_type, user_ids=False, **vals), deal)
            self.assertEqual(self.messages(deal)[:1].notified_partner_ids, self.reader.partner_id)

    def test_the_ledger_says_where_nobody_is_told(self):
        deals = self.deal(user_id=False) | self.deal(user_id=self.reader.id)
        before = len(self.inbox(self.reader))
        workflow = self.tell(self.deal_type, to="owner")
        self.go(workflow, deals)
        self.assertIn("Nobody was told", self.told(workflow, deals[0]))
        self.assertFalse(self.told(workflow, deals[1]))
        self.assertEqual(len(self.inbox(self.reader)), before + 1)

    def test_many_take_no_more_queries_than_one(self):
        self.assertNoMoreForMany(self.tell(), self.contacts)

    def test_a_record_whose_text_fails_does_not_stop_the_others(self):
        contacts = self.contacts(3)
        contacts.mapped(lambda contact: contact.write({"color": contact != contacts[1]}))
        enrollments = self.go(self.tell(subject="{{ 1 / object.color }}"), contacts)
        self.assertEqual(enrollments.mapped("state"), ["completed", "parked", "completed"])
        self.assertEqual(len(self.inbox(self.reader)), 2)

    def test_what_is_wrong_is_told_before_publishing(self):
        for vals, text in (
            ({"subject": False, "body": False}, "told nothing"),
            ({"subject": "{{ object.nothing }}"}, "has no “nothing”"),
            ({"body": "<p>{{ object.nothing }}</p>"}, "has no “nothing”"),
            ({"user_ids": False}, "Choose the colleagues"),
            ({"to": "team"}, "Choose the sales team"),
            ({"to": "path", "path": "partner_id"}, "leads to the users"),
        ):
            workflow = self.tell(self.deal_type, publish=False, **vals)
            self.assertIn(text, self.problem(workflow), vals)

    def test_it_travels_in_the_document(self):
        action = self.travels(self.tell(by="email"))
        self.assertEqual(action.crm_workflow_notify_user_ids, self.reader | self.mailer)
        self.assertEqual(action.crm_workflow_notify_by, "email")

    def test_its_name_says_what_it_does(self):
        action = self.env["ir.actions.server"].new(
            {"state": "crm_workflow_notify", "crm_workflow_notify_subject": "Call"}
        )
        self.assertEqual(action._generate_action_name(), "Tell: Call")


@tagged("post_install", "-at_install")
class TestNoteStep(MessageCase):
    """Notes in the history, and messages to followers."""

    def note(self, publish=True, object_type=None, **vals):
        own = {"body": "<p>Seen {{ object.name }}</p>", **vals}
        own = {f"crm_workflow_note_{name}": value for name, value in own.items()}
        return self.act("crm_workflow_note", object_type, publish=publish, **own)

    def test_a_note_is_written_in_the_name_of_the_run_as_user(self):
        logged = self.waits_for("note_logged")
        self.go(self.note(), self.contact | self.other)
        message = self.contact.message_ids[0]
        self.assertIn("Seen Ada", message.body)
        self.assertEqual(message.author_id, self.seller.partner_id)
        self.assertTrue(message.subtype_id.internal)
        self.assertFalse(message.notification_ids)
        self.tick()
        self.assertInside(logged, self.contact | self.other)

    def test_followers_may_get_it_as_a_message(self):
        self.contact.message_subscribe(self.other.ids)
        self.go(self.note(to_followers=True), self.contact)
        message = self.contact.message_ids[0]
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertIn(self.other, message.notified_partner_ids)
        self.assertEqual(self.queued().recipient_ids, self.other)

    def test_browsers_are_told_after_the_commit(self):
        device = self.env["mail.push.device"].create(
            {
                "partner_id": self.seller.partner_id.id,
                "endpoint": "https://push.example/1",
                "keys": "{}",
            }
        )
        code = """devices = env["mail.push.device"].sudo().search([])
record._web_push_send_notification(devices, "", "", payload={"title": "Hello"})"""
        workflow = self.workflow(self.code_step(code))
        self.go(workflow, self.contact)
        self.assertEqual(self.enrollments(workflow).state, "completed")
        self.assertEqual(self.env["mail.push"].search([]).mail_push_device_id, device)

    def test_many_take_no_more_queries_than_one(self):
        self.assertNoMoreForMany(self.note(), self.contacts)

    def test_a_message_takes_so_many_queries_of_odoo(self):
        many = 20
        workflow = self.note(to_followers=True)
        self.assertNoMoreForMany(workflow, self.contacts, more=PER_MESSAGE * many, many=many)

    def test_without_the_right_to_write_the_record_waits_for_a_person(self):
        user = self.user("plain", "base.group_user")
        user.email = "plain@test.example"
        workflow = self.note(publish=False)
        workflow.action_publish()
        workflow.sudo().run_as_id = user
        enrollment = self.go(workflow, self.contact)
        self.assertEqual(enrollment.state, "parked")
        self.assertFalse(self.contact.message_ids.filtered(lambda own: "Seen" in (own.body or "")))

    def test_what_is_wrong_is_told_before_publishing(self):
        tags = self.env["crm.workflow.object"].create({"name": "Tag", "model_name": "crm.tag"})
        self.assertIn("note is empty", self.problem(self.note(publish=False, body=False)))
        body = "<p>{{ object.nothing }}</p>"
        self.assertIn("no “nothing”", self.problem(self.note(publish=False, body=body)))
        self.assertIn("no history", self.problem(self.note(publish=False, object_type=tags)))

    def test_it_travels_in_the_document(self):
        action = self.travels(self.note(to_followers=True))
        self.assertTrue(action.crm_workflow_note_to_followers)
        self.assertIn("{{ object.name }}", action.crm_workflow_note_body)
