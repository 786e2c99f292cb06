from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestRemarks(WorkflowCase):
    """Steps that are there for people: notes, and places of what is to be decided."""

    def test_records_pass_a_note_and_the_ledger_does_not_tell(self):
        workflow = self.workflow(
            {"kind": "note", "note": "Ask the lawyers"}, self.write_step(), {"kind": "note"}
        )
        contacts = self.contacts(3)
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual(set(contacts.mapped("ref")), {"been here"})
        enrollment = self.enrollments(workflow)[0]
        self.assertEqual(
            [outcome for _step, outcome in self.ledger(enrollment)],
            ["entered", "done", "completed"],
        )
        self.assertEqual(enrollment.visit, 3)

    def test_what_is_to_be_decided_keeps_a_workflow_from_being_published(self):
        workflow = self.workflow({"kind": "placeholder"}, self.end(), publish=False)
        step = workflow.draft_version_id.action_ids.filtered(lambda step: step._is_remark())
        [problem] = workflow.problems
        self.assertEqual(problem["action_id"], step.id)
        with self.assertRaisesRegex(ValidationError, "It has not been decided"):
            workflow.action_publish()

    def test_they_are_told_in_a_line_and_have_no_settings(self):
        workflow = self.workflow(
            {"kind": "note", "status": "off"}, {"kind": "placeholder"}, publish=False
        )
        steps = workflow.draft_version_id.action_ids.sorted("sequence")
        self.assertEqual(steps.mapped("summary"), ["Note", "To be decided"])
        self.assertEqual(steps.mapped("can_fail"), [False, False])
        self.assertFalse(any(steps.mapped("badges")))

    def test_they_travel_in_the_document(self):
        workflow = self.workflow(
            {"kind": "note", "note": "Ask the lawyers"}, {"kind": "placeholder"}, publish=False
        )
        text = workflow.export_xml()
        copy = self.env["crm.workflow"].import_xml(text)
        self.assertEqual(copy.export_xml(), text)
        self.assertEqual(copy.draft_version_id.action_ids[0].note, "Ask the lawyers")
