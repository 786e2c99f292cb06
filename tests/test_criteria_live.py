from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .test_criteria_language import LanguageCase

TWO_BIG = "[('opportunity_ids', 'count', ('>=', 2, [('expected_revenue', '>', 100)]))]"


@tagged("post_install", "-at_install")
class TestCriteriaLive(LanguageCase):
    """Conditions on associated records and on time are looked at again when they may turn."""

    def test_a_count_follows_what_is_created_and_changed(self):
        person, other = self.contacts(2)
        workflow = self.workflow(self.end(), triggers=[TWO_BIG])
        self.deals(person, expected_revenue=500)
        small = self.deals(person)
        self.tick()
        self.assertEntered(workflow, self.env["res.partner"])
        small.expected_revenue = 500
        self.tick()
        self.assertEntered(workflow, person)
        self.deals(other, 2, expected_revenue=500)
        self.tick()
        self.assertEntered(workflow, person | other)

    def test_a_count_follows_what_moves_to_another_record(self):
        person, other = self.contacts(2)
        self.deals(other, expected_revenue=500)
        deal = self.deals(person, expected_revenue=500)
        workflow = self.workflow(self.end(), triggers=[TWO_BIG])
        deal.partner_id = other
        self.tick()
        self.assertEntered(workflow, other)

    def test_a_count_follows_what_is_archived_deleted_or_moved_away(self):
        people = self.contacts(3)
        few = "[('ref', '=', 'watched'), ('opportunity_ids', 'count', ('<', 2, []))]"
        deals = [self.deals(person, 2)[0] for person in people]
        workflow = self.workflow(self.end(), triggers=[few])
        people.ref = "watched"
        self.tick()
        self.assertEntered(workflow, self.env["res.partner"])
        archived, deleted, moved = deals
        archived.active = False
        deleted.unlink()
        moved.partner_id = False
        self.tick()
        self.assertEntered(workflow, people)

    def test_a_count_follows_what_starts_to_belong_to_the_field(self):
        person = self.contacts(1)
        lead = self.deals(person, type="lead")
        workflow = self.workflow(
            self.end(), triggers=["[('opportunity_ids', 'count', ('=', 1, []))]"]
        )
        lead.type = "opportunity"
        self.tick()
        self.assertEntered(workflow, person)

    def test_a_count_follows_the_associated_records_of_associated_records(self):
        person = self.contacts(1)
        tag = self.env["crm.tag"].create({"name": "Small"})
        self.deals(person, tag_ids=tag.ids)
        big = "[('tag_ids', 'any', [('name', '=', 'Big')])]"
        workflow = self.workflow(
            self.end(), triggers=[f"[('opportunity_ids', 'count', ('=', 1, {big}))]"]
        )
        tag.name = "Big"
        self.tick()
        self.assertEntered(workflow, person)

    def test_none_of_its_records_follows_them(self):
        person = self.contacts(1)
        deal = self.deals(person, expected_revenue=500)
        none_big = "[('opportunity_ids', 'not any', [('expected_revenue', '>', 100)])]"
        workflow = self.workflow(self.end(), triggers=[none_big])
        deal.expected_revenue = 5
        self.tick()
        self.assertEntered(workflow, person)

    def test_a_comparison_follows_either_field(self):
        workflow = self.workflow(
            self.end(),
            triggers=["[('date_deadline', '>', field('date_conversion'))]"],
            object_type=self.deal_type,
        )
        person = self.contacts(1)
        one = self.deals(person, date_deadline="2030-01-05", date_conversion="2030-01-07")
        other = self.deals(person, date_deadline="2030-01-05", date_conversion="2030-01-07")
        self.tick()
        one.date_deadline = "2030-01-08"
        self.tick()
        self.assertEntered(workflow, one)
        other.date_conversion = "2030-01-01"
        self.tick()
        self.assertEntered(workflow, one | other)

    def test_the_future_comes_nearer_by_itself(self):
        soon = "[('date_deadline', '>=', 'today'), ('date_deadline', '<', 'today +7d +1d')]"
        workflow = self.workflow(self.end(), triggers=[soon], object_type=self.deal_type)
        deal = self.deals(self.contacts(1), date_deadline=fields.Date.today() + timedelta(days=20))
        self.tick()
        self.assertNotIn(deal.id, self.enrollments(workflow).mapped("res_id"))
        self.travel(days=14)
        self.tick()
        self.assertIn(deal.id, self.enrollments(workflow).mapped("res_id"))

    def test_time_alone_turns_a_condition_inside_a_count(self):
        soon = "[('date_deadline', '>=', 'today'), ('date_deadline', '<', 'today +7d +1d')]"
        workflow = self.workflow(
            self.end(), triggers=[f"[('opportunity_ids', 'count', ('>=', 2, {soon}))]"]
        )
        person = self.contacts(1)
        self.deals(person, 2, date_deadline=fields.Date.today() + timedelta(days=20))
        self.tick()
        self.assertNotIn(person.id, self.enrollments(workflow).mapped("res_id"))
        self.assertLess(workflow.evaluate_at, fields.Datetime.now() + timedelta(hours=1))
        self.travel(days=14)
        self.tick()
        self.assertIn(person.id, self.enrollments(workflow).mapped("res_id"))

    def test_records_that_the_run_as_user_may_not_see_do_not_count(self):
        seller = self.user(
            "seller", "base.group_user", "base.group_partner_manager",
            "sales_team.group_sale_salesman",
        )  # fmt: skip
        workflow = self.workflow(self.end(), triggers=[TWO_BIG], run_as_id=seller.id)
        own, foreign = self.contacts(2)
        self.deals(own, 2, expected_revenue=500, user_id=seller.id)
        self.deals(foreign, expected_revenue=500, user_id=seller.id)
        self.deals(foreign, 5, expected_revenue=500, user_id=self.admin.id)
        self.tick()
        self.assertEntered(workflow, own)

    def test_a_branch_asks_the_same_as_a_trigger(self):
        archived, plain = people = self.contacts(2)
        self.deals(archived, 2, expected_revenue=500, active=False)
        self.deals(plain, 2, expected_revenue=500)
        workflow = self.workflow(
            self.branch(("Two", TWO_BIG, [self.write_step(value="two")])),
        )
        workflow.enroll(people)
        self.tick()
        self.assertEqual(people.mapped("ref"), [False, "two"])
