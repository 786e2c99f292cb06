from odoo.tests import tagged

from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestEnrollStep(WorkflowCase):
    """A step lets records enter another workflow; steps may also let them leave their own."""

    def setUp(self):
        super().setUp()
        self.other = self.workflow(self.delay(1, "days"), name="Other")

    def into(self, workflow, **vals):
        """A step that enrols in a workflow."""
        return {"kind": "enroll", "enroll_workflow_id": workflow.id, **vals}

    def test_records_enter_the_other_workflow_and_go_on(self):
        workflow = self.workflow(self.into(self.other), self.write_step("ref", "after"))
        contacts = self.contacts(3)
        workflow.enroll(contacts)
        self.tick()
        self.assertInside(self.other, contacts)
        self.assertEqual(set(self.enrollments(self.other).mapped("source")), {"workflow"})
        self.assertEqual(set(contacts.mapped("ref")), {"after"})

    def test_whoever_does_not_enter_goes_on_and_the_history_says_so(self):
        workflow = self.workflow(self.into(self.other))
        contact = self.contacts(1)
        self.other.enroll(contact)
        enrollment = workflow.enroll(contact)
        self.tick()
        self.assertEqual(enrollment.state, "completed")
        self.assertIn("Did not enter “Other”.", enrollment.log_ids.mapped("message"))
        self.assertEqual(len(self.enrollments(self.other)), 1)

    def test_while_the_other_workflow_is_off_records_are_parked_with_the_cure(self):
        workflow = self.workflow(self.into(self.other))
        self.other.action_turn_off()
        enrollment = workflow.enroll(self.contacts(1))
        self.tick()
        self.assertEqual(enrollment.state, "parked")
        self.assertIn("Switch it on first", enrollment.reason)

    def test_two_workflows_that_enrol_in_each_other_are_stopped(self):
        first = self.workflow(self.delay(1, "hours"), name="First", publish=False)
        second = self.workflow(self.into(first), name="Second", publish=False)
        for workflow in (first, second):
            workflow.draft_version_id.reenroll = True
        self.fill(first, self.into(second))
        first.action_publish()
        second.action_publish()
        first.enroll(self.contacts(1))
        for _hour in range(8):
            self.travel(hours=2)
            self.tick()
        states = (self.enrollments(first) | self.enrollments(second)).mapped("state")
        self.assertIn("parked", states)
        self.assertLess(len(states), 6)

    def test_python_of_a_step_that_enrols_is_the_cause_of_what_follows(self):
        code = f"env['crm.workflow'].sudo().browse({self.other.id}).enroll(records)"
        workflow = self.workflow(self.code_step(code))
        workflow.enroll(self.contacts(1))
        self.tick()
        key = workflow.live_version_id.action_ids.key
        self.assertEqual(self.enrollments(self.other).cause, f"{workflow.id}:{key}")

    def test_a_step_may_let_the_record_it_runs_for_leave(self):
        workflow = self.workflow(
            self.write_step("ref", "before"),
            self.code_step(
                "env['crm.workflow.enrollment'].search([('res_id', 'in', records.ids)])"
                ".workflow_id.unenroll(records, 'enough')"
            ),
            self.write_step("function", "after"),
        )
        contacts = self.contacts(2)
        workflow.enroll(contacts)
        self.tick()
        enrollments = self.enrollments(workflow)
        self.assertEqual(enrollments.mapped("state"), ["exited", "exited"])
        self.assertEqual(set(enrollments.mapped("reason")), {"enough"})
        self.assertEqual(set(contacts.mapped("function")), {False})
        outcomes = [outcome for _step, outcome in self.ledger(enrollments[0])]
        self.assertEqual(outcomes, ["entered", "done", "exited"])
        self.assertEqual(enrollments[0].visit, 3)

    def test_entering_elsewhere_by_a_step_ends_the_pass_that_leaves_then(self):
        workflow = self.workflow(
            self.into(self.other),
            self.write_step("ref", "after"),
            exits=[{"kind": "elsewhere"}],
        )
        contact = self.contacts(1)
        enrollment = workflow.enroll(contact)
        self.tick()
        self.assertEqual((enrollment.state, contact.ref), ("exited", False))
        self.assertInside(self.other, contact)

    def test_what_cannot_work_is_told_before_publishing(self):
        deals = self.workflow(self.end(), name="Deals", object_type=self.deal_type)
        workflow = self.workflow({"kind": "enroll"}, self.into(deals), publish=False)
        self.fill(workflow, self.into(workflow))
        texts = [problem["text"] for problem in workflow.problems]
        for part in ("Choose the workflow", "takes in Deal", "choose another one"):
            self.assertTrue(any(part in text for text in texts), texts)

    def test_it_travels_in_the_document(self):
        workflow = self.workflow(self.into(self.other), publish=False)
        copy = self.env["crm.workflow"].import_xml(workflow.export_xml())
        self.assertEqual(copy.draft_version_id.action_ids.enroll_workflow_id, self.other)
