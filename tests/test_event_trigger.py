from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import WorkflowCase


def changed(field, **vals):
    """A trigger that fires when a field changes."""
    return {"kind": "event", "event": "changed", "field_name": field, **vals}


@tagged("post_install", "-at_install")
class TestEventTrigger(WorkflowCase):
    """Records enter because something happened to them."""

    def test_creation_lets_a_record_enter(self):
        workflow = self.workflow(self.end(), triggers=[{"kind": "event", "event": "created"}])
        contact = self.contacts(1)
        self.tick()
        self.assertEntered(workflow, contact)
        self.assertEqual(self.enrollments(workflow).source, "event")

    def test_the_condition_is_checked_as_well(self):
        trigger = {"kind": "event", "event": "created", "domain": "[('city', '=', 'Oslo')]"}
        workflow = self.workflow(self.end(), triggers=[trigger])
        self.contacts(1, city="Bergen")
        contact = self.contacts(1, city="Oslo")
        self.tick()
        self.assertEntered(workflow, contact)

    def test_a_change_of_the_field_lets_a_record_enter(self):
        workflow = self.workflow(self.end(), triggers=[changed("city")])
        one, two = self.contacts(2)
        self.tick()
        one.city = "Oslo"
        two.function = "Chief"
        self.tick()
        self.assertEntered(workflow, one)

    def test_writing_the_same_value_is_no_change(self):
        contact = self.contacts(1, city="Oslo")
        workflow = self.workflow(self.end(), triggers=[changed("city")])
        contact.city = "Oslo"
        contact.write({"city": "Bergen"})
        contact.write({"city": "Oslo"})
        self.tick()
        self.assertEntered(workflow, self.env["res.partner"])

    def test_what_is_as_before_when_the_transaction_is_over_has_not_changed(self):
        contact = self.contacts(1, city="Oslo")
        self.env.cr.flush()
        workflow = self.workflow(
            self.end(), triggers=[changed("city"), changed("city", value_to='["Oslo"]')]
        )
        for city in ("Bergen", "Oslo"):
            contact.city = city
            contact.flush_recordset()
        self.tick()
        self.assertEntered(workflow, self.env["res.partner"])

    def test_from_and_to_narrow_the_change(self):
        workflow = self.workflow(
            self.end(),
            triggers=[changed("city", value_from='["Oslo"]', value_to='["Bergen", "Bodø"]')],
        )
        right, wrong_start, wrong_end = self.contacts(3, city="Oslo")
        wrong_start.city = "Lima"
        self.tick()
        right.city = "Bodø"
        wrong_start.city = "Bodø"
        wrong_end.city = "Lima"
        self.tick()
        self.assertEntered(workflow, right)

    def test_a_record_created_with_the_value_counts_as_changed_to_it(self):
        workflow = self.workflow(self.end(), triggers=[changed("city", value_to='["Oslo"]')])
        contact = self.contacts(1, city="Oslo")
        self.contacts(1)
        self.tick()
        self.assertEntered(workflow, contact)

    def test_a_many2one_is_compared_by_record(self):
        stages = self.env["crm.stage"].search([], limit=3)
        workflow = self.workflow(
            self.end(),
            triggers=[changed("stage_id", value_to=f"[{stages[1].id}]")],
            object_type=self.deal_type,
        )
        deals = self.env["crm.lead"].create(
            [{"name": "Deal", "type": "opportunity", "stage_id": stages[0].id}] * 2
        )
        self.tick()
        deals[0].stage_id = stages[1]
        deals[1].stage_id = stages[2]
        self.tick()
        self.assertEntered(workflow, deals[0])

    def test_a_stored_computed_field_changes_too(self):
        workflow = self.workflow(
            self.end(),
            triggers=[changed("won_status", value_to='["won"]')],
            object_type=self.deal_type,
        )
        deal = self.env["crm.lead"].create({"name": "Deal", "type": "opportunity"})
        deal.action_set_won()
        self.tick()
        self.assertEntered(workflow, deal)

    def test_tags_added_are_seen(self):
        tags = self.env["res.partner.category"].create([{"name": "VIP"}, {"name": "Cold"}])
        workflow = self.workflow(
            self.end(), triggers=[changed("category_id", value_to=f"[{tags[0].id}]")]
        )
        one, two = self.contacts(2)
        self.tick()
        one.category_id = tags
        two.category_id = tags[1]
        self.tick()
        self.assertEntered(workflow, one)

    def test_archiving_is_a_change_of_active(self):
        trigger = changed("active", value_to="[false]", domain="[('active', 'in', [True, False])]")
        workflow = self.workflow(self.delay(1, "days"), triggers=[trigger])
        contact = self.contacts(1)
        self.tick()
        contact.action_archive()
        self.tick()
        self.assertInside(workflow, contact)

    def test_an_event_happens_once_unless_it_may_enter_again(self):
        once = self.workflow(self.end(), triggers=[changed("city")], name="Once")
        always = self.workflow(self.end(), triggers=[changed("city", reenroll=True)], name="Always")
        contact = self.contacts(1)
        for city in ("Oslo", "Bergen", "Oslo"):
            contact.city = city
            self.tick()
        self.assertEqual(len(self.enrollments(once)), 1)
        self.assertEqual(len(self.enrollments(always)), 3)

    def test_values_that_are_no_list_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "The values are a list"):
            self.workflow(self.end(), triggers=[changed("city", value_to="Oslo")])

    def test_triggers_are_told_in_words(self):
        stages = self.env["crm.stage"].search([], limit=2)
        flow = self.workflow(
            self.end(),
            triggers=[
                f"['|', ('name', 'ilike', 'big'), '&', ('stage_id', 'in', {stages.ids}),"
                " ('partner_id', '!=', False)]",
                changed("won_status", value_to='["won"]', domain="[('probability', '>', 10)]"),
                {"kind": "event", "event": "created"},
            ],
            object_type=self.deal_type,
        )
        names = " or ".join(stages.mapped("name"))
        self.assertEqual(
            flow.trigger_ids.mapped("summary"),
            [
                f"Starts to match: Opportunity contains big or (Stage is {names}"
                " and Contact is known)",
                "Won/Lost changes to Won, and matches: Probability is more than 10",
                "Is created",
            ],
        )
