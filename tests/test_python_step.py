from odoo.tests import tagged

from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestPythonStep(WorkflowCase):
    """Python of a step takes values in, and leaves some for later steps."""

    def test_values_come_in_and_go_out_record_by_record(self):
        workflow = self.workflow(
            self.code_step("outputs['place'] = value('upper(object.city)')", key="where"),
            {"kind": "compute", "compute_formula": 'steps["where"].place', "key": "again"},
        )
        oslo, rome = self.contacts(2)
        oslo.city, rome.city = "Oslo", "Rome"
        workflow.enroll(oslo | rome)
        self.tick()
        for contact, place in ((oslo, "OSLO"), (rome, "ROME")):
            outputs = self.enrollments(workflow, contact).outputs
            self.assertEqual(outputs, {"where": {"place": place}, "again": {"value": place}})

    def test_dates_and_records_keep_their_kind(self):
        workflow = self.workflow(
            self.code_step(
                "outputs['day'] = datetime.date(2026, 3, 1)\noutputs['boss'] = record.parent_id",
                key="first",
            ),
            {"kind": "compute", "compute_formula": 'steps["first"].boss.name', "key": "name"},
            {"kind": "compute", "compute_formula": 'weekday(steps["first"].day)', "key": "day"},
        )
        boss = self.contacts(1, name="Boss")
        workflow.enroll(self.contacts(1, parent_id=boss.id))
        self.tick()
        outputs = self.enrollments(workflow).outputs
        self.assertEqual(outputs["first"]["boss"], {"$records": ["res.partner", boss.ids]})
        self.assertEqual((outputs["name"]["value"], outputs["day"]["value"]), (boss.name, "7"))

    def test_what_cannot_be_kept_parks_its_record_and_no_other(self):
        code = "outputs['x'] = (1).bit_length if record.ref == 'bad' else 1"
        workflow = self.workflow(self.code_step(code, key="first"))
        good, bad = self.contacts(2)
        bad.ref = "bad"
        workflow.enroll(good | bad)
        self.tick()
        self.assertEqual(self.enrollments(workflow, good).state, "completed")
        self.assertIn("“x”", self.enrollments(workflow, bad).reason)

    def test_the_panel_offers_what_the_code_leaves(self):
        workflow = self.workflow(
            self.code_step("outputs['total'] = 1", key="first", name="Count"),
            self.end(key="last"),
            publish=False,
        )
        version = workflow.draft_version_id
        known = self.env["crm.workflow.action"].value_choices(version.id, version.action_ids[1].id)
        choices = [choice for group in known["groups"] for choice in group["choices"]]
        self.assertIn(
            ("steps.first.total", "Count: total"),
            [(choice["text"], choice["label"]) for choice in choices],
        )

    def test_many_records_take_as_many_queries_as_one(self):
        workflow = self.workflow(self.code_step("outputs['x'] = value('object.parent_id.name')"))
        company = self.contacts(1, is_company=True)
        self.assertAsManyQueries(workflow, lambda count: self.contacts(count, parent_id=company.id))
