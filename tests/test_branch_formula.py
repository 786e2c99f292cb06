from odoo.tests import tagged

from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestBranchFormula(WorkflowCase):
    """A path of a branch may ask a formula: about the event, or what earlier steps left."""

    def branching(self, formula, domain="[]"):
        """A branch that marks who takes its path."""
        path = {"name": "Marked", "domain": domain, "branch_formula": formula}
        marked, other = self.write_step("ref", "marked"), self.write_step("ref", "other")
        return {"kind": "branch", "lanes": [(path, [marked]), ({"is_default": True}, [other])]}

    def test_what_an_earlier_step_left_chooses_the_path(self):
        count = {"kind": "compute", "key": "count", "compute_type": "number"}
        workflow = self.workflow(
            {**count, "compute_formula": "length(object.city)"},
            self.branching("steps.count.value > 4"),
        )
        short, long = self.contacts(2)
        short.city, long.city = "Oslo", "Bergen"
        workflow.enroll(short | long)
        self.tick()
        self.assertEqual((short.ref, long.ref), ("other", "marked"))

    def test_what_brought_it_here_chooses_the_path(self):
        trigger = {"kind": "event", "event": "changed", "field_name": "city", "reenroll": True}
        workflow = self.workflow(
            self.branching("event.values.city[0] == 'Rome'"), triggers=[trigger]
        )
        moved, new = self.contacts(2)
        moved.city = "Rome"
        self.tick()
        (moved | new).city = "Oslo"
        self.tick()
        self.assertEqual((moved.ref, new.ref), ("marked", "other"))
        self.assertEqual(set(self.enrollments(workflow).mapped("state")), {"completed"})

    def test_condition_and_formula_are_both_asked(self):
        workflow = self.workflow(
            self.branching("length(object.name) > 3", "[('city', '=', 'Oslo')]")
        )
        both, one = self.contacts(2, city="Oslo")
        one.name = "Ada"
        workflow.enroll(both | one)
        self.tick()
        self.assertEqual((both.ref, one.ref), ("marked", "other"))

    def test_a_formula_that_fails_parks_its_record_and_no_other(self):
        workflow = self.workflow(self.branching("number(object.city) > 3"))
        good, bad = self.contacts(2)
        good.city, bad.city = "4", "four"
        workflow.enroll(good | bad)
        self.tick()
        self.assertEqual((good.ref, bad.ref), ("marked", False))
        self.assertIn("four", self.enrollments(workflow, bad).reason)

    def test_many_records_take_as_many_queries_as_one(self):
        workflow = self.workflow(self.branching("object.parent_id.city == 'Oslo'"))
        company = self.contacts(1, city="Oslo")
        self.assertAsManyQueries(workflow, lambda count: self.contacts(count, parent_id=company.id))

    def test_it_is_told_checked_and_travels(self):
        workflow = self.workflow(self.branching("object.nothing"), publish=False)
        self.assertIn("has no “nothing”", str(workflow.problems))
        path = workflow.draft_version_id.action_ids.path_ids.filtered("branch_formula")
        path.branch_formula = "object.color > 3"
        self.assertEqual(path.condition, "if object.color > 3")
        self.env.invalidate_all()
        self.assertFalse(workflow.problems)
        copy = self.env["crm.workflow"].import_xml(workflow.export_xml())
        paths = copy.draft_version_id.action_ids.path_ids
        self.assertEqual(paths.filtered("branch_formula").branch_formula, "object.color > 3")
