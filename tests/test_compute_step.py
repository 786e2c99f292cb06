from odoo.tests import tagged

from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestComputeStep(WorkflowCase):
    """A value is worked out, and later steps use it."""

    def computing(self, formula, kind="text", **vals):
        return {"kind": "compute", "compute_formula": formula, "compute_type": kind, **vals}

    def outputs(self, formula, kind="text", **contact):
        """What the step leaves for one contact."""
        workflow = self.workflow(self.computing(formula, kind, key="sum"))
        workflow.enroll(self.contacts(1, **contact))
        self.tick()
        enrollment = self.enrollments(workflow)
        self.assertEqual(enrollment.state, "completed", enrollment.reason)
        return enrollment.outputs["sum"]["value"]

    def test_each_kind_of_value(self):
        for formula, kind, value in (
            ("upper(object.city)", "text", "OSLO"),
            ("length(object.city) * 2.5", "number", 10.0),
            ("'12.5'", "number", 12.5),
            ("object.city == 'Oslo'", "boolean", True),
            ("object.city == 'Rome'", "boolean", False),
            ("date('2026-03-01') + 1", "date", {"$date": "2026-03-02"}),
            ("'2026-03-01'", "date", {"$date": "2026-03-01"}),
            ("add_hours(date('2026-03-01'), 1)", "datetime", {"$datetime": "2026-03-01 00:00:00"}),
            ("object.parent_id", "text", None),
            ("0", "number", 0.0),
            ("object.category_id", "text", None),
        ):
            with self.subTest(formula):
                self.admin.tz = "Europe/Oslo"
                self.assertEqual(self.outputs(formula, kind, city="Oslo"), value)

    def test_what_does_not_fit_parks_its_record_and_no_other(self):
        workflow = self.workflow(self.computing("object.ref", "number", key="sum"))
        good, bad = self.contacts(2)
        good.ref, bad.ref = "12", "many"
        workflow.enroll(good | bad)
        self.tick()
        self.assertEqual(self.enrollments(workflow, good).outputs["sum"]["value"], 12.0)
        parked = self.enrollments(workflow, bad)
        self.assertEqual(parked.state, "parked")
        self.assertIn("many", parked.reason)

    def test_later_steps_use_it(self):
        self.assertEqual(self.walked(), {"value": {"$date": "2026-03-15"}})

    def test_later_steps_use_it_after_a_wait(self):
        self.assertEqual(
            self.walked(self.delay(1, "days"), days=2), {"value": {"$date": "2026-03-15"}}
        )

    def walked(self, *between, days=0):
        """What the second of two computing steps leaves, with steps between them."""
        workflow = self.workflow(
            self.computing("date('2026-03-01')", "date", key="start"),
            *between,
            self.computing('steps["start"].value + 14', "date", key="end"),
        )
        workflow.enroll(self.contacts(1))
        self.tick()
        self.travel(days=days)
        self.tick()
        return self.enrollments(workflow).outputs["end"]

    def test_many_records_take_as_many_queries_as_one(self):
        workflow = self.workflow(self.computing("concat(object.parent_id.name, object.city)"))
        company = self.contacts(1, is_company=True)
        counts = []
        for count in (1, 1, 100):  # the first fills caches
            workflow.enroll(self.contacts(count, parent_id=company.id))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.tick_run()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_a_formula_that_is_wrong_keeps_it_from_being_published(self):
        for formula in (False, "object.nothing", "upper(", 'steps["later"].value'):
            workflow = self.workflow(
                self.computing(formula), self.computing("1", key="later"), publish=False
            )
            [problem] = workflow.problems
            self.assertEqual(problem["action_id"], workflow.draft_version_id.action_ids[0].id)

    def test_a_record_that_is_gone_leaves(self):
        workflow = self.workflow(self.computing("object.city"))
        contact = self.contacts(1)
        workflow.enroll(contact)
        contact.unlink()
        self.tick_run()
        self.assertEqual(self.enrollments(workflow).reason, "record_deleted")

    def test_the_form_shows_what_it_comes_to(self):
        self.contacts(1, city="Bergen")
        workflow = self.workflow(self.computing("upper(object.city)"), publish=False)
        step = workflow.draft_version_id.action_ids
        self.assertIn("BERGEN", step.compute_preview)
        step.compute_formula = "object.city + 1"
        self.assertIn("do not go together", step.compute_preview)

    def test_the_form_opens_for_those_who_may_see_no_record(self):
        self.env["crm.lead"].create({"name": "Deal"})
        computing = self.computing("upper(object.name)")
        workflow = self.workflow(computing, object_type=self.deal_type, publish=False)
        viewer = self.user("viewer", "crm_workflow.group_user")
        step = workflow.draft_version_id.action_ids
        self.assertFalse(step.with_user(viewer).compute_preview)
        self.assertIn("DEAL", step.compute_preview)

    def test_it_travels_in_the_document(self):
        workflow = self.workflow(self.computing("today + 1", "date"), publish=False)
        copy = self.env["crm.workflow"].import_xml(workflow.export_xml())
        step = copy.draft_version_id.action_ids
        self.assertEqual((step.compute_formula, step.compute_type), ("today + 1", "date"))
        self.assertEqual(step.summary, "Work out: today + 1")
