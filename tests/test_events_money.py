from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import EventCase


@tagged("post_install", "-at_install")
class TestEventsOfMoney(EventCase):
    """Invoices and what is paid of them."""

    def invoice(self, move_type="out_invoice", **vals):
        line = Command.create({"name": "Advice", "price_unit": 100})
        return self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.contact.id,
                "invoice_date": fields.Date.today(),
                "invoice_date_due": fields.Date.today(),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [line],
                **vals,
            }
        )

    def pay(self, invoice):
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        wizard = self.env["account.payment.register"].with_context(**context).create({})
        return wizard._create_payments()

    def test_an_invoice_is_posted(self):
        by_contact = self.waits_for("invoice_posted")
        by_invoice = self.waits_for("invoice_posted", self.type_of("invoice"))
        bill, _draft = self.invoice("in_invoice"), self.invoice(partner_id=self.other.id)
        invoice = self.invoice()
        self.tick()
        (invoice + bill).action_post()
        self.tick()
        self.assertInside(by_invoice, invoice)
        self.assertInside(by_contact, self.contact)

    def test_an_invoice_is_paid_and_a_payment_received(self):
        paid = self.waits_for("invoice_paid", self.type_of("invoice"))
        received = self.waits_for("payment_received", self.company_type)
        invoice, unpaid = self.invoice(), self.invoice(partner_id=self.other.id)
        (invoice + unpaid).action_post()
        self.tick()
        self.assertEntered(paid, invoice.browse())
        payment = self.pay(invoice)
        payment.action_validate()
        self.tick()
        self.assertInside(received, self.company)
        self.assertEqual(self.enrollments(received).data["id"], payment.id)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertInside(paid, invoice)

    def test_an_invoice_is_overdue_when_its_day_is_over(self):
        self.env.company.partner_id.tz = "UTC"
        workflow = self.waits_for("invoice_overdue")
        late, in_time = self.invoice(), self.invoice(partner_id=self.other.id)
        (late + in_time).action_post()
        self.pay(in_time)
        self.tick()
        self.tick()
        self.assertEntered(workflow, self.contact.browse())
        self.travel(days=1)
        self.tick()
        self.tick()
        self.assertInside(workflow, self.contact)
        self.assertEqual(self.enrollments(workflow).data["id"], late.id)

    def test_the_day_is_over_when_it_is_where_the_company_is(self):
        """Its contact's clock counts, or else that of its working hours."""
        company = self.env.company
        for own, hours in (("America/New_York", "Asia/Tokyo"), (False, "America/New_York")):
            company.partner_id.tz, company.resource_calendar_id.tz = own, hours
            with freeze_time("2027-03-10 12:00:00"):
                workflow = self.waits_for("invoice_overdue")
                late = self.invoice()
                late.action_post()
            for moment, entered in (
                ("2027-03-10 12:01:00", False),
                ("2027-03-11 03:00:00", False),
                ("2027-03-11 05:01:00", True),
                ("2027-03-11 05:02:00", True),
            ):
                with freeze_time(moment):
                    self.tick()
                    self.tick()
                self.assertEqual(len(self.enrollments(workflow)), entered, moment)
            workflow.action_turn_off("end")
            late.button_cancel()

    def test_what_fell_due_while_nobody_waited_is_past(self):
        late = self.invoice(invoice_date_due=fields.Date.today() - timedelta(days=1))
        late.action_post()
        workflow = self.waits_for("invoice_overdue")
        self.tick()
        self.tick()
        self.assertEntered(workflow, self.contact.browse())
        workflow.action_turn_off()
        self.assertFalse(self.env["crm.workflow.mark"].search([]))
