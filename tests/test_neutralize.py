import re

from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged
from odoo.tools import file_open

from ..services.queue import claims
from ..services.reasons import reason_label
from .common import WorkflowCase

OSLO = "[('city', '=', 'Oslo')]"


@tagged("-at_install", "post_install")
class TestNeutralize(WorkflowCase):
    """A copied database is silent until somebody asks it to act."""

    def test_odoo_finds_the_file(self):
        with file_open("crm_workflow/data/neutralize.sql") as file:
            ours = file.read().strip()
        self.assertIn(
            ours, [query.strip() for query in get_neutralization_queries(["crm_workflow"])]
        )

    def test_a_live_workflow_is_paused_and_says_why(self):
        workflow = self.workflow(self.write_step())
        self.neutralize()
        self.assertEqual(workflow.state, "paused")
        self.assertEqual(
            workflow.pause_reason_text,
            "This database is a copy. Resume the workflow to let it act here.",
        )

    def test_its_reasons_are_codes_that_are_told_in_the_language_of_whoever_reads(self):
        with file_open("crm_workflow/data/neutralize.sql") as file:
            texts = [row for row in file if not row.startswith("--")]
        codes = re.findall(r"(?:reason|error|type) = '([^']*)'", "".join(texts))
        self.assertEqual(codes, ["copy_paused", "copy_cancelled", "crm_workflow_copy"])
        mails = self.env["mail.mail"]._fields["failure_type"]._description_selection(self.env)
        told = [reason_label(self.env, code) for code in codes[:2]] + [dict(mails)[codes[2]]]
        for code, text in zip(codes, told, strict=True):
            self.assertNotEqual(code, text)
            self.assertIn("copy", text)

    def test_other_states_stay(self):
        draft = self.workflow(self.write_step(), publish=False)
        off = self.workflow(self.write_step())
        off.action_turn_off()
        self.neutralize()
        self.assertEqual((draft.state, off.state), ("draft", "off"))

    def test_nobody_moves(self):
        contacts = self.contacts(3)
        live, finishing = (
            self.workflow(self.delay(1, "hours"), self.write_step("function")) for _ in range(2)
        )
        live.enroll(contacts[:2])
        finishing.enroll(contacts[2])
        self.tick_run()
        finishing.action_turn_off()
        self.neutralize()
        self.travel(days=2)
        self.tick()
        self.assertFalse(any(contacts.mapped("function")))
        self.assertEqual(
            set((self.enrollments(live) + self.enrollments(finishing)).mapped("state")), {"active"}
        )

    def test_nobody_enters_by_what_happened_in_the_original(self):
        workflow = self.workflow(
            self.write_step(),
            triggers=[
                {"kind": "event", "event": "created", "domain": "[('name', 'like', 'Contact')]"}
            ],
        )
        self.contacts(2)
        self.env.cr.flush()
        self.neutralize()
        self.assertFalse(self.env["crm.workflow.event"].search_count([]))
        workflow.action_resume()
        self.tick()
        self.assertFalse(self.enrollments(workflow))

    def test_what_was_in_hands_in_the_original_is_in_nobody_s(self):
        workflow = self.workflow(self.delay(1, "hours"), self.write_step("function", "moved on"))
        enrollment = workflow.enroll(self.contacts(1))
        claims.write_tickets(self.env, [enrollment.ids])
        self.neutralize()
        self.assertFalse(self.env["crm.workflow.ticket"].search([]))

    def test_a_workflow_that_is_resumed_goes_on_where_it_stood(self):
        contact = self.contacts(1)
        workflow = self.workflow(self.delay(1, "hours"), self.write_step("function", "moved on"))
        workflow.enroll(contact)
        self.tick_run()
        self.neutralize()
        workflow.action_resume()
        self.assertFalse(workflow.pause_reason)
        self.travel(hours=2)
        self.tick()
        self.assertEqual(contact.function, "moved on")

    def test_a_record_that_was_finishing_goes_on_when_a_person_ends_its_wait(self):
        contact = self.contacts(1)
        workflow = self.workflow(self.delay(1, "hours"), self.write_step("function", "moved on"))
        workflow.enroll(contact)
        self.tick_run()
        workflow.action_turn_off()
        self.neutralize()
        self.enrollments(workflow).action_skip_wait()
        self.tick_run()
        self.assertEqual(contact.function, "moved on")

    def neutralize(self):
        """Run our file as Odoo does on a copy, and forget what was read before."""
        self.env.flush_all()
        with file_open("crm_workflow/data/neutralize.sql") as file:
            self.env.cr.execute(file.read())
        self.env.invalidate_all()
        self.env["crm.workflow"]._clear_watches()


