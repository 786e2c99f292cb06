from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import EventCase


@tagged("post_install", "-at_install", "-standard", "crm_workflow_apps")
class TestEventsOfApps(EventCase):
    """What happens in apps that most databases lack; they run where the apps are."""

    def test_they_are_offered(self):
        workflow = self.workflow(publish=False)
        trigger = self.env["crm.workflow.trigger"].new(
            {"kind": "event", "version_id": workflow.draft_version_id.id}
        )
        offered = {
            choice["value"] for group in trigger.event_choices for choice in group["choices"]
        }
        apps = {"survey_completed", "page_visited", "form_submitted", "chat_ended"}
        self.assertLessEqual(apps | {"event_registered", "mailing_opened"}, offered)
        self.assertFalse({"invoice_paid", "task_stage", "ticket_closed"} & offered)

    def test_somebody_registers_for_an_event(self):
        workflow = self.waits_for("event_registered")
        now = fields.Datetime.now()
        event = self.env["event.event"].create(
            {"name": "Fair", "date_begin": now, "date_end": now + timedelta(days=1)}
        )
        by_address = self.waits_for("event_registered", event_path="email")
        self.env["event.registration"].create(
            {"event_id": event.id, "partner_id": self.contact.id, "email": self.other.email}
        )
        self.tick()
        self.assertInside(workflow, self.contact)
        self.assertInside(by_address, self.other)

    def test_a_live_chat_ends(self):
        workflow = self.waits_for("chat_ended")
        visitor = self.user("visitor", "base.group_portal", email="visitor@test.example")
        channel = self.env["im_livechat.channel"].create(
            {"name": "Help", "user_ids": [Command.set(self.admin.ids)]}
        )
        vals = (
            channel.with_user(visitor)
            .sudo()
            ._get_livechat_discuss_channel_vals(
                agent=self.admin, operator_partner=self.admin.partner_id, operator_model="res.users"
            )
        )
        chat = self.env["discuss.channel"].create(vals)
        self.tick()
        self.assertEntered(workflow, self.contact.browse())
        chat.with_user(visitor)._close_livechat_session()
        self.tick()
        self.assertInside(workflow, visitor.partner_id)


@tagged("post_install", "-at_install", "-standard", "crm_workflow_apps")
class TestEventsOfTheWebsite(EventCase, HttpCase):
    """What people do on the website and with their mail, over HTTP as they do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Visits are not counted on a copy of the database that is read only.
        cls.set_registry_readonly_mode(False)

    def mail_to(self, contact):
        """An e-mail of a mailing to a contact, with a link; as it is sent."""
        mailing = self.env["mailing.mailing"].create(
            {
                "name": "News",
                "subject": "News",
                "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "mailing_domain": f"[('id', '=', {contact.id})]",
                "body_html": '<p><a href="https://nordic.example/offer">Offer</a></p>',
            }
        )
        with patch.object(type(self.env["mail.mail"]), "unlink"):
            mailing.action_send_mail(contact.ids)
        return self.env["mail.mail"].search([("mailing_id", "=", mailing.id)])

    def test_a_mailing_is_opened(self):
        workflow = self.waits_for("mailing_opened")
        mail = self.mail_to(self.contact)
        self.tick()
        self.assertEntered(workflow, self.contact.browse())
        self.url_open(urlsplit(mail._get_tracking_url()).path)
        self.tick()
        self.assertInside(workflow, self.contact)

    def test_a_link_of_a_mailing_is_clicked(self):
        workflow = self.waits_for("mailing_clicked")
        mail = self.mail_to(self.contact)
        [code] = self.env["link.tracker"].search([("mass_mailing_id", "=", mail.mailing_id.id)])
        self.tick()
        trace = mail.mailing_trace_ids
        self.url_open(f"/r/{code.code}/m/{trace.id}", allow_redirects=False)
        self.tick()
        self.assertInside(workflow, self.contact)

    def test_a_mailing_list_is_left(self):
        workflow = self.waits_for("unsubscribed")
        news = self.env["mailing.list"].create({"name": "News"})
        members = self.env["mailing.contact"].create(
            [
                {"name": partner.name, "email": partner.email, "list_ids": [Command.set(news.ids)]}
                for partner in (self.contact, self.other)
            ]
        )
        self.tick()
        news._update_subscription_from_email(self.contact.email, opt_out=True)
        self.tick()
        self.assertInside(workflow, self.contact)
        self.assertEqual(self.enrollments(workflow).data["model"], "mailing.subscription")
        self.assertEqual(len(members), 2)

    def test_a_form_is_submitted(self):
        workflow = self.waits_for("form_submitted", self.type_of("lead"))
        deals = self.waits_for("form_submitted", self.deal_type)
        self.deal()
        self.url_open(
            "/website/form/crm.lead",
            data={"contact_name": "Eve", "email_from": "eve@else.example", "name": "A question"},
        )
        self.tick()
        lead = self.env["crm.lead"].search([("name", "=", "A question")])
        self.assertEqual(len(lead), 1)
        self.assertInside(deals if lead.type == "opportunity" else workflow, lead)
        self.assertEqual(len(self.enrollments(workflow) + self.enrollments(deals)), 1)

    def test_a_page_is_visited(self):
        workflow = self.waits_for("page_visited", event_domain="[('url', 'ilike', '/offer')]")
        self.env["website.page"].create(
            [
                {
                    "url": url,
                    "name": url,
                    "type": "qweb",
                    "key": f"website.test{url[1:]}",
                    "arch": "<div>Our offer</div>",
                    "is_published": True,
                    "track": True,
                }
                for url in ("/offer", "/imprint")
            ]
        )
        reader, passer_by = (
            self.user(login, "base.group_portal", password=login * 2)
            for login in ("reader", "passer-by")
        )
        # One transaction is the whole test, and its time stands still for SQL.
        self.env["crm.workflow.mark"].search([]).at -= timedelta(hours=1)
        for user, url in ((reader, "/offer"), (passer_by, "/imprint")):
            self.authenticate(user.login, user.login * 2)
            self.url_open(url)
        self.travel(minutes=2)
        self.tick()
        self.tick()
        self.assertInside(workflow, reader.partner_id)

    def test_a_survey_is_completed(self):
        workflow = self.waits_for("survey_completed")
        survey = self.env["survey.survey"].create(
            {
                "title": "How was it?",
                "access_mode": "public",
                "questions_layout": "one_page",
                "question_and_page_ids": [
                    Command.create({"title": "Well?", "question_type": "char_box"})
                ],
            }
        )
        answers = [survey._create_answer(partner=partner) for partner in (self.contact, self.other)]
        self.tick()
        for answer in answers:
            way = f"{survey.access_token}/{answer.access_token}"
            self.make_jsonrpc_request(f"/survey/begin/{way}", {"lang_code": "en_US"})
        self.make_jsonrpc_request(
            f"/survey/submit/{survey.access_token}/{answers[0].access_token}",
            {str(survey.question_ids.id): "Very well"},
        )
        self.tick()
        self.assertInside(workflow, self.contact)
