from odoo.fields import Command
from odoo.tests import tagged

from .exit_case import ExitCase


@tagged("post_install", "-at_install", "-standard", "crm_workflow_apps")
class TestExitsByMailingLists(ExitCase):
    """Who is on a mailing list neither enters nor stays; it runs where mass mailing is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quiet, cls.news = cls.env["mailing.list"].create([{"name": "Quiet"}, {"name": "News"}])

    def suppressing(self):
        return self.workflow(
            {"kind": "delay", "delay_amount": 1, "delay_unit": "days"},
            exits=[
                self.suppressed(suppressed_by="mailing_list", mailing_lists=f"[{self.quiet.id}]")
            ],
        )

    def people(self, *names):
        """Contacts with an address each."""
        return self.env["res.partner"].create(
            [{"name": name, "email": f"{name} <{name}@Example.com>"} for name in names]
        )

    def subscriber(self, partner, *lists, **vals):
        """The mailing contact with a partner's address, on lists."""
        ids = [mailing_list.id for mailing_list in lists]
        values = {"name": partner.name, "email": partner.email, "list_ids": [Command.set(ids)]}
        return self.env["mailing.contact"].create(values | vals)

    def test_who_subscribes_leaves_and_does_not_enter_again(self):
        workflow = self.suppressing()
        inside, outside, other = people = self.people("ida", "ole", "eva")
        workflow.enroll(inside | other)
        self.tick()
        for partner in people - other:
            self.subscriber(partner, self.quiet)
        self.subscriber(other, self.news)
        self.tick_enroll()
        self.assertEqual(self.left(workflow), {inside: "suppressed_mailing_list"})
        self.assertKeptOut(workflow, outside, "suppressed_mailing_list")
        self.assertIn("Quiet", workflow.live_version_id.exit_ids.summary)

    def test_who_is_put_on_the_list_later_leaves(self):
        workflow = self.suppressing()
        partner = self.people("ida")
        subscriber = self.subscriber(partner, self.news)
        workflow.enroll(partner)
        self.tick()
        self.assertInside(workflow, partner)
        subscriber.list_ids += self.quiet
        self.tick_enroll()
        self.assertEqual(self.left(workflow), {partner: "suppressed_mailing_list"})

    def test_who_has_opted_out_of_the_list_is_not_on_it(self):
        workflow = self.suppressing()
        partner = self.people("ida")
        self.subscriber(partner, self.quiet)
        self.quiet._update_subscription_from_email(partner.email, opt_out=True)
        self.assertTrue(workflow.enroll(partner))
        self.tick()
        self.assertInside(workflow, partner)

    def test_an_address_that_changes_to_one_of_the_list_leaves(self):
        workflow = self.suppressing()
        partner, listed = self.people("ida", "ole")
        self.subscriber(listed, self.quiet)
        workflow.enroll(partner)
        self.tick()
        partner.email = listed.email
        self.tick_enroll()
        self.assertEqual(self.left(workflow), {partner: "suppressed_mailing_list"})
