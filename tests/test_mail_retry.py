from datetime import timedelta
from unittest.mock import patch

from odoo import fields, sql_db
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..services import mail_parting
from .messages import SendingCase

LOGGERS = ("odoo.addons.mail.models.mail_mail", "odoo.addons.base.models.ir_mail_server")


class RetryCase(SendingCase):
    """E-mails that do not leave at once."""

    def attempt(self):
        """Odoo's queue runs; who was written to."""
        with mute_logger(*LOGGERS):
            return sorted(address for mail in self.send() for address in mail.recipients)

    def let_time_pass(self):
        self.env["mail.mail"].search(
            [("scheduled_date", "!=", False)]
        ).scheduled_date = self.env.cr.now()

    def offer(self, **vals):
        """A workflow that sends one."""
        own = {f"crm_workflow_email_{name}": value for name, value in vals.items()}
        written = {
            "crm_workflow_email_subject": "Offer",
            "crm_workflow_email_body": "<p>Hello</p>",
        }
        return self.act("crm_workflow_email", **written | own)


@tagged("post_install", "-at_install")
class TestMailRetry(RetryCase):
    """What a step sends leaves later when the server of e-mails is in no state to take it."""

    def setUp(self):
        super().setUp()
        self.go(self.offer(), self.contact | self.other)
        self.mails = self.queued()
        self.assertEqual(len(self.mails), 2)

    def assertLater(self, mails, minutes):
        self.assertEqual(set(mails.mapped("state")), {"outgoing"})
        moments = set(mails.mapped("scheduled_date"))
        self.assertEqual(
            moments, {self.env.cr.now().replace(microsecond=0) + timedelta(minutes=minutes)}
        )
        triggers = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("mail.ir_cron_mail_scheduler_action").id)]
        )
        self.assertIn(moments.pop(), triggers.mapped("call_at"))

    def test_a_server_that_is_away_gets_all_of_them_later(self):
        self.smtp.stop()
        self.assertFalse(self.attempt())
        self.assertLater(self.mails, 1)
        self.assertFalse(self.attempt(), "it is not their time")
        self.let_time_pass()
        self.attempt()
        self.assertLater(self.mails, 5)
        self.come_back()
        self.let_time_pass()
        self.assertEqual(self.attempt(), ["ada@nordic.example", "bob@else.example"])
        self.assertFalse(self.mails.exists().filtered(lambda mail: mail.state != "sent"))

    def come_back(self):
        smtp = type(self.smtp)(self.smtp.port)
        smtp.received = self.smtp.received
        self.smtp = smtp.start()

    def test_one_that_is_refused_for_now_leaves_later_and_the_others_leave_at_once(self):
        self.smtp.behaviours = ["451 too busy", "take"]
        self.assertEqual(self.attempt(), ["bob@else.example"])
        self.assertLater(self.mails[0], 1)
        self.assertIn("too busy", self.mails[0].failure_reason)
        self.let_time_pass()
        self.assertEqual(self.attempt(), ["ada@nordic.example"])

    def test_one_that_is_refused_for_good_is_given_up_as_ever(self):
        self.smtp.behaviours = ["550 no such person", "take"]
        self.assertEqual(self.attempt(), ["bob@else.example"])
        self.assertEqual(self.mails[0].state, "exception")

    def test_whoever_was_in_hands_when_the_server_hung_up_is_written_to_later(self):
        self.smtp.behaviours = ["hang up at once", "take"]
        self.assertFalse(self.attempt())
        self.assertLater(self.mails[0], 1)
        self.assertEqual((self.mails[1].state, self.mails[1].scheduled_date), ("outgoing", False))
        self.assertEqual(self.attempt(), ["bob@else.example"])
        self.let_time_pass()
        self.assertEqual(self.attempt(), ["ada@nordic.example"])

    def is_woken(self):
        """True when the scheduler comes to the queue at once; it forgets that it does."""
        cron_id = self.env.ref("mail.ir_cron_mail_scheduler_action").id
        due = [("cron_id", "=", cron_id), ("call_at", "<=", fields.Datetime.now())]
        triggers = self.env["ir.cron.trigger"].search(due)
        triggers.unlink()
        return bool(triggers)

    def test_the_queue_runs_again_while_it_gets_on_and_more_are_due(self):
        self.env["ir.config_parameter"].set_param("mail.mail.queue.batch.size", "1")
        self.is_woken()
        self.assertEqual((len(self.attempt()), self.is_woken()), (1, True))
        self.assertEqual((len(self.attempt()), self.is_woken()), (1, False))

    def test_the_queue_runs_again_after_a_server_that_hung_up_on_some(self):
        self.go(
            self.offer(), self.env["res.partner"].create({"name": "Eve", "email": "e@e.example"})
        )
        self.smtp.behaviours = ["take", "hang up at once", "take"]
        self.is_woken()
        self.assertEqual((len(self.attempt()), self.is_woken()), (1, True))
        self.assertEqual((len(self.attempt()), self.is_woken()), (1, False))

    def test_a_server_that_hangs_up_on_all_of_them_is_left_alone_for_a_minute(self):
        self.smtp.behaviours = ["hang up at once"]
        self.is_woken()
        self.attempt()
        self.assertFalse(self.is_woken())

    def test_what_was_taken_without_a_word_comes_again_under_the_same_id(self):
        self.smtp.behaviours = ["hang up afterwards", "take"]
        self.assertEqual(self.attempt(), ["ada@nordic.example"])
        self.let_time_pass()
        self.assertEqual(self.attempt(), ["ada@nordic.example", "bob@else.example"])
        ids = [mail.message["Message-Id"] for mail in self.smtp.received]
        self.assertEqual((len(ids), len(set(ids))), (3, 2))

    def assertGivenUp(self, mails, reason):
        """In the queue, and in the history where the sender sees it."""
        notifications = self.env["mail.notification"].search([("mail_mail_id", "in", mails.ids)])
        self.assertEqual(set(mails.mapped("state")), {"exception"})
        for mail in mails:
            self.assertIn(reason, mail.failure_reason)
        self.assertEqual(
            [(row.notification_status, row.failure_type) for row in notifications],
            [("exception", "mail_smtp")] * len(mails),
        )

    def test_after_three_days_it_is_given_up_and_the_sender_learns_it(self):
        self.mails.crm_workflow_attempt = 14
        self.smtp.stop()
        self.attempt()
        self.assertGivenUp(self.mails, "refused")
        self.come_back()

    def test_so_is_one_that_the_server_hung_up_on_each_time(self):
        self.mails[0].crm_workflow_attempt = 14
        self.smtp.behaviours = ["hang up at once", "take"]
        self.attempt()
        self.assertGivenUp(self.mails[0], "closed")

    def test_an_email_that_people_send_is_treated_as_odoo_does(self):
        mail = self.env["mail.mail"].create(
            {"email_to": "ada@nordic.example", "email_from": "us@nordic.example", "body_html": "Hi"}
        )
        self.smtp.behaviours = ["take", "take", "451 too busy"]
        self.attempt()
        self.assertEqual((mail.state, mail.crm_workflow_attempt), ("exception", 0))


