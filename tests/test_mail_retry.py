from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from .messages import SendingCase

LOGGERS = ("odoo.addons.mail.models.mail_mail", "odoo.addons.base.models.ir_mail_server")


@tagged("post_install", "-at_install")
class TestMailRetry(SendingCase):
    """What a step sends leaves later when the server of e-mails is in no state to take it."""

    def setUp(self):
        super().setUp()
        workflow = self.act(
            "crm_workflow_email",
            crm_workflow_email_subject="Offer",
            crm_workflow_email_body="<p>Hello</p>",
        )
        self.go(workflow, self.contact | self.other)
        self.mails = self.queued()
        self.assertEqual(len(self.mails), 2)

    def attempt(self):
        """Odoo's queue runs; who was written to."""
        with mute_logger(*LOGGERS):
            return sorted(mail.recipients[0] for mail in self.send())

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

    def let_time_pass(self):
        self.mails.exists().filtered("scheduled_date").scheduled_date = self.env.cr.now()

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

    def test_what_was_taken_without_a_word_comes_again_under_the_same_id(self):
        self.smtp.behaviours = ["hang up afterwards", "take"]
        self.assertEqual(self.attempt(), ["ada@nordic.example"])
        self.let_time_pass()
        self.assertEqual(self.attempt(), ["ada@nordic.example", "bob@else.example"])
        ids = [mail.message["Message-Id"] for mail in self.smtp.received]
        self.assertEqual((len(ids), len(set(ids))), (3, 2))

    def test_after_three_days_it_is_given_up_and_the_sender_learns_it(self):
        self.mails.crm_workflow_attempt = 14
        self.smtp.stop()
        self.attempt()
        self.assertEqual(set(self.mails.mapped("state")), {"exception"})
        self.come_back()

    def test_an_email_that_people_send_is_treated_as_odoo_does(self):
        mail = self.env["mail.mail"].create(
            {"email_to": "ada@nordic.example", "email_from": "us@nordic.example", "body_html": "Hi"}
        )
        self.smtp.behaviours = ["take", "take", "451 too busy"]
        self.attempt()
        self.assertEqual((mail.state, mail.crm_workflow_attempt), ("exception", 0))
