from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..services.describe import describe_domain
from ..services.domains import checked_domain
from .common import WorkflowCase

#: Conditions on deals that have a value, another value, and none: which of them match.
EMPTY_VALUES = {
    "[('referred', '=', 'Ann')]": "one",
    "[('referred', '!=', 'Ann')]": "other none",
    "[('referred', 'in', ['Ann'])]": "one",
    "[('referred', 'not in', ['Ann'])]": "other none",
    "[('referred', 'ilike', 'an')]": "one",
    "[('referred', 'not ilike', 'an')]": "other none",
    "[('referred', '=ilike', 'a%')]": "one",
    "[('referred', 'not =ilike', 'a%')]": "other none",
    "[('referred', '=', False)]": "none",
    "[('referred', '!=', False)]": "one other",
    "[('country_id', '=', BE)]": "one",
    "[('country_id', '!=', BE)]": "other none",
    "[('country_id', 'in', [BE])]": "one",
    "[('country_id', 'not in', [BE])]": "other none",
    "[('country_id', 'ilike', 'belg')]": "one",
    "[('country_id', 'not ilike', 'belg')]": "other none",
    "[('country_id', 'any', [('code', '=', 'BE')])]": "one",
    "[('country_id', 'not any', [('code', '=', 'BE')])]": "other none",
    "[('country_id.code', '!=', 'BE')]": "other",
    "[('country_id', '=', False)]": "none",
    "[('country_id', '!=', False)]": "one other",
    "[('tag_ids', 'in', [TAG])]": "one",
    "[('tag_ids', 'not in', [TAG])]": "other none",
    "[('tag_ids', 'any', [('name', '=', 'Big')])]": "one",
    "[('tag_ids', 'not any', [('name', '=', 'Big')])]": "other none",
    "[('tag_ids', 'count', ('>=', 1, [('name', '=', 'Big')]))]": "one",
    "[('tag_ids', 'count', ('<', 1, [('name', '=', 'Big')]))]": "other none",
    "[('tag_ids', 'count', ('!=', 1, [('name', '=', 'Big')]))]": "other none",
    "[('tag_ids', '=', False)]": "none",
    "[('tag_ids', '!=', False)]": "one other",
    "[('date_deadline', '=', 'today +7d')]": "one",
    "[('date_deadline', '!=', 'today +7d')]": "other none",
    "[('date_deadline', '<', 'today +30d')]": "one",
    "[('date_deadline', '>', 'today +30d')]": "other",
    "['!', ('date_deadline', '<', 'today +30d')]": "other none",
    "[('date_deadline', '=', False)]": "none",
    "[('date_deadline', '!=', False)]": "one other",
    "[('color', '=', 0)]": "none",
    "[('color', '!=', 1)]": "other none",
    "[('color', '<', 2)]": "one none",
    "[('color', '>', 1)]": "other",
    "[('referred', '=', field('function'))]": "one",
    "[('referred', '!=', field('function'))]": "other none",
    "[('date_deadline', '>', field('create_date'))]": "one other",
    "['!', ('date_deadline', '>', field('create_date'))]": "none",
    "[('color', '=', field('expected_revenue'))]": "one none",
    "[('color', '>', field('expected_revenue'))]": "other",
    "[('country_id', '=', field('country_id'))]": "one other",
}


class LanguageCase(WorkflowCase):
    """Verbs for conditions."""

    def deals(self, partner, count=1, **vals):
        """New deals of a contact."""
        values = {"name": "Deal", "type": "opportunity", "partner_id": partner.id, **vals}
        return self.env["crm.lead"].create([values for _number in range(count)])

    def matching(self, records, condition):
        """Those of the records that match; a search and a filter have to agree."""
        domain = checked_domain(records.browse(), condition)
        found = records.search([("id", "in", records.ids), *domain], order="id")
        self.assertEqual(records.filtered_domain(domain), found)
        return found

    def assertTold(self, model_name, condition, words):
        """A condition reads like this."""
        self.assertEqual(describe_domain(self.env, model_name, condition), words)

    def assertRefused(self, model_name, condition, reason):
        """A condition cannot be saved, for this reason."""
        with self.assertRaises(ValidationError) as caught:
            checked_domain(self.env[model_name], condition)
        self.assertIn(reason, caught.exception.args[0])