@tagged("post_install", "-at_install")
class TestMailParting(RetryCase):
    """Of several who get an e-mail each gets it once, whatever the server does in between."""

    def setUp(self):
        super().setUp()
        self.contact.message_subscribe((self.contact | self.other).ids)
        self.template = self.env["mail.template"].create(
            {
                "name": "Offer",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "Offer",
                "body_html": '<p>Hello <a href="https://nordic.example/prices">Prices</a></p>',
                "email_from": "us@nordic.example",
                "use_default_to": False,
                "attachment_ids": [(0, 0, {"name": "prices.txt", "raw": b"1"})],
            }
        )

    def by_template(self, **vals):
        self.template.write(vals)
        return {"by": "template", "template_id": self.template.id, "to": "template"}

    def ways(self):
        """What names Ada and Bob, as values of the action."""
        both = "ada@nordic.example, bob@else.example"
        yield {"to": "followers"}
        yield {"to": "addresses", "addresses": both}
        yield {"to": "addresses", "addresses": both, "keep": False}
        yield self.by_template(partner_to=f"{self.contact.id},{self.other.id}")
        yield self.by_template(partner_to="", email_to=both)
        yield self.by_template(email_to="ada@nordic.example", email_cc="bob@else.example")
        yield self.by_template(
            partner_to=str(self.contact.id), email_to="bob@else.example", email_cc=""
        )

    def assertEachOnce(self, behaviour, at_once):
        """The second of two meets this: it alone comes again later."""
        for way in self.ways():
            with self.subTest(**way):
                self.go(self.offer(**way), self.contact)
                self.assertEqual(len(self.queued()), 1)
                self.smtp.behaviours = ["take", behaviour, "take"]
                first = self.attempt()
                self.assertEqual(len(first), at_once)
                self.let_time_pass()
                later = self.attempt()
                self.assertEqual(sorted(first + later), ["ada@nordic.example", "bob@else.example"])
                self.assertFalse(self.queued())

    def test_when_the_server_hangs_up_in_the_middle(self):
        self.assertEachOnce("hang up at once", 1)

    def test_when_the_server_takes_one_and_refuses_the_other_for_now(self):
        self.assertEachOnce("451 too busy", 1)

    def test_when_nothing_happens(self):
        self.assertEachOnce("take", 2)

    def test_the_history_tells_of_one_email_and_what_became_of_each(self):
        before = self.contact.message_ids
        self.go(self.offer(to="followers"), self.contact)
        self.smtp.behaviours = ["take", "550 no such person"]
        self.attempt()
        message = self.contact.message_ids - before
        self.assertEqual(len(message), 1)
        status = {row.res_partner_id: row.notification_status for row in message.notification_ids}
        [email] = self.smtp.received
        taken = (self.contact | self.other).filtered(lambda one: one.email in email.recipients)
        refused = (self.contact | self.other) - taken
        self.assertEqual(status, {taken: "sent", refused: "exception"})

    def test_the_history_knows_addresses_without_a_contact(self):
        self.go(self.offer(to="addresses", addresses="a@x.example, B@x.example"), self.contact)
        message = self.queued().mail_message_id
        self.smtp.behaviours = ["take", "550 no such person"]
        self.attempt()
        status = {
            row.mail_email_address: row.notification_status for row in message.notification_ids
        }
        self.assertEqual(status, {"a@x.example": "sent", "b@x.example": "exception"})

    def test_what_is_not_kept_is_there_until_the_last_one_has_left(self):
        way = self.by_template(partner_to=f"{self.contact.id},{self.other.id}")
        self.go(self.offer(**way, keep=False), self.contact)
        message = self.queued().mail_message_id
        self.smtp.behaviours = ["take", "451 too busy", "take"]
        self.attempt()
        self.assertTrue(message.exists())
        self.let_time_pass()
        self.attempt()
        self.assertFalse(message.exists())
        for mail in self.smtp.received:
            names = [part.get_filename() for part in mail.message.iter_attachments()]
            self.assertEqual(names, ["prices.txt"])

    def test_it_is_one_email_whoever_opens_it(self):
        way = self.by_template(partner_to=f"{self.contact.id},{self.other.id}")
        self.go(self.offer(**way), self.contact)
        kept = self.env["crm.workflow.mail"].search([("res_id", "=", self.contact.id)])
        self.assertEqual(kept.partner_ids, self.contact | self.other)
        self.attempt()
        address = f"/crm_workflow/mail/{kept.id}/"
        for mail in self.smtp.received:
            html = mail.part("text/html")
            self.assertRegex(html, rf"{address}\w+/blank.gif")
            self.assertRegex(html, rf"{address}\w+/r/")
        self.assertFalse(kept.sudo().mail_ids)

    def test_who_are_to_see_one_another_get_it_together(self):
        code = (
            "env['mail.mail'].sudo().create({'email_to': 'a@x.example, b@x.example', "
            "'email_cc': 'c@x.example', 'recipient_ids': [(4, record.id)], "
            "'email_from': 'us@x.example', 'body_html': 'Hi'})"
        )
        workflow = self.workflow(self.code_step(code), run_as_id=self.admin.id)
        self.go(workflow, self.contact)
        self.attempt()
        self.assertEqual(
            [mail.recipients for mail in self.smtp.received],
            [("a@x.example", "b@x.example", "c@x.example"), ("ada@nordic.example",)],
        )

    def test_who_is_named_twice_gets_it_once(self):
        twice = "ada@nordic.example, Ada <ADA@nordic.example>, bob@else.example"
        for named in ({}, {"partner_to": str(self.contact.id)}):
            with self.subTest(**named):
                self.go(self.offer(**self.by_template(email_to=twice, **named)), self.contact)
                self.assertEqual(self.attempt(), ["ada@nordic.example", "bob@else.example"])

    def test_what_people_send_is_left_whole(self):
        mail = self.env["mail.mail"].create(
            {"email_to": "a@x.example, b@x.example", "email_from": "us@x.example"}
        )
        self.assertEqual(mail_parting.one_each(mail), mail)

    def test_the_queue_counts_those_that_it_knows_of(self):
        self.go(self.offer(to="followers"), self.contact)
        told, mail = [], self.queued()
        servers = type(self.env["ir.mail_server"])
        with patch.object(servers, "_disable_send", lambda _self: False):
            mail.send(post_send_callback=told.extend)
        self.assertEqual(set(told), set(mail.ids))

    def test_many_take_as_many_queries_as_few(self):
        def count(many):
            contacts = self.contacts(many, email="many@test.example")
            workflow = self.offer(to="addresses", addresses="a@x.example, b@x.example")
            self.go(workflow, contacts)
            more = self.offer(to="followers")
            for contact in contacts:
                contact.message_subscribe((self.contact | self.other | contact).ids)
            self.go(more, contacts)
            mails = self.queued()
            self.env.flush_all()
            self.env.invalidate_all()
            before = sql_db.sql_counter
            parted = mail_parting.one_each(mails)
            queries = sql_db.sql_counter - before
            self.assertEqual(len(parted), 5 * many)
            parted.cancel()
            return queries

        count(2)
        few = count(2)
        self.assertLessEqual(count(30), few + 1)
