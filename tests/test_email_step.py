from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from ..services import mail_limits, mail_tracking
from .messages import MessageCase, SendingCase
from .test_events_messages import BOUNCE, EMAIL

PRICES = "https://nordic.example/prices?x=1"
BODY = f'<p>Hello {{{{ object.name ||| you }}}}, <a href="{PRICES}">Prices</a></p>'
#: Queries that Odoo itself makes anew for each 50 e-mails of a template.
PER_CHUNK = 7


class EmailCase(MessageCase):
    def email(self, object_type=None, **vals):
        """A live workflow of one step that sends an e-mail."""
        run = {name: vals.pop(name) for name in ("run_as", "publish") if name in vals}
        own = {
            "crm_workflow_email_subject": "Offer for {{ object.name }}",
            "crm_workflow_email_body": BODY,
        }
        given = {f"crm_workflow_email_{name}": value for name, value in vals.items()}
        return self.act("crm_workflow_email", object_type, **run, **own | given)

    def template(self, model="res.partner", **vals):
        return self.env["mail.template"].create(
            {
                "name": "Welcome",
                "model_id": self.env["ir.model"]._get_id(model),
                "subject": "Welcome {{ object.name }}",
                "body_html": BODY.replace("{{ object.name ||| you }}", "you"),
                "email_from": "us@nordic.example",
                "use_default_to": False,
                "partner_to": "{{ object.id }}",
                **vals,
            }
        )

    def by_template(self, template, **vals):
        return self.email(by="template", template_id=template.id, **vals)


