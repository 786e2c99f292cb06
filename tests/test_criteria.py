from odoo import fields
from odoo.tests import tagged

from ..services import enroller
from .common import WorkflowCase

BOSS = "[('function', '=', 'Chief')]"


@tagged("post_install", "-at_install")
class TestCriteria(WorkflowCase):
    """Entry is a transition from not matching to matching, whatever causes it."""

    def test_a_record_enters_when_it_starts_to_match(self):
        workflow = self.workflow(self.delay(1, "days"), triggers=[BOSS])
        contact, other = self.contacts(2)
        self.tick()
        self.assertEntered(workflow, self.env["res.partner"])
        contact.function = "Chief"
        other.function = "Clerk"
        self.tick()
        self.assertEntered(workflow, contact)
        self.assertEqual(self.enrollments(workflow).source, "criteria")

    def test_a_record_created_matching_enters(self):
        workflow = self.workflow(self.delay(1, "days"), triggers=[BOSS])
        contact = self.contacts(1, function="Chief")
        self.tick()
        self.assertEntered(workflow, contact)

    def test_records_that_matched_before_publishing_stay_out(self):
        contact = self.contacts(1, function="Chief")
        workflow = self.workflow(self.delay(1, "days"), triggers=[BOSS])
        contact.comment = "a change that alters nothing"
        contact.function = "Chief"
        self.tick()
        self.assertEntered(workflow, self.env["res.partner"])

    def test_records_that_matched_before_publishing_enter_when_asked_for(self):
        contacts = self.contacts(3, function="Chief")
        workflow = self.workflow(self.delay(1, "days"), triggers=[BOSS], publish=False)
        workflow.action_publish(enroll_existing=True)
        self.assertEntered(workflow, contacts)
        self.assertEqual(set(self.enrollments(workflow).mapped("source")), {"existing"})

    def test_a_record_enters_the_first_time_only(self):
        workflow = self.workflow(self.end(), triggers=[BOSS])
        contact = self.contacts(1, function="Chief")
        self.tick()
        contact.function = "Clerk"
        self.tick()
        contact.function = "Chief"
        self.tick()
        self.assertEqual(len(self.enrollments(workflow)), 1)

    def test_a_record_enters_again_when_the_trigger_says_so(self):
        trigger = {"kind": "criteria", "domain": BOSS, "reenroll": True}
        workflow = self.workflow(self.end(), triggers=[trigger])
        contact = self.contacts(1, function="Chief")
        self.tick()
        contact.function = "Clerk"
        self.tick()
        contact.function = "Chief"
        self.tick()
        self.assertEqual(len(self.enrollments(workflow)), 2)

    def test_a_record_does_not_enter_twice_at_once(self):
        trigger = {"kind": "criteria", "domain": BOSS, "reenroll": True}
        workflow = self.workflow(self.delay(1, "days"), triggers=[trigger])
        contact = self.contacts(1, function="Chief")
        self.tick()
        contact.function = "Clerk"
        self.tick()
        contact.function = "Chief"
        self.tick()
        self.assertEqual(len(self.enrollments(workflow)), 1)

    def test_each_trigger_remembers_for_itself_who_matches(self):
        steady = {"kind": "criteria", "domain": "[('city', '=', 'Oslo')]"}
        again = {"kind": "criteria", "domain": BOSS, "reenroll": True}
        workflow = self.workflow(self.end(), triggers=[steady, again])
        contact = self.contacts(1, city="Oslo")
        self.tick()
        contact.function = "Chief"
        self.tick()
        self.assertEqual(len(self.enrollments(workflow)), 2)

    def test_the_object_type_limits_who_enters(self):
        workflow = self.workflow(self.end(), triggers=[BOSS])
        company = self.contacts(1, function="Chief", is_company=True)
        self.tick()
        self.assertEntered(workflow, self.env["res.partner"])
        company.is_company = False
        self.tick()
        self.assertEntered(workflow, company)

    def test_a_condition_on_the_company_follows_the_company(self):
        workflow = self.workflow(
            self.end(), triggers=["[('parent_id.country_id.code', '=', 'NO')]"]
        )
        company = self.contacts(1, is_company=True)
        people = self.contacts(3, parent_id=company.id)
        self.tick()
        company.country_id = self.env.ref("base.no")
        self.tick()
        self.assertEntered(workflow, people)

    def test_a_condition_two_associations_away_follows(self):
        country = self.env["res.country"].create({"name": "Utopia", "code": "XU", "phone_code": 1})
        company = self.contacts(1, is_company=True, country_id=country.id)
        person = self.contacts(1, parent_id=company.id)
        workflow = self.workflow(
            self.end(), triggers=["[('parent_id.country_id.phone_code', '=', 999)]"]
        )
        country.phone_code = 999
        self.tick()
        self.assertEntered(workflow, person)

    def test_a_condition_on_deals_follows_the_deals(self):
        person, other = self.contacts(2)
        workflow = self.workflow(
            self.end(), triggers=["[('opportunity_ids.expected_revenue', '>', 1000)]"]
        )
        deal = self.env["crm.lead"].create(
            {"name": "Deal", "type": "opportunity", "partner_id": person.id, "expected_revenue": 1}
        )
        self.tick()
        self.assertEntered(workflow, self.env["res.partner"])
        deal.expected_revenue = 5000
        self.tick()
        self.assertEntered(workflow, person)
        deal.partner_id = other
        self.tick()
        self.assertEntered(workflow, person | other)

    def test_the_removal_of_an_associated_record_counts(self):
        person = self.contacts(1)
        deal = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "partner_id": person.id,
                "expected_revenue": 5000,
            }
        )
        rich = "[('opportunity_ids.expected_revenue', '>', 1000)]"
        workflow = self.workflow(
            self.end(),
            triggers=[
                f"['&', ('ref', '=', 'watched'), '!', *{rich}]".replace("*" + rich, rich[1:-1])
            ],
        )
        person.ref = "watched"
        self.tick()
        self.assertEntered(workflow, self.env["res.partner"])
        deal.unlink()
        self.tick()
        self.assertEntered(workflow, person)

    def test_a_condition_on_tags_follows_from_either_side(self):
        tag = self.env["res.partner.category"].create({"name": "VIP"})
        workflow = self.workflow(self.end(), triggers=[f"[('category_id', 'in', [{tag.id}])]"])
        one, two = self.contacts(2)
        one.category_id = tag
        self.tick()
        self.assertEntered(workflow, one)
        tag.partner_ids = [fields.Command.link(two.id)]
        self.tick()
        self.assertEntered(workflow, one | two)

    def test_a_stored_computed_field_counts(self):
        workflow = self.workflow(
            self.end(), triggers=["[('won_status', '=', 'won')]"], object_type=self.deal_type
        )
        deal = self.env["crm.lead"].create({"name": "Deal", "type": "opportunity"})
        self.tick()
        deal.action_set_won()
        self.tick()
        self.assertEntered(workflow, deal)

    def test_a_condition_on_an_unstored_computed_field_follows_what_it_depends_on(self):
        person = self.contacts(1)
        company = self.contacts(1, is_company=True, name="Acme")
        workflow = self.workflow(self.end(), triggers=["[('parent_name', '=', 'Acme')]"])
        person.parent_id = company
        self.tick()
        self.assertEntered(workflow, person)

    def test_time_alone_makes_a_relative_condition_true(self):
        day = fields.Date.today()
        condition = "[('date_deadline', '<', 'today -7d')]"
        workflow = self.workflow(self.end(), triggers=[condition], object_type=self.deal_type)
        deal = self.env["crm.lead"].create(
            {"name": "Deal", "type": "opportunity", "date_deadline": day}
        )
        self.tick()
        self.assertEntered(workflow, self.env["crm.lead"])
        self.travel(days=8)
        self.tick()
        self.assertIn(deal.id, self.enrollments(workflow).mapped("res_id"))

    def test_what_foreign_sql_changed_is_found_by_the_daily_look(self):
        workflow = self.workflow(self.end(), triggers=[BOSS])
        contact = self.contacts(1)
        self.tick()
        self.env.cr.execute("UPDATE res_partner SET function = 'Chief' WHERE id = %s", [contact.id])
        self.tick()
        self.assertEntered(workflow, self.env["res.partner"])
        self.travel(days=2)
        self.tick()
        self.assertEntered(workflow, contact)

    def test_nobody_enters_what_was_turned_off_while_a_tick_is_at_work(self):
        workflow = self.workflow(self.end(), triggers=[BOSS])
        contact = self.contacts(1)
        self.tick()
        self.env.cr.execute("UPDATE res_partner SET function = 'Chief' WHERE id = %s", [contact.id])
        workflow.evaluate_at = self.env.cr.now()
        tasks = enroller.time_tasks(self.env)
        workflow.action_turn_off()
        for task in tasks:
            task()
        self.assertEntered(workflow, self.env["res.partner"])

    def test_archived_records_do_not_match_unless_the_condition_says_so(self):
        workflow = self.workflow(self.end(), triggers=[BOSS])
        contact = self.contacts(1, function="Chief", active=False)
        self.tick()
        self.assertEntered(workflow, self.env["res.partner"])
        contact.active = True
        self.tick()
        self.assertEntered(workflow, contact)

    def test_criteria_are_those_of_the_run_as_user(self):
        rule_user = self.user("narrow", "base.group_user", "base.group_partner_manager")
        self.env["ir.rule"].create(
            {
                "name": "Only Oslo",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "groups": [fields.Command.link(self.env.ref("base.group_user").id)],
                "domain_force": "['|', ('city', '=', 'Oslo'), ('user_ids', '!=', False)]",
            }
        )
        workflow = self.workflow(self.end(), triggers=[BOSS], run_as_id=rule_user.id)
        seen = self.contacts(1, function="Chief", city="Oslo")
        self.contacts(1, function="Chief", city="Bergen")
        self.tick()
        self.assertEntered(workflow, seen)
