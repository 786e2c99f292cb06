from odoo.tests import tagged

from .test_criteria_language import LanguageCase

TWO_DEALS = "[('opportunity_ids', 'count', ('>=', 2, []))]"


@tagged("post_install", "-at_install")
class TestCriteriaPreview(LanguageCase):
    """What the editor of conditions is told while somebody edits."""

    def preview(self, condition, user=None, object_type=None):
        """The preview of a condition on contacts."""
        types = self.env["crm.workflow.object"].with_user(user or self.admin)
        return types.preview_condition("res.partner", condition, (object_type or types).id)

    def test_it_is_told_and_counted(self):
        before = self.preview(TWO_DEALS)["count"]
        for person in self.contacts(2):
            self.deals(person, 2)
        found = self.preview(TWO_DEALS)
        self.assertEqual(found["count"], before + 2)
        self.assertEqual(found["text"], "has at least 2 Opportunities")
        self.assertEqual((found["problem"], found["more"]), ("", False))

    def test_the_filter_of_the_object_type_counts_as_well(self):
        named = "[('name', '=', 'Just these')]"
        self.contacts(1, is_company=True).name = "Just these"
        self.contacts(1).name = "Just these"
        self.assertEqual(self.preview(named)["count"], 2)
        self.assertEqual(self.preview(named, object_type=self.contact_type)["count"], 1)
        self.assertEqual(self.preview(named, object_type=self.deal_type)["count"], 2)

    def test_the_records_are_those_that_were_counted(self):
        named = "[('name', '=', 'Just these')]"
        company = self.contacts(1, is_company=True)
        person = self.contacts(1)
        (company | person).name = "Just these"
        types = self.env["crm.workflow.object"]
        both = types.records_matching("res.partner", named)
        self.assertEqual(set(both), set((company | person).ids))
        self.assertEqual(
            types.records_matching("res.partner", named, self.contact_type.id), person.ids
        )

    def test_a_problem_is_told_instead_of_a_number(self):
        found = self.preview("[('name', '>', field('city'))]")
        self.assertIn("have no order", found["problem"])
        self.assertEqual(found["count"], 0)
        absent = self.env["crm.workflow.object"].preview_condition("not.installed", "[]")
        self.assertIn("not installed", absent["problem"])

    def test_people_count_what_they_may_see(self):
        seller = self.user(
            "seller", "base.group_user", "sales_team.group_sale_salesman",
            "crm_workflow.group_user",
        )  # fmt: skip
        foreign = self.contacts(1)
        self.deals(foreign, 2, user_id=self.admin.id)
        before = self.preview(TWO_DEALS, seller)["count"]
        self.deals(self.contacts(1), 2, user_id=seller.id)
        self.assertEqual(self.preview(TWO_DEALS, seller)["count"], before + 1)
        self.assertGreater(self.preview(TWO_DEALS)["count"], before + 1)

    def test_a_path_tells_who_takes_it(self):
        workflow = self.workflow(
            self.branch(("Busy", TWO_DEALS, []), ("Open", "[]", [])), publish=False
        )
        paths = workflow.draft_version_id.action_ids.path_ids.sorted("sequence")
        told = {path.name or "Otherwise": path.condition for path in paths}
        self.assertEqual(
            told, {"Busy": "if has at least 2 Opportunities", "Open": False, "Otherwise": False}
        )