@tagged("post_install", "-at_install")
class TestEmailStep(EmailCase):
    """Who gets which e-mail; all of it waits in the queue."""

    def test_it_is_written_for_each_record_and_waits_in_the_queue(self):
        workflow = self.email()
        enrollments = self.go(workflow, self.contact | self.other)
        self.assertEqual(enrollments.mapped("state"), ["completed"] * 2)
        mails = self.queued()
        self.assertEqual(mails.mapped("subject"), ["Offer for Ada", "Offer for Bob"])
        self.assertIn("Hello Ada,", mails[0].body_html)
        self.assertEqual(mails[0].recipient_ids, self.contact)
        self.assertEqual(mails.mapped("email_from"), [self.seller.email_formatted] * 2)
        self.assertEqual(mails.author_id, self.seller.partner_id)
        self.assertEqual(mails.mapped("res_id"), (self.contact | self.other).ids)
        self.assertFalse(self.told(workflow, self.contact))

    def test_values_are_shown_as_text_in_html(self):
        self.contact.name = "Ada & <script>alert(1)</script>"
        self.go(self.email(), self.contact)
        self.assertIn("Hello Ada &amp; &lt;script&gt;", self.queued().body_html)

    def test_formulas_survive_the_editor(self):
        body = (
            '<p>{{ "a" if object.color&nbsp;&lt; 1 else "b" }}</p>'
            '<a href="%7B%7B%20object.website%20%7D%7D">Site</a>'
        )
        self.contact.website = "https://ada.example/?a=1&b=2"
        self.go(self.email(body=body), self.contact)
        self.assertIn("<p>a</p>", self.queued().body_html)
        self.assertIn('href="https://ada.example/?a=1&amp;b=2"', self.queued().body_html)

    def test_a_template_goes_to_the_contact_of_the_record(self):
        template = self.template(partner_to=str(self.admin.partner_id.id))
        self.go(self.by_template(template), self.contact)
        self.assertEqual(self.queued().recipient_ids, self.contact)
        self.assertEqual(self.queued().email_from, "us@nordic.example")
        self.assertEqual(self.queued().subject, "Welcome Ada")

    def test_a_template_may_name_the_recipients(self):
        template = self.template(partner_to=str(self.other.id), email_to="x@y.example")
        self.go(self.by_template(template, to="template"), self.contact)
        self.assertEqual(self.queued().recipient_ids, self.other)
        self.assertIn("x@y.example", self.queued().email_to)

    def test_it_goes_to_the_owner_the_followers_a_field_or_an_address(self):
        deal = self.deal(user_id=self.admin.id)
        deal.message_subscribe(self.other.ids)
        deal.message_unsubscribe((deal.message_partner_ids - self.other).ids)
        for way, partner in (
            ({"to": "owner"}, self.admin.partner_id),
            ({"to": "followers"}, self.other),
            ({"to": "path", "path": "partner_id"}, self.contact),
            ({"to": "path", "path": "user_id"}, self.admin.partner_id),
            ({"to": "contact"}, self.contact),
        ):
            self.go(self.email(self.deal_type, **way), deal)
            self.assertEqual(self.queued()[-1:].recipient_ids, partner, way)
        for way, address in (
            ({"to": "path", "path": "partner_id.email"}, "ada@nordic.example"),
            ({"to": "addresses", "addresses": "a@b.example, {{ object.partner_id.email }}"}, "a@b"),
        ):
            self.go(self.email(self.deal_type, **way), deal)
            self.assertIn(address, self.queued()[-1:].email_to)

    def test_it_comes_from_the_owner_or_the_company(self):
        deals = self.deal(user_id=self.admin.id) | self.deal(user_id=False)
        self.go(self.email(self.deal_type, **{"from": "owner"}), deals)
        self.assertEqual(
            self.queued()[-2:].mapped("email_from"),
            [self.admin.email_formatted, self.seller.email_formatted],
        )
        self.env.company.email = "hello@company.example"
        self.go(self.email(self.deal_type, **{"from": "company"}), deals[0])
        self.assertIn("hello@company.example", self.queued()[-1:].email_from)

    def test_answers_go_to_an_address_or_back_to_the_record(self):
        self.go(self.email(reply_to="desk@{{ object.name }}.example"), self.contact)
        self.assertEqual(self.queued().reply_to, "desk@Ada.example")

    def test_it_stays_in_the_history_unless_that_is_not_wanted(self):
        self.go(self.email(), self.contact)
        message = self.queued().mail_message_id
        self.assertEqual(message.notification_ids.res_partner_id, self.contact)
        self.queued()._postprocess_sent_message(self.contact, [])
        self.assertEqual(message.exists().notification_ids.notification_status, "sent")
        self.go(self.email(keep=False), self.contact)
        message = self.queued().mail_message_id
        self.queued()._postprocess_sent_message(self.contact, [])
        self.assertFalse(message.exists())

    # Who gets none

    def not_sent(self, record, **vals):
        """What the ledger says of a record that gets none, while another does."""
        workflow = self.email(**vals)
        before = len(self.queued())
        good = self.contacts(1, email="good@test.example")
        enrollments = self.go(workflow, record | good)
        self.assertEqual(enrollments.mapped("state"), ["completed"] * 2)
        self.assertEqual(len(self.queued()), before + 1)
        left = [list(kept.values()) for kept in enrollments.mapped("outputs")]
        self.assertEqual(left[0], [{"sent": False}])
        return self.told(workflow, record)

    def test_whoever_is_blacklisted_gets_none(self):
        self.env["mail.blacklist"]._add(self.contact.email)
        self.assertIn("Not sent: ada@nordic.example is on the black", self.not_sent(self.contact))

    def test_whoever_bounces_too_often_gets_none(self):
        self.contact.message_bounce = mail_limits.MAX_BOUNCES
        self.assertIn("bounce too often", self.not_sent(self.contact))

    def test_whoever_has_no_address_gets_none(self):
        self.contact.email = False
        self.assertIn("Ada has no e-mail address", self.not_sent(self.contact))

    def test_whoever_has_opted_out_gets_none(self):
        with patch("odoo.addons.crm_workflow.services.recipients.OPT_OUT_FIELDS", ("employee",)):
            self.contact.employee = True
            self.assertIn("has opted out", self.not_sent(self.contact))

    def test_a_colleague_gets_it_whatever_a_list_says(self):
        self.env["mail.blacklist"]._add(self.admin.email)
        deal = self.deal(user_id=self.admin.id)
        self.go(self.email(self.deal_type, to="owner"), deal)
        self.assertEqual(self.queued().recipient_ids, self.admin.partner_id)

    def test_one_of_several_is_left_out(self):
        self.env["mail.blacklist"]._add("x@test.example")
        workflow = self.email(to="addresses", addresses="x@test.example, y@test.example")
        self.go(workflow, self.contact)
        self.assertEqual(self.queued().email_to, "y@test.example")
        self.assertIn("Left out: x@test.example", self.told(workflow, self.contact))

    def test_an_address_of_the_record_itself_counts_its_bounces(self):
        deal = self.deal(partner_id=False, email_from="lead@test.example")
        deal.message_bounce = mail_limits.MAX_BOUNCES
        workflow = self.email(self.deal_type)
        self.go(workflow, deal)
        self.assertIn("bounce too often", self.told(workflow, deal))

    def test_a_record_gets_one_within_the_hours_of_the_step(self):
        workflow = self.email(hours=24)
        deal_mail = self.email(self.deal_type, hours=24)
        self.go(workflow, self.contact)
        self.assertFalse(self.told(workflow, self.contact))
        self.go(deal_mail, self.deal())
        self.assertEqual(len(self.queued()), 2, "another record, another workflow")
        self.travel(hours=23)
        self.go(workflow, self.contact)
        self.assertIn("less than 24 hours ago", self.told(workflow, self.contact))
        self.assertEqual(len(self.queued()), 2)
        self.travel(hours=2)
        self.go(workflow, self.contact)
        self.assertEqual(len(self.queued()), 3)

    def test_a_person_gets_so_many_of_all_workflows(self):
        self.env["ir.config_parameter"].set_param(mail_limits.CAP, "2")
        deals = self.deal() | self.deal() | self.deal()
        workflow = self.email(self.deal_type)
        self.go(workflow, deals)
        self.assertEqual(len(self.queued()), 2)
        self.assertIn("2 e-mails within 24 hours", self.told(workflow, deals[2]))
        other = self.email()
        self.go(other, self.contact)
        self.assertIn("2 e-mails within 24 hours", self.told(other, self.contact))

    def test_the_limit_holds_while_nothing_is_tracked(self):
        self.env["ir.config_parameter"].set_param(mail_tracking.UNTRACKED, "True")
        self.env["ir.config_parameter"].set_param(mail_limits.CAP, "1")
        workflow = self.email()
        self.go(workflow, self.contact)
        other = self.email()
        self.go(other, self.contact)
        self.assertIn("1 e-mails", self.told(other, self.contact))

    def test_the_limit_is_a_setting(self):
        config = self.env["res.config.settings"]
        self.assertEqual(config.create({}).crm_workflow_mail_cap, 0)
        config.create({"crm_workflow_mail_cap": 3}).execute()
        self.assertEqual(config.create({}).crm_workflow_mail_cap, 3)
        self.assertEqual(config.create({}).crm_workflow_mail_cap_hours, 24)

    # As every step

    def test_what_it_leaves_is_for_later_steps(self):
        workflow = self.email()
        self.go(workflow, self.contact)
        step = workflow.live_version_id.action_ids
        self.assertEqual(set(step._outputs()), {"sent", "mail"})
        [left] = self.enrollments(workflow).outputs.values()
        mail = self.env["crm.workflow.mail"].search([])
        self.assertEqual(left, {"sent": True, "mail": {"$records": [mail._name, mail.ids]}})

    def test_a_record_whose_text_fails_does_not_stop_the_others(self):
        contacts = self.contacts(3, email="a@test.example")
        contacts.mapped(lambda contact: contact.write({"color": contact != contacts[1]}))
        workflow = self.email(subject="{{ 1 / object.color }}")
        enrollments = self.go(workflow, contacts)
        self.assertEqual(enrollments.mapped("state"), ["completed", "parked", "completed"])
        self.assertEqual(len(self.queued()), 2)

    def test_a_record_that_is_gone_leaves(self):
        workflow = self.email()
        workflow.enroll(self.contact | self.other)
        self.contact.unlink()
        self.tick_run()
        self.assertEqual(self.queued().recipient_ids, self.other)

    def test_a_template_that_is_gone_parks_the_record(self):
        template = self.template()
        workflow = self.by_template(template)
        template.unlink()
        enrollment = self.go(workflow, self.contact)
        self.assertEqual(enrollment.state, "parked")
        self.assertIn("no template", enrollment.reason)

    def test_it_takes_no_rights_but_to_see_the_record(self):
        workflow = self.email(self.deal_type)
        self.env["ir.rule"].create(
            {
                "name": "Own deals",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "domain_force": "[('name', '!=', 'Secret')]",
            }
        )
        secret = self.deal()
        workflow.enroll(secret)
        secret.name = "Secret"
        self.tick_run()
        self.assertEqual(self.enrollments(workflow).state, "parked")
        self.assertFalse(self.queued())

    def test_many_take_no_more_queries_than_one(self):
        def make(count):
            return self.contacts(count, email="many@test.example")

        self.env["ir.config_parameter"].set_param(mail_limits.CAP, "1000")
        self.assertNoMoreForMany(self.email(hours=1), make)
        template = self.template(partner_to="{{ object.id }}")
        self.assertNoMoreForMany(self.by_template(template), make, more=PER_CHUNK)

    def test_what_is_wrong_is_told_before_publishing(self):
        bad = self.template("crm.lead")
        for vals, text in (
            ({"by": "template"}, "has no template"),
            ({"by": "template", "template_id": bad.id}, "is made for Lead"),
            ({"subject": False}, "has no subject"),
            ({"body": "<p><br/></p>"}, "is empty"),
            ({"subject": "{{ object.nothing }}"}, "has no “nothing”"),
            ({"body": "<p>{{ object.nothing }}</p>"}, "has no “nothing”"),
            ({"reply_to": "{{ nobody }}"}, "there is no “nobody”"),
            ({"to": "path"}, "Choose the field"),
            ({"to": "path", "path": "category_id"}, "leads to no contacts"),
            ({"to": "path", "path": "name.nothing"}, "Choose the field"),
            ({"to": "addresses"}, "Write the addresses"),
            ({"to": "addresses", "addresses": "no address"}, "no list of e-mail"),
            ({"to": "template"}, "no template to name"),
            ({"hours": -1}, "start at 0"),
        ):
            workflow = self.email(publish=False, **vals)
            self.assertIn(text, self.problem(workflow), vals)
        self.seller.email = False
        self.assertIn("no e-mail address", self.problem(self.email(publish=False)))

    def test_records_without_people_are_told_before_publishing(self):
        tags = self.env["crm.workflow.object"].create({"name": "Tag", "model_name": "crm.tag"})
        for vals, text in (
            ({}, "no contact and no e-mail address"),
            ({"to": "owner"}, "have no owner"),
            ({"to": "followers"}, "have no followers"),
            ({"from": "owner"}, "have no owner"),
        ):
            workflow = self.email(tags, publish=False, **vals)
            self.assertIn(text, self.problem(workflow), vals)

    def test_it_travels_in_the_document(self):
        workflow = self.email(
            to="path", path="parent_id.email", hours=5, keep=False, reply_to="a@b.example"
        )
        action = self.travels(workflow)
        self.assertEqual(action.crm_workflow_email_hours, 5)
        self.assertEqual(action.crm_workflow_email_path, "parent_id.email")
        self.assertFalse(action.crm_workflow_email_keep)
        self.assertIn("{{ object.name", action.crm_workflow_email_body)
        template = self.template()
        copy = self.travels(self.by_template(template))
        self.assertEqual(copy.crm_workflow_email_template_id, template)

    def test_its_name_says_what_it_does(self):
        action = self.env["ir.actions.server"].new(
            {"state": "crm_workflow_email", "crm_workflow_email_subject": "Hello"}
        )
        self.assertEqual(action._generate_action_name(), "E-mail: Hello")
        action.crm_workflow_email_by = "template"
        action.crm_workflow_email_template_id = self.template()
        self.assertEqual(action._generate_action_name(), "E-mail: Welcome")

    def test_an_automation_rule_can_do_it_as_well(self):
        action = self.server_action(
            state="crm_workflow_email",
            usage="ir_actions_server",
            crm_workflow_email_subject="Hello {{ object.name }}",
            crm_workflow_email_body=BODY,
        )
        action.with_context(active_model="res.partner", active_ids=self.contact.ids).run()
        self.assertEqual(self.queued().subject, "Hello Ada")

    def test_a_step_offers_one_way_to_send_an_email(self):
        own, general = (
            self.server_action(state="object_write", update_path="ref", usage=usage)
            for usage in ("crm_workflow", "ir_actions_server")
        )
        self.assertIn("crm_workflow_email", own.allowed_states)
        self.assertNotIn("mail_post", own.allowed_states)
        self.assertIn("mail_post", general.allowed_states)

    def test_outside_of_its_workflow_it_does_not_run(self):
        action = self.email().live_version_id.action_ids.server_action_id
        with self.assertRaises(AccessError):
            action.with_context(active_model="res.partner", active_id=self.contact.id).run()


