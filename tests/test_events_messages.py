from odoo.tests import tagged

from .common import EventCase

EMAIL = """From: {sender}
To: catchall@test.example
Subject: Re: Offer
Message-ID: <answer-{number}@nordic.example>
In-Reply-To: {parent}
References: {parent}
Content-Type: text/plain

Thank you!
"""
BOUNCE = """Return-Path: <>
From: MAILER-DAEMON@nordic.example
To: bounce@test.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce@nordic.example>
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

This is the mail system: no such user.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; nordic.example

Final-Recipient: rfc822; {email}
Action: failed
Status: 5.1.1

--part
Content-Type: text/rfc822-headers

Message-ID: {parent}
To: {email}

--part--
"""


@tagged("post_install", "-at_install")
class TestEventsOfMessages(EventCase):
    """Messages on records, from outside and from inside."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.alias.domain"].search([]).unlink()
        cls.env.company.alias_domain_id = cls.env["mail.alias.domain"].create(
            {"name": "test.example", "bounce_alias": "bounce", "catchall_alias": "catchall"}
        )

    def offer(self, deal):
        """A message to Ada about the deal, as the composer posts it."""
        return deal.with_user(self.admin).message_post(
            body="Our offer",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.contact.ids,
        )

    def receive(self, text, **values):
        """An e-mail arrives at the gateway."""
        self.env["mail.thread"].message_process("crm.lead", text.format(**values))

    def answer(self, message, sender="ada@nordic.example", number=1):
        self.receive(EMAIL, sender=sender, parent=message.message_id, number=number)

    def test_a_message_is_received(self):
        by_deal, by_author = (
            self.waits_for("message_received", kind) for kind in (self.deal_type, self.contact_type)
        )
        deal = self.deal()
        self.offer(deal)
        deal.message_post(body="A colleague's thoughts", subtype_xmlid="mail.mt_note")
        self.tick()
        self.assertEntered(by_deal, deal.browse())
        deal.message_post(
            body="I would like it",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.contact.id,
        )
        self.tick()
        self.assertInside(by_deal, deal)
        self.assertInside(by_author, self.contact)

    def test_a_message_is_sent(self):
        by_deal, by_recipient = (
            self.waits_for("message_sent", kind) for kind in (self.deal_type, self.contact_type)
        )
        deal, silent = self.deal(), self.deal()
        silent.message_post(body="To ourselves", subtype_xmlid="mail.mt_note")
        self.offer(deal)
        self.tick()
        self.assertInside(by_deal, deal)
        self.assertInside(by_recipient, self.contact)

    def test_an_email_by_a_template_is_a_message_sent(self):
        workflow = self.waits_for("message_sent", event_path="res_id")
        template = self.env["mail.template"].create(
            {
                "name": "Hello",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "Hello",
                "body_html": "<p>Hello</p>",
                "partner_to": "{{ object.id }}",
            }
        )
        template.with_user(self.admin).send_mail(self.contact.id)
        self.tick()
        self.assertInside(workflow, self.contact)

    def test_a_note_is_logged(self):
        workflow = self.waits_for("note_logged", self.deal_type)
        deal, other = self.deal(), self.deal()
        self.offer(other)
        deal.with_user(self.admin).message_post(
            body="Called twice", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.tick()
        self.assertInside(workflow, deal)

    def test_an_email_is_answered(self):
        by_deal, by_author = (
            self.waits_for("email_replied", kind) for kind in (self.deal_type, self.contact_type)
        )
        deal = self.deal()
        offer = self.offer(deal)
        deal.message_post(
            body="In the portal",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.contact.id,
        )
        self.tick()
        self.assertEntered(by_deal, deal.browse())
        self.answer(offer)
        self.tick()
        self.assertInside(by_deal, deal)
        self.assertInside(by_author, self.contact)

    def test_an_email_that_answers_nothing_is_no_answer(self):
        workflow = self.waits_for("email_replied", self.deal_type)
        self.receive(EMAIL, sender="new@customer.example", parent="", number=2)
        self.tick()
        self.assertEntered(workflow, self.env["crm.lead"])

    def test_an_address_is_blacklisted(self):
        by_contact = self.waits_for("address_blacklisted")
        by_deal = self.waits_for("address_blacklisted", self.deal_type)
        deal = self.deal(email_from="Ada <ADA@nordic.example>")
        self.deal(partner_id=self.other.id)
        self.env["mail.blacklist"]._add(self.contact.email)
        self.tick()
        self.assertInside(by_contact, self.contact)
        self.assertInside(by_deal, deal)

    def test_an_email_bounces(self):
        by_contact = self.waits_for("email_bounced")
        by_deal = self.waits_for("email_bounced", self.deal_type)
        deal = self.deal()
        offer = self.offer(deal)
        self.tick()
        self.assertEntered(by_contact, self.env["res.partner"])
        self.receive(BOUNCE, email=self.contact.email, parent=offer.message_id)
        self.tick()
        self.assertInside(by_contact, self.contact)
        self.assertInside(by_deal, deal)
