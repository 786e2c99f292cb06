from lxml.html import fromstring

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..engine.errors import FormulaError
from ..engine.formula import formula
from ..services.value_scope import Scope
from ..services.values import Values
from .calls import CallCase
from .messages import MessageCase

#: What is in a record is a text, whatever it looks like.
NAMES = (
    "{{ 1234567 * 3 }}",
    "{{ object.write({'ref': 'evil'}) }}",
    "{{ user.login }} ||| {{{{ 1 }}}}",
    '<t t-out="1234567*3"/><t t-call="web.layout"/>',
    "${1234567*3} %(name)s %s {0} #{1}",
    '<img src=x onerror="alert(1)"><script>alert(1)</script>',
)
#: Formulas that reach for what is no value.
REACHING = (
    "object.__class__", "object['__class__']", "object.env", "object['env']", "object.env.cr",
    "object._cr", "object.sudo", "object.sudo().name", "object.write", "object.unlink()",
    "object.with_user(1)", "object._fields", "object.ids", "object._ids", "user.env['res.users']",
    "user.sudo()", "object.mapped('name')", "object.name.format", "object.name.__len__",
    "'{0.__class__}'.format(object)", "today.strftime('%Y')", "now.tzinfo", "steps.get('a')",
    "event.keys", "workflow.env", "related.env", "object.create_date.year", "open('/etc/passwd')",
    "__import__('os')", "globals()", "getattr(object, 'env')", "eval('1')", "exec('1')",
    "(lambda: object)()", "[x for x in object]", "object.user_ids[0].env", "type(object)",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestInjection(MessageCase, CallCase):
    """What people write into records is never taken for an instruction."""

    def test_a_text_of_a_record_is_not_evaluated_again(self):
        flow = self.act(
            "crm_workflow_email",
            crm_workflow_email_subject="To {{ object.name }}",
            crm_workflow_email_body="<p>Dear {{ object.name }}</p>",
        )
        note = self.act("crm_workflow_note", crm_workflow_note_body="<p>{{ object.name }}</p>")
        for name in NAMES:
            contact = self.env["res.partner"].create({"name": name, "email": "ada@example.com"})
            self.go(flow, contact)
            self.go(note, contact)
            mail = self.queued()[-1]
            self.assertEqual(mail.subject, f"To {' '.join(name.split())}")
            for body in (mail.body_html, contact.message_ids[0].body):
                self.assertNotIn("3703701", body)
                self.assertNotIn("<script", body)
                self.assertNotIn("<img src=x", body)
                self.assertNotIn(self.seller.login, body)
            self.assertFalse(contact.ref)

    def test_what_codes_in_a_link_stand_for_never_becomes_html(self):
        image = "%22%3E%3Cimg src=x onerror=alert(1)%3E"
        for address in (
            f"%7B%7B 1 %7D}} {image} %7D%7D",
            f"%7b%7b 1 }}%7d {image} %7d%7d",
            f"%7B%7B 1 %7D%257D {image} %7D%7D",
            f"%7B%7B object.name ||| x }}%7D {image} %7D%7D",
            f"{{{{ 1 }}&#125; {image} }}}}",
            f"%7B%7B %7B%7B 1 %7D%7D {image} %7D%7D",
        ):
            with self.subTest(address):
                flow = self.act(
                    "crm_workflow_email",
                    crm_workflow_email_subject="Hello",
                    crm_workflow_email_body=f'<p><a href="{address}">Site</a></p>',
                    publish=False,
                )
                body = flow.draft_version_id.action_ids.server_action_id.crm_workflow_email_body
                self.assertNotIn("<img", body)
                contact = self.contacts(1).with_user(self.seller)
                try:
                    html = Values(contact, self.env.cr.now()).html(body)[contact.id]
                except UserError:
                    self.assertTrue(self.problem(flow))
                    continue
                self.assertNotIn("<img", html)

    def test_html_of_a_record_does_not_get_out_of_an_attribute(self):
        evil = '<p title=" onmouseover=alert(1) x=">Ada</p>'
        contact = self.contacts(1, comment=evil, city='"><img src=x>\nOslo')
        for attribute in (
            'href="https://a.example/{{ object.comment }}"',
            'title="{{ object.comment }}"',
            "title='a > b {{ object.comment }}'",
            'title="{{ object.city }}"',
        ):
            html = Values(contact, self.env.cr.now()).html(f"<p><a {attribute}>x</a></p>")
            [link] = fromstring(html[contact.id])
            self.assertLessEqual(set(link.attrib), {"href", "title"})
            self.assertFalse(len(link), html)
        shown = Values(contact, self.env.cr.now()).html("<div>{{ object.comment }}</div>")
        self.assertIn("<p", shown[contact.id])

    def test_a_header_of_an_email_ends_where_its_text_ends(self):
        flow = self.act(
            "crm_workflow_email",
            crm_workflow_email_subject="To {{ object.function }}",
            crm_workflow_email_body="<p>x</p>",
            crm_workflow_email_reply_to="{{ object.comment }}",
        )
        evil = "Chief\r\nBcc: spy@evil.example\nX-Evil: 1\x0b\x85\u2028Cc: b@evil.example"
        contact = self.env["res.partner"].create({"name": "Ada", "email": "ada@example.com"})
        contact.write({"function": evil, "comment": "a@b.example\r\nBcc: spy@evil.example"})
        self.go(flow, contact)
        mail = self.queued()
        self.assertEqual(mail.recipient_ids, contact)
        self.assertEqual(len(mail.subject.splitlines()), 1, repr(mail.subject))
        self.assertIn("Chief", mail.subject)
        self.assertIn("a@b.example", mail.reply_to)
        [message] = mail._prepare_outgoing_list()
        built = self.env["ir.mail_server"]._build_email__(
            email_from="a@b.example",
            email_to=message["email_to"],
            subject=message["subject"],
            body=message["body"],
            reply_to=message["reply_to"],
            headers=message["headers"],
        )
        names = {name.lower() for name in built.keys()}
        self.assertLessEqual({"subject", "to", "reply-to"}, names)
        self.assertFalse({"bcc", "x-evil", "cc"} & names)

    def test_a_header_of_a_call_ends_where_its_text_ends(self):
        service = self.service()
        workflow = self.workflow(
            self.step(service, ("a", "name"), headers=[("X-Name", "{{ object.function }}")])
        )
        contact = self.contacts(1)
        contact.function = "Chief\r\nX-Evil: 1\r\n\r\nGET /evil HTTP/1.1"
        workflow.enroll(contact)
        self.tick_run()
        self.deliver()
        [request] = service.received
        self.assertIn("Chief", request.headers["x-name"])
        self.assertNotIn("x-evil", request.headers)
        self.assertEqual((request.method, request.path), ("POST", "/hook"))

    def test_a_formula_reaches_values_and_nothing_else(self):
        contact = self.contacts(1).with_user(self.seller)
        scope = Scope(Values(contact, self.env.cr.now()), contact)
        for text in REACHING:
            with self.subTest(text):
                try:
                    value = formula(text).value(scope)
                except (FormulaError, UserError):
                    continue
                self.assertIn(value, (None, contact.id, [contact.id]), text)

    def test_a_formula_reads_no_field_that_the_run_as_user_may_not_read(self):
        contact = self.contacts(1).with_user(self.seller)
        contact.sudo().comment = "Hidden"
        scope = Scope(Values(contact, self.env.cr.now()), contact)
        field = self.registry["res.partner"]._fields["comment"]
        self.assertIn("Hidden", formula("object.comment").value(scope))
        self.addCleanup(setattr, field, "groups", field.groups)
        field.groups = "base.group_system"
        self.env.invalidate_all()
        for text in ("object.comment", "object['comment']", "object.child_ids.comment"):
            child = self.contacts(1, parent_id=contact.id)
            self.assertTrue(child)
            with self.assertRaises(Exception) as raised:  # noqa: B017
                formula(text).value(scope)
            self.assertEqual(type(raised.exception).__name__, "AccessError", text)