@tagged("post_install", "-at_install")
class TestEmailsOnTheirWay(EmailCase, SendingCase, HttpCase):
    """From the queue over a mail server to the reader, and back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.alias.domain"].search([]).unlink()
        cls.env.company.alias_domain_id = cls.env["mail.alias.domain"].create(
            {"name": "test.example", "bounce_alias": "bounce", "catchall_alias": "catchall"}
        )

    def receive(self, text, **values):
        self.env["mail.thread"].message_process("crm.lead", text.format(**values))

    def sent(self, workflow, record):
        """The one e-mail that arrives once the step is done."""
        self.go(workflow, record)
        self.assertFalse(self.smtp.received, "the step itself sends nothing")
        [email] = self.send()
        return email

    def test_it_is_sent_opened_clicked_and_answered(self):
        events = {
            name: self.waits_for(name)
            for name in ("email_opened", "email_clicked", "email_replied", "email_bounced")
        }
        email = self.sent(self.email(), self.contact)
        self.assertEqual(email.recipients, ("ada@nordic.example",))
        self.assertEqual(email.message["Subject"], "Offer for Ada")
        self.assertIn("Sal Seller", email.message["From"])
        self.assertIn("catchall@test.example", email.message["Reply-To"])
        html = email.part("text/html")
        self.assertIn("Hello Ada", html)
        self.fetch(html, r'src="([^"]*/blank.gif)"')
        answer = self.fetch(html, r'href="([^"]*)"[^>]*>Prices<')
        self.assertEqual(answer.headers["Location"], PRICES)
        self.receive(EMAIL, sender=self.contact.email, parent=email.message["Message-Id"], number=1)
        self.tick()
        for name in ("email_opened", "email_clicked", "email_replied"):
            self.assertInside(events[name], self.contact)
        self.assertEntered(events["email_bounced"], self.contact.browse())
        answer = self.contact.message_ids.filtered(lambda message: message.message_type == "email")
        self.assertEqual(len(answer), 1, "it has come back to the record")

    def test_it_bounces(self):
        bounced = self.waits_for("email_bounced")
        for make in (self.email, lambda: self.by_template(self.template())):
            email = self.sent(make(), self.contact)
            parent = email.message["Message-Id"]
            self.receive(BOUNCE, email=self.contact.email, parent=parent)
            self.tick()
            self.assertInside(bounced, self.contact)
            self.enrollments(bounced).unlink()
            self.env["crm.workflow.member"].search([]).unlink()
            self.smtp.received.clear()
        self.assertEqual(self.contact.message_bounce, 2)

    def test_later_steps_know_whether_it_was_opened(self):
        step = self.server_action(
            state="crm_workflow_email",
            crm_workflow_email_subject="Hello",
            crm_workflow_email_body=BODY,
        )
        viewer = self.user("viewer", "base.group_partner_manager", "crm_workflow.group_user")
        viewer.email = "viewer@test.example"
        workflow = self.workflow(
            {"kind": "server", "server_action_id": step.id},
            self.delay(1, "days"),
            run_as_id=viewer.id,
            publish=False,
        )
        first = workflow.draft_version_id.action_ids[0]
        formula = f'{{{{ steps["{first.key}"].mail.opened_at ||| never }}}}'
        note = self.server_action(
            state="crm_workflow_note", crm_workflow_note_body=f"<p>Opened: {formula}</p>"
        )
        self.env["crm.workflow.action"].create(
            {
                "version_id": workflow.draft_version_id.id,
                "sequence": 10,
                "kind": "server",
                "server_action_id": note.id,
            }
        )
        workflow.action_publish()
        workflow.enroll(self.contact | self.other)
        self.tick_run()
        for email in self.send():
            if "Ada" in email.part("text/html"):
                self.fetch(email.part("text/html"), r'src="([^"]*/blank.gif)"')
        self.travel(days=1, hours=1)
        self.tick_run()
        notes = [contact.message_ids[0].body for contact in (self.contact, self.other)]
        self.assertNotIn("never", notes[0])
        self.assertIn("Opened: never", notes[1])
