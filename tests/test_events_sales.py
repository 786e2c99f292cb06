from odoo.fields import Command
from odoo.tests import tagged

from .common import EventCase


@tagged("post_install", "-at_install")
class TestEventsOfSales(EventCase):
    """Deals and quotations, on their way to an order."""

    def quote(self, **vals):
        product = self.env["product.product"].create({"name": "Advice", "type": "service"})
        line = Command.create({"product_id": product.id, "price_unit": 100})
        return self.env["sale.order"].create(
            {"partner_id": self.contact.id, "order_line": [line], **vals}
        )

    def test_a_deal_is_won(self):
        workflow = self.waits_for("won", self.deal_type)
        won, _open = self.deal(), self.deal()
        won.action_set_won_rainbowman()
        self.tick()
        self.assertInside(workflow, won)

    def test_the_contact_of_a_deal_that_is_won_enters(self):
        workflow = self.waits_for("won")
        self.deal(partner_id=self.other.id)
        self.deal().action_set_won_rainbowman()
        self.tick()
        self.assertInside(workflow, self.contact)

    def test_a_deal_is_lost_though_that_archives_it(self):
        workflow = self.waits_for("lost", self.deal_type)
        lost, won, _open = self.deal(), self.deal(), self.deal()
        won.action_set_won()
        wizard = self.env["crm.lead.lost"].with_context(active_ids=lost.ids).create({})
        wizard.with_context(active_model="crm.lead").write({"lead_ids": [Command.set(lost.ids)]})
        wizard.action_lost_reason_apply()
        self.tick()
        self.assertEntered(workflow, lost)

    def test_a_quotation_is_sent(self):
        workflow = self.waits_for("quote_sent")
        self.quote(partner_id=self.other.id)
        self.quote().action_quotation_sent()
        self.tick()
        self.assertInside(workflow, self.contact)

    def test_a_quotation_of_a_deal_is_confirmed(self):
        by_deal = self.waits_for("quote_confirmed", self.deal_type, event_path="opportunity_id")
        by_quote = self.waits_for("quote_confirmed", self.type_of("quote"))
        deal = self.deal()
        quote = self.quote(opportunity_id=deal.id)
        self.quote().action_quotation_sent()
        self.tick()
        quote.action_confirm()
        self.tick()
        self.assertInside(by_deal, deal)
        self.assertInside(by_quote, quote)