@tagged("-at_install", "post_install")
class TestCopy(WorkflowCase):
    """A copy that Odoo made without neutralizing it rests, too, but keeps what it knows."""

    def be_copied(self):
        """Give the database the identity of a copy, as Odoo's database manager does."""
        self.env.flush_all()
        self.env["ir.config_parameter"].init(force=True)

    def test_it_rests_and_says_why(self):
        contacts = self.contacts(3)
        workflow = self.workflow(self.delay(1, "hours"), self.write_step(), triggers=[OSLO])
        workflow.enroll(contacts[:2])
        self.tick()
        contacts[2].city = "Oslo"
        self.be_copied()
        self.travel(hours=2)
        self.tick()
        self.assertEqual(workflow.state, "paused")
        self.assertIn("copy", workflow.pause_reason)
        self.assertInside(workflow, contacts[:2])
        self.assertFalse(any(contacts.mapped("ref")))

    def test_who_resumes_lets_that_workflow_act_and_no_other(self):
        one, two = (self.workflow(self.delay(1, "hours"), self.write_step()) for _ in range(2))
        first, second = self.contacts(2)
        one.enroll(first)
        two.enroll(second)
        self.tick()
        self.be_copied()
        self.tick()
        one.action_resume()
        self.travel(hours=2)
        self.tick()
        self.assertEqual((first.ref, second.ref), ("been here", False))
        self.assertEqual((one.state, two.state), ("on", "paused"))

    def test_publishing_before_the_first_tick_wakes_nothing_else(self):
        one, two = (self.workflow(self.delay(1, "hours"), self.write_step()) for _ in range(2))
        self.be_copied()
        one.action_edit()
        one.action_publish()
        self.assertEqual((one.state, two.state), ("on", "paused"))

    def test_it_keeps_its_webhooks(self):
        workflow = self.workflow(
            self.end(), triggers=[{"kind": "webhook", "webhook_path": "email"}]
        )
        webhook = self.env["crm.workflow.webhook"].search([("workflow_id", "=", workflow.id)])
        identifier = webhook.identifier
        self.be_copied()
        self.tick()
        webhook.invalidate_recordset()
        self.assertEqual(webhook.identifier, identifier)

    def test_the_queue_of_emails_does_not_send_what_the_original_has_queued(self):
        colleague = self.user("colleague", "base.group_user", email="colleague@here.example")
        readers = self.contacts(1, email="somebody@else.example") | colleague.partner_id
        action = self.server_action(
            state="crm_workflow_email",
            crm_workflow_email_subject="Hello",
            crm_workflow_email_body="<p>Hello</p>",
        )
        workflow = self.workflow({"kind": "server", "server_action_id": action.id})
        workflow.enroll(readers)
        self.tick()
        mails = self.env["mail.mail"].search([("recipient_ids", "in", readers.ids)])
        self.assertEqual(mails.recipient_ids, readers)
        self.assertEqual(mails.mapped("state"), ["outgoing"] * 2)
        self.be_copied()
        with self.cron_env() as env:
            env["mail.mail"].process_email_queue(mails.ids)
        self.assertEqual(mails.mapped("state"), ["cancel"] * 2)
        self.assertEqual(mails.mapped("failure_type"), ["crm_workflow_copy"] * 2)
        self.assertFalse(any(mails.mapped("failure_reason")))
        self.assertEqual(workflow.state, "paused")

    def test_the_queue_of_calls_does_not_make_those_of_the_original(self):
        workflow = self.workflow({"kind": "call", "call_url": "https://service.example/hook"})
        workflow.enroll(self.contacts(1))
        self.tick()
        call = self.env["crm.workflow.call"].search([("workflow_id", "=", workflow.id)])
        self.assertEqual(call.state, "waiting")
        self.be_copied()
        with self.cron_env() as env:
            env["crm.workflow"]._cron_call()
        self.assertEqual((call.state, call.attempts), ("cancelled", 0))
        self.assertEqual(workflow.state, "paused")

    def test_nobody_is_told_by_the_copy_of_what_failed_in_the_original(self):
        reader = self.user("reader", "base.group_user", notification_type="email")
        workflow = self.workflow(self.write_step())
        workflow.message_notify(partner_ids=reader.partner_id.ids, body="!", force_send=False)
        mail = self.env["mail.mail"].search([("recipient_ids", "in", reader.partner_id.ids)])
        self.assertEqual(mail.state, "outgoing")
        self.be_copied()
        self.tick()
        self.assertEqual(mail.state, "cancel")

    def test_what_people_have_queued_leaves_from_a_copy_as_odoo_has_it(self):
        workflow = self.workflow(self.write_step())
        mail = self.env["mail.mail"].create({"email_to": "somebody@else.example"})
        self.be_copied()
        self.tick()
        self.assertEqual((mail.state, workflow.state), ("outgoing", "paused"))

    def test_a_database_in_which_nothing_was_switched_on_has_nothing_to_rest_from(self):
        parameters = self.env["ir.config_parameter"]
        parameters.search([("key", "=", "crm_workflow.database_uuid")]).unlink()
        self.be_copied()
        self.tick()
        self.assertFalse(parameters.get_param("crm_workflow.database_uuid"))