@tagged("post_install", "-at_install")
class TestCriteriaLanguage(LanguageCase):
    """What conditions can say, and that the database says the same."""

    def test_empty_values_count_where_the_screen_says_so(self):
        country, tags = self.env.ref("base.be"), self.env["crm.tag"]
        big, small = tags.create([{"name": "Big"}, {"name": "Small"}])
        values = {"name": "Deal", "type": "opportunity", "lead_properties": False}
        today = fields.Date.context_today(tags)
        one, other, none = deals = self.env["crm.lead"].create(
            [
                {
                    **values,
                    "referred": "Ann",
                    "function": "Ann",
                    "country_id": country.id,
                    "tag_ids": big.ids,
                    "date_deadline": today + timedelta(days=7),
                    "color": 1,
                    "expected_revenue": 1,
                },
                {
                    **values,
                    "referred": "Bob",
                    "country_id": self.env.ref("base.fr").id,
                    "tag_ids": small.ids,
                    "date_deadline": today + timedelta(days=70),
                    "color": 2,
                },
                values,
            ]
        )
        names = {one.id: "one", other.id: "other", none.id: "none"}
        for condition, expected in EMPTY_VALUES.items():
            spelled = condition.replace("BE]", f"{country.id}]").replace("BE)", f"{country.id})")
            spelled = spelled.replace("TAG", str(big.id))
            with self.subTest(condition):
                found = self.matching(deals, spelled)
                self.assertEqual(" ".join(names[record.id] for record in found), expected)

    def test_associated_records_are_counted(self):
        none, one, three = people = self.contacts(3)
        self.deals(one)
        self.deals(three, 2, expected_revenue=10)
        self.deals(three, expected_revenue=500)
        for comparison, number, expected in (
            (">=", 3, three),
            ("<=", 1, none | one),
            ("=", 0, none),
            ("=", 1, one),
            ("!=", 1, none | three),
            (">", 1, three),
            ("<", 3, none | one),
        ):
            condition = f"[('opportunity_ids', 'count', ('{comparison}', {number}, []))]"
            with self.subTest(condition):
                self.assertEqual(self.matching(people, condition), expected)
        small = "[('expected_revenue', '<', 100), ('expected_revenue', '>', 0)]"
        self.assertEqual(
            self.matching(people, f"[('opportunity_ids', 'count', ('=', 2, {small}))]"), three
        )

    def test_inner_conditions_hold_for_one_record_together(self):
        split, whole = people = self.contacts(2)
        self.deals(split, expected_revenue=500)
        self.deals(split, referred="Ann")
        self.deals(whole, expected_revenue=500, referred="Ann")
        inner = "[('expected_revenue', '>', 100), ('referred', '=', 'Ann')]"
        self.assertEqual(self.matching(people, f"[('opportunity_ids', 'any', {inner})]"), whole)
        self.assertEqual(self.matching(people, f"[('opportunity_ids', 'not any', {inner})]"), split)

    def test_a_count_at_the_end_of_a_path_counts_each_record_once(self):
        boss, child = self.contacts(2)
        child.parent_id = boss
        self.deals(child, 2)
        other = self.contacts(1, parent_id=boss.id)
        self.deals(other)
        self.assertEqual(
            self.matching(boss | child, "[('child_ids.opportunity_ids', 'count', ('=', 3, []))]"),
            boss,
        )
        tag = self.env["res.partner.category"].create({"name": "VIP"})
        (child | other).category_id = tag
        self.assertEqual(
            self.matching(boss | child, "[('child_ids.category_id', 'count', ('=', 1, []))]"), boss
        )

    def test_groups_and_forms_nest(self):
        none, one, three = people = self.contacts(3)
        self.deals(one, tag_ids=self.env["crm.tag"].create({"name": "Big"}).ids)
        self.deals(three, 3)
        tagged_deal = "('opportunity_ids', 'any', [('tag_ids', 'count', ('=', 1, []))])"
        many = "('opportunity_ids', 'count', ('>=', 3, []))"
        self.assertEqual(self.matching(people, f"['|', {tagged_deal}, {many}]"), one | three)
        self.assertEqual(self.matching(people, f"['!', '|', {tagged_deal}, {many}]"), none)
        self.assertEqual(self.matching(people, f"['&', '!', {tagged_deal}, {many}]"), three)

    def test_archived_associated_records_count_when_the_condition_says_so(self):
        person = self.contacts(1)
        self.deals(person, active=False)
        self.assertFalse(self.matching(person, "[('opportunity_ids', 'count', ('=', 1, []))]"))
        archived = "[('active', '=', False)]"
        self.assertTrue(
            self.matching(person, f"[('opportunity_ids', 'count', ('=', 1, {archived}))]")
        )

    def test_a_time_and_a_date_are_compared_by_the_day_of_the_users_zone(self):
        deal = self.deals(self.contacts(1), date_deadline="2030-03-02")
        deal.date_conversion = "2030-03-01 23:30:00"
        same = "[('date_deadline', '=', field('date_conversion'))]"
        for zone, matches in (("UTC", False), ("Europe/Brussels", True)):
            found = deal.with_context(tz=zone).filtered_domain(checked_domain(deal.browse(), same))
            self.assertEqual(bool(found), matches)

    def test_conditions_are_told_in_words(self):
        is_ann = "[('referred', '=', 'Ann')]"
        for condition, words in {
            f"[('opportunity_ids', 'count', ('>=', 3, {is_ann}))]": (
                "has at least 3 Opportunities where Referred By is Ann"
            ),
            "[('opportunity_ids', 'count', ('<=', 2, []))]": "has at most 2 Opportunities",
            "[('opportunity_ids', 'count', ('=', 0, []))]": "has no Opportunities",
            "[('opportunity_ids', 'count', ('>', 0, []))]": "has Opportunities",
            f"[('opportunity_ids', 'not any', {is_ann})]": (
                "has no Opportunities where Referred By is Ann"
            ),
            "[('write_date', '>', field('create_date'))]": "Last Updated on is after Created on",
            "[('ref', '!=', field('function'))]": "Reference is not the same as Job Position",
            "[('create_date', '<', 'today -30d')]": "Created on was more than 30 days ago",
            "[('create_date', '>=', 'today +2w +1d')]": "Created on is in more than 2 weeks",
            "[('category_id', '=', True)]": "Tags is yes",
            "[('create_date.month_number', 'in', [3, 4])]": "Created on › month is 3 or 4",
            "[('parent_id.create_date.day_of_week', '=', 1)]": (
                "Related Company › Created on › day of the week is 1"
            ),
        }.items():
            with self.subTest(condition):
                self.assertTold("res.partner", condition, words)

    def test_periods_are_told_in_words_among_other_conditions(self):
        soon = "('date_deadline', '>=', 'today'), ('date_deadline', '<', 'today +1m +1d')"
        self.assertTold(
            "crm.lead",
            f"[('color', '=', 1), {soon}, ('referred', '!=', False)]",
            "Color Index is 1 and Expected Closing is in the next 1 month and Referred By is known",
        )
        self.assertTold("crm.lead", f"[{soon}]", "Expected Closing is in the next 1 month")

    def test_what_cannot_be_asked_is_refused_with_the_reason(self):
        for condition, reason in {
            "[('opportunity_ids', 'count', ('>=', 2))]": "a comparison, a number and a list",
            "[('opportunity_ids', 'count', ('>=', -1, []))]": "a whole number, 0 or more",
            "[('opportunity_ids', 'count', ('like', 1, []))]": "compared by one of",
            "[('opportunity_ids', 'count', ('=', 1, [('no', '=', 1)]))]": "Invalid field",
            "[('opportunity_ids', 'any', [('no', '=', 1)])]": "Invalid field",
            "[('color', '<', 1e999)]": "infinity",
            "[('opportunity_ids', '>', ('>=', 3, [('name', '=', 'x')]))]": "expects 'any' operator",
            "[('name', 'count', ('>=', 2, []))]": "leads to no associated records",
            "[('same_vat_partner_id', 'count', ('>=', 2, []))]": "computed anew each time",
            "[('name', '>', field('city'))]": "have no order",
            "[('name', '=', field('create_date'))]": "different kinds of values",
            "[('name', '=', field('nowhere'))]": "no field of the record itself",
            "[('parent_id.name', '=', field('name'))]": "no field of the record itself",
            "[('name', '=', field('category_id'))]": "a list",
            "[('name', 'in', [field('city')])]": "not a list of conditions",
        }.items():
            with self.subTest(condition):
                self.assertRefused("res.partner", condition, reason)

    def test_a_condition_that_broke_keeps_the_draft_from_being_published(self):
        workflow = self.workflow(self.end(), triggers=["[('city', '=', 'Oslo')]"], publish=False)
        trigger = workflow.draft_version_id.trigger_ids
        self.env.cr.execute(
            "UPDATE crm_workflow_trigger SET domain = %s WHERE id = %s",
            ["[('name', '>', field('city'))]", trigger.id],
        )
        trigger.invalidate_recordset(["domain"])
        workflow.invalidate_recordset()
        self.assertIn("have no order", workflow.problems[0]["text"])

    def test_they_travel_in_the_document(self):
        tag = self.env["crm.tag"].create({"name": "Very big"})
        inner = f"[('tag_ids', 'in', [{tag.id}]), ('write_date', '>', field('create_date'))]"
        condition = f"[('opportunity_ids', 'count', ('>=', 2, {inner}))]"
        workflow = self.workflow(self.end(), triggers=[condition])
        text = workflow.export_xml()
        self.assertIn("Very big", text)
        copy = self.env["crm.workflow"].import_xml(text)
        self.assertEqual(copy.draft_version_id.trigger_ids.domain, condition)
        self.assertEqual(copy.export_xml(), text)

    def test_one_query_answers_for_few_and_for_many(self):
        inner = "[('write_date', '>=', field('create_date'))]"
        domain = checked_domain(
            self.env["res.partner"], f"[('opportunity_ids', 'count', ('<', 2, {inner}))]"
        )
        for number in (3, 300):
            people = self.contacts(number)
            self.env.flush_all()
            with self.assertQueryCount(1):
                found = self.env["res.partner"].search([("id", "in", people.ids), *domain])
            self.assertEqual(len(found), number)
