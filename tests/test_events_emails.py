import re
from email import message_from_string

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import sql_db
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from odoo.addons.base.tests.common import MockSmtplibCase

from ..services import capture, mail_tracking
from .common import EventCase

BODY = """<p>Hello <a href="https://nordic.example/prices?x=1">Prices</a>,
<a href="https://nordic.example/team">Team</a>, <a href="mailto:us@nordic.example">Mail</a>,
<a href="tel:123">Call</a>, <a href="#below">Below</a>,
<a href="https://nordic.example/answer?access_token=abc">Answer</a>,
<a href="/mail/view?model=res.partner">Open</a>, <a href="http://[broken">Broken</a></p>"""
PRICES = "https://nordic.example/prices?x=1"
READER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Thunderbird"}


@tagged("post_install", "-at_install")
class TestEventsOfEmails(EventCase, HttpCase, MockSmtplibCase):
    """What readers do with the e-mails of workflows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.mail"].search([("state", "=", "outgoing")]).cancel()

    def mailing(self, object_type=None, **vals):
        """A live workflow, over contacts unless told otherwise, that sends a template."""
        model = (object_type or self.contact_type).model_name
        template = self.env["mail.template"].create(
            {
                "name": "Hello",
                "model_id": self.env["ir.model"]._get_id(model),
                "subject": "Our offer",
                "body_html": BODY,
                "email_from": "us@nordic.example",
                "use_default_to": False,
                "partner_to": "{{ object.id }}",
                **vals,
            }
        )
        action = self.server_action(
            model, state="mail_post", mail_post_method="email", template_id=template.id
        )
        step = {"kind": "server", "server_action_id": action.id}
        return self.workflow(step, name="Mailing", object_type=object_type)

    def sent(self, record=None, object_type=None, **vals):
        """The e-mail that a workflow sends, as it arrives: its HTML."""
        workflow = self.mailing(object_type, **vals)
        workflow.enroll(record or self.contact)
        self.tick_run()
        return self.delivered()

    def delivered(self):
        """The one e-mail that leaves now: its HTML."""
        with self.mock_smtplib_connection():
            self.env["mail.mail"].process_email_queue()
        [email] = self.emails
        self.parts = {
            part.get_content_type(): part.get_payload(decode=True).decode()
            for part in message_from_string(email["message"]).walk()
            if not part.is_multipart()
        }
        return self.parts["text/html"]

    def picture(self, html):
        [address] = re.findall(r'src="([^"]*/blank.gif)"', html)
        return self.local(address)

    def link(self, html, text):
        [address] = re.findall(rf'href="([^"]*)"[^>]*>{text}<', html)
        return self.local(address)

    def local(self, address):
        return address.removeprefix(self.env["crm.workflow.mail"].get_base_url())

    def fetch(self, path, method="GET", **headers):
        """A reader, unless the headers say otherwise, asks for an address of the e-mail."""
        answer = self.url_open(
            path, headers={**READER, **headers}, allow_redirects=False, method=method
        )
        self.env.invalidate_all()
        return answer

    def mail(self):
        return self.env["crm.workflow.mail"].search([], limit=1)

    def test_an_email_is_opened(self):
        opened = self.waits_for("email_opened")
        html = self.sent()
        self.tick()
        self.assertEntered(opened, self.env["res.partner"])
        answer = self.fetch(self.picture(html))
        self.assertEqual((answer.status_code, answer.headers["Content-Type"]), (200, "image/gif"))
        self.tick()
        self.assertInside(opened, self.contact)
        self.assertEqual(self.enrollments(opened).data["event"], "email_opened")

    def test_a_link_is_clicked(self):
        clicked, other = (
            self.waits_for("email_clicked", event_domain=f"[('url', 'like', '{part}')]")
            for part in ("prices", "team")
        )
        html = self.sent()
        answer = self.fetch(self.link(html, "Prices"))
        self.assertEqual((answer.status_code, answer.headers["Location"]), (302, PRICES))
        self.tick()
        self.assertInside(clicked, self.contact)
        self.assertEntered(other, self.env["res.partner"])
        self.assertEqual(self.mail().click_ids.label, "Prices")
        self.assertEqual(self.mail().click_ids.link_id.count, 1)

    def test_whoever_is_written_to_about_a_deal_enters(self):
        by_recipient = self.waits_for("email_opened", event_path="partner_ids")
        by_deal = self.waits_for("email_opened", self.deal_type)
        deal = self.deal(name="Boat")
        html = self.sent(deal, self.deal_type, partner_to="{{ object.partner_id.id }}")
        self.fetch(self.picture(html))
        self.tick()
        self.assertInside(by_recipient, self.contact)
        self.assertInside(by_deal, deal)

    def test_a_message_to_its_followers_is_an_email_too(self):
        opened = self.waits_for("email_opened", self.deal_type)
        deal = self.deal()
        message = """record.message_post(
            body="Hello", partner_ids=record.partner_id.ids, message_type="comment",
            subtype_xmlid="mail.mt_comment")"""
        self.workflow(self.code_step(message, "crm.lead"), object_type=self.deal_type).enroll(deal)
        self.tick_run()
        self.fetch(self.picture(self.delivered()))
        self.tick()
        self.assertInside(opened, deal)

    def test_an_email_is_opened_once_and_each_link_is_clicked_once(self):
        html = self.sent()
        self.waits_for("email_opened")
        self.waits_for("email_clicked")
        for _time in range(2):
            self.fetch(self.picture(html))
            self.fetch(self.link(html, "Prices"))
            self.fetch(self.link(html, "Team"))
            self.env.cr.execute(
                "UPDATE crm_workflow_mail SET opened_at = opened_at - interval '1 hour'"
            )
        facts = self.env["crm.workflow.event"].search([("res_model", "like", "crm.workflow.mail%")])
        self.assertEqual(
            sorted(facts.mapped("event")), ["changed", "created", "created"], "noted once each"
        )
        self.assertEqual(self.mail().click_ids.link_id.mapped("count"), [2, 2])

    def test_the_events_travel_in_the_document(self):
        for event in ("email_opened", "email_clicked"):
            text = self.waits_for(event).export_xml()
            copy = self.env["crm.workflow"].import_xml(text)
            self.assertEqual(copy.export_xml(), text)
            self.assertFalse(copy.problems)

    def test_it_is_known_when_odoo_has_deleted_the_email(self):
        opened = self.waits_for("email_opened", event_domain="[('subject', 'like', 'offer')]")
        html = self.sent(auto_delete=True)
        self.assertFalse(self.mail().sudo().mail_ids)
        self.fetch(self.picture(html))
        self.tick()
        self.assertInside(opened, self.contact)

    def test_only_links_that_anybody_may_follow_lead_through_us(self):
        html = self.sent()
        through = re.findall(r'href="([^"]*)"', html)
        self.assertEqual(sum("/crm_workflow/mail/" in address for address in through), 2)
        for address in ("mailto:us@nordic.example", "tel:123", "#below", "http://[broken"):
            self.assertIn(address, through)
        self.assertIn("https://nordic.example/answer?access_token=abc", through)
        self.assertTrue(any("/mail/view" in address for address in through))

    def test_the_plain_text_does_not_name_the_picture(self):
        self.sent()
        self.assertNotIn("blank", self.parts["text/plain"])
        self.assertIn("/crm_workflow/mail/", self.parts["text/plain"])

    def test_a_body_that_is_no_html_leaves_as_it_is(self):
        mail = self.mail().new({"kept_subject": "Empty"})
        for body in ("", "<p><br/></p>", "<!-- nothing -->", '<?xml encoding="utf-8"?><p>a</p>'):
            self.assertEqual(mail_tracking.with_links(mail, body), body)

    def test_programs_and_the_curious_note_nothing(self):
        html = self.sent()
        picture, link = self.picture(html), self.link(html, "Prices")
        wrong = [re.sub(r"/mail/(\d+)/.", r"/mail/\1/x", path) for path in (picture, link)]
        foreign = [re.sub(r"/mail/\d+/", "/mail/1234567/", path) for path in (picture, link)]
        for paths, method, headers in (
            (wrong, "GET", {}),
            (foreign, "GET", {}),
            ((picture, link), "HEAD", {}),
            ((picture, link), "GET", {"User-Agent": "Googlebot/2.1"}),
        ):
            shown, led = (self.fetch(path, method, **headers) for path in paths)
            self.assertEqual((shown.status_code, led.status_code), (200, 302))
            self.assertEqual(led.headers["Location"], PRICES)
        self.assertFalse(self.mail().opened_at or self.mail().click_ids)
        self.assertFalse(self.env["link.tracker.click"].search_count([]))

    def test_the_request_does_not_say_where_a_link_leads(self):
        link = self.link(self.sent(), "Prices")
        answer = self.fetch(f"{link}?url=https://evil.example&redirect=https://evil.example")
        self.assertEqual(answer.headers["Location"], PRICES)
        unknown = link.rpartition("/")[0] + "/https:%5C%5Cevil.example"
        self.assertEqual(self.fetch(unknown).status_code, 404)

    def test_whatever_is_asked_for_gets_an_answer(self):
        link = self.link(self.sent(), "Prices")
        # With a slash it is another address, and one at the end is Odoo's own to redirect.
        signs = st.characters(exclude_categories=["Cs"], exclude_characters="/")
        text = st.text(signs, min_size=1, max_size=12)

        @settings(max_examples=60, deadline=None, database=None, suppress_health_check=HealthCheck)
        @given(text, text, text)
        def ask(number, token, code):
            parts = [self.quoted(part) for part in (number, token, code)]
            for path in (
                "/crm_workflow/mail/{}/{}/blank.gif".format(*parts),
                "/crm_workflow/mail/{}/{}/r/{}".format(*parts),
                link.rpartition("/")[0] + "/" + parts[2],
            ):
                self.assertIn(self.fetch(path).status_code, (200, 302, 303, 308, 404, 400), path)

        ask()
        long = re.sub(r"/\d+/", "/" + "9" * 5000 + "/", link)
        for path in (link.rpartition("/")[0] + "/%00", long):
            self.assertIn(self.fetch(path).status_code, (302, 404))

    def quoted(self, text):
        return "".join(f"%{byte:02X}" for byte in text.encode())

    def test_an_email_that_people_send_is_untouched(self):
        self.mailing()
        template = self.env["mail.template"].search([], order="id desc", limit=1)
        template.send_mail(self.contact.id)
        html = self.delivered()
        self.assertNotIn("/crm_workflow/mail/", html)
        self.assertIn(PRICES, html)
        self.assertFalse(self.mail())

    def test_an_email_to_a_colleague_is_untouched(self):
        html = self.sent(partner_to=str(self.admin.partner_id.id))
        self.assertNotIn("/crm_workflow/mail/", html)
        self.assertFalse(self.mail())

    def test_people_may_switch_it_off(self):
        config = self.env["res.config.settings"]
        self.assertTrue(config.create({}).crm_workflow_track_mails)
        config.create({"crm_workflow_track_mails": False}).execute()
        self.assertFalse(config.create({}).crm_workflow_track_mails)
        self.assertNotIn("/crm_workflow/mail/", self.sent())
        config.create({"crm_workflow_track_mails": True}).execute()
        self.assertIn("/crm_workflow/mail/", self.sent())

    def test_switching_it_off_counts_for_what_is_queued(self):
        self.mailing().enroll(self.contact)
        self.tick_run()
        self.env["ir.config_parameter"].set_param(mail_tracking.UNTRACKED, "True")
        self.assertNotIn("/crm_workflow/mail/", self.delivered())

    def test_once_it_is_switched_off_nothing_is_noted_of_what_has_left(self):
        html = self.sent()
        self.env["ir.config_parameter"].set_param(mail_tracking.UNTRACKED, "True")
        self.fetch(self.picture(html))
        self.assertEqual(self.fetch(self.link(html, "Prices")).headers["Location"], PRICES)
        self.assertFalse(self.mail().opened_at or self.mail().click_ids)

    def test_a_merged_contact_enters(self):
        opened = self.waits_for("email_opened")
        html = self.sent(self.other)
        self.env["crm.workflow"]._merged(self.other, self.contact)
        self.fetch(self.picture(html))
        self.tick()
        self.assertInside(opened, self.contact)

    def test_what_was_noted_is_for_people_of_workflows_and_of_the_company(self):
        html = self.sent()
        self.fetch(self.link(html, "Prices"))
        mail = self.mail()
        viewer = self.user("viewer", "crm_workflow.group_user")
        other = self.env["res.company"].create({"name": "Other"})
        for record in (mail, mail.click_ids):
            self.assertTrue(record.with_user(viewer).read(["display_name"]))
            with self.assertRaises(AccessError):
                record.with_user(self.user("plain" + record._table, "base.group_user")).read(["at"])
            for user in (viewer, self.admin):
                with self.assertRaises(AccessError):
                    record.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    record.with_user(user).write({"at": "2020-01-01"})
        mail.workflow_id.company_id = other
        for record in (mail, mail.click_ids):
            with self.assertRaises(AccessError):
                record.with_user(viewer).read(["display_name"])

    def test_old_emails_are_forgotten_and_their_links_still_lead_on(self):
        html = self.sent()
        self.env.cr.execute("UPDATE crm_workflow_mail SET at = at - interval '181 days'")
        self.env["crm.workflow"]._gc_history()
        self.env.invalidate_all()
        self.assertFalse(self.mail())
        self.assertEqual(self.fetch(self.picture(html)).status_code, 200)
        self.assertEqual(self.fetch(self.link(html, "Prices")).headers["Location"], PRICES)

    def test_many_emails_of_a_step_take_no_more_queries_than_one(self):
        workflow = self.mailing()
        step = f"{workflow.id}:step"
        vals = {"subject": "Hello", "recipient_ids": self.contact.ids, "email_to": "a@b.co"}

        def queries(count):
            self.env.cr.flush()
            before = sql_db.sql_counter
            mails = self.env["mail.mail"].create([dict(vals) for _number in range(count)])
            self.env.cr.flush()
            mails.mail_message_id.invalidate_recordset()
            return sql_db.sql_counter - before

        capture.as_author(self.env.cr, self.env.uid, step)
        self.addCleanup(capture.end_author, self.env.cr)
        queries(1)
        self.assertLessEqual(queries(50), queries(5) + 2)
        self.assertEqual(self.env["crm.workflow.mail"].search_count([]), 56)
