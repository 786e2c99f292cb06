from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..engine.errors import RetryLater
from .common import WorkflowCase
from .test_runner import FAIL_ON_TWO


@tagged("post_install", "-at_install")
class TestStepFailures(WorkflowCase):
    """What becomes of a record on which a step fails is said at the step."""

    def error_lane(self, *steps, **vals):
        """A step that fails on Contact 2, with a path for it."""
        lanes = [({"role": "error"}, steps)]
        return self.code_step(FAIL_ON_TWO, failure_then="path", lanes=lanes, **vals)

    def walk(self, workflow, count=4):
        contacts = self.contacts(count)
        workflow.enroll(contacts)
        self.tick()
        return contacts

    def told(self, enrollment, outcome):
        rows = enrollment.log_ids.filtered(lambda row: row.outcome == outcome)
        return rows.mapped("message")

    def fail(self, error):
        def run(action, batch):
            raise error

        return patch.object(type(self.env["crm.workflow.action"]), "_run_server", run)

    def test_a_record_goes_on_and_the_ledger_says_that_the_step_failed(self):
        workflow = self.workflow(
            self.code_step(FAIL_ON_TWO, failure_then="continue"),
            self.write_step("function", "after"),
        )
        contacts = self.walk(workflow)
        self.assertEqual(contacts.mapped("ref"), ["fine", "fine", False, "fine"])
        self.assertEqual(set(contacts.mapped("function")), {"after"})
        failed = self.enrollments(workflow, contacts[2])
        self.assertEqual((failed.state, failed.attempts), ("completed", 0))
        self.assertEqual(
            [outcome for _step, outcome in self.ledger(failed)],
            ["entered", "continued", "done", "completed"],
        )
        self.assertEqual(self.told(failed, "continued"), ["Contact 2 is odd"])

    def test_a_record_takes_the_path_of_failures_and_joins_the_others_behind_the_step(self):
        workflow = self.workflow(
            self.error_lane(self.write_step("city", "Failed")),
            self.write_step("function", "after"),
        )
        contacts = self.walk(workflow)
        self.assertEqual(contacts.mapped("city"), [False, False, "Failed", False])
        self.assertEqual(set(contacts.mapped("function")), {"after"})
        row = self.enrollments(workflow, contacts[2]).log_ids.filtered("path_key")
        self.assertEqual((row.path_name, row.outcome), ("If it fails", "continued"))

    def test_without_more_a_record_is_parked(self):
        workflow = self.workflow(self.code_step(FAIL_ON_TWO))
        contacts = self.walk(workflow)
        self.assertEqual(self.enrollments(workflow, contacts[2]).state, "parked")

    def test_every_failure_is_tried_again_as_often_as_was_said(self):
        workflow = self.workflow(
            self.code_step(
                FAIL_ON_TWO, failure_retry="every", failure_retries=2, failure_then="continue"
            )
        )
        contacts = self.walk(workflow)
        failed = self.enrollments(workflow, contacts[2])
        self.assertEqual((failed.state, failed.attempts), ("active", 1))
        for _attempt in range(2):
            self.travel(hours=1)
            self.tick()
        self.assertEqual(failed.state, "completed")
        self.assertEqual(
            [outcome for _step, outcome in self.ledger(failed)],
            ["entered", "failed", "failed", "continued", "completed"],
        )
        self.assertEqual(contacts.mapped("ref"), ["fine", "fine", False, "fine"])

    def test_a_record_that_is_cured_before_its_next_try_is_done(self):
        workflow = self.workflow(self.code_step(FAIL_ON_TWO, failure_retry="every"))
        contacts = self.walk(workflow)
        contacts[2].name = "Cured"
        self.travel(hours=1)
        self.tick()
        self.assertEqual(contacts[2].ref, "fine")

    def test_nothing_is_tried_again_where_that_was_said(self):
        workflow = self.workflow(
            self.write_step(failure_retry="every", failure_retries=0), self.end()
        )
        with self.fail(RetryLater("the mail server is away")):
            self.walk(workflow, 1)
        self.assertEqual(self.enrollments(workflow).state, "parked")

    def test_what_may_pass_is_tried_again_before_a_record_goes_on(self):
        workflow = self.workflow(self.write_step(failure_then="continue"))
        with self.fail(RetryLater("the mail server is away")):
            self.walk(workflow, 1)
            self.assertEqual(self.enrollments(workflow).state, "active")
            for _attempt in range(5):
                self.travel(hours=13)
                self.tick()
        self.assertEqual(self.enrollments(workflow).state, "completed")

    def test_the_path_of_failures_of_a_branch_is_no_path_of_its_conditions(self):
        branch = self.branch(
            ("Oslo", "[('city', '=', 'Oslo')]", [self.write_step("ref", "Oslo")]),
            otherwise=[self.write_step("ref", "else")],
            failure_then="path",
        )
        branch["lanes"].append(({"role": "error"}, [self.write_step("ref", "failed")]))
        workflow = self.workflow(branch)
        contacts = self.contacts(1) | self.contacts(1, city="Oslo")
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual(contacts.mapped("ref"), ["else", "Oslo"])
        odd = self.contacts(1)
        workflow.enroll(odd)
        step = type(self.env["crm.workflow.action"])
        with patch.object(step, "_run_branch", side_effect=UserError("odd")):
            self.tick()
        self.assertEqual(odd.ref, "failed")

    def test_the_path_of_failures_comes_with_the_choice_and_goes_with_it_while_it_is_empty(self):
        workflow = self.workflow(self.write_step(failure_then="path"), publish=False)
        step = workflow.draft_version_id.action_ids
        self.assertEqual(step.path_ids.mapped("role"), ["error"])
        self.assertEqual(step.path_ids.display_name, "If it fails")
        step.failure_then = "continue"
        self.assertFalse(step.path_ids)
        step.failure_then = "path"
        self.env["crm.workflow.action"].create({"path_id": step.path_ids.id, "kind": "end"})
        step.failure_then = "stop"
        self.assertEqual(len(step.path_ids), 1, "steps are not thrown away")
        self.assertIn("Nobody takes the path", workflow.problems[0]["text"])
        step.path_ids.action_ids.unlink()
        self.assertFalse(step.path_ids)

    def test_more_tries_than_make_sense_are_refused(self):
        workflow = self.workflow(
            self.write_step(failure_retry="every", failure_retries=21), publish=False
        )
        with self.assertRaisesRegex(ValidationError, "20 times at most"):
            workflow.action_publish()

    def test_it_travels_in_the_document_and_to_the_next_draft(self):
        lane = [self.write_step("city", "Failed"), self.end()]
        workflow = self.workflow(
            self.error_lane(*lane, failure_retry="every", failure_retries=0), self.end()
        )
        text = workflow.export_xml()
        copy = self.env["crm.workflow"].import_xml(text)
        self.assertEqual(copy.export_xml(), text)
        workflow.action_edit()
        for version in (copy.draft_version_id, workflow.draft_version_id):
            step = version.action_ids.filtered(lambda step: step.failure_then == "path")
            self.assertEqual((step.failure_retry, step.failure_retries), ("every", 0))
            self.assertEqual(step.path_ids.mapped("role"), ["error"])
            self.assertEqual(len(step.path_ids.action_ids), 2)

    def test_a_step_that_has_no_paths_has_none_in_a_document(self):
        workflow = self.workflow(self.error_lane(self.end()), publish=False)
        text = workflow.export_xml().replace('<field name="role">error</field>', "")
        with self.assertRaisesRegex(ValidationError, "has no paths"):
            self.env["crm.workflow"].import_xml(text)

    def test_the_card_says_it(self):
        workflow = self.workflow(
            self.write_step(failure_retry="every", failure_then="continue"),
            self.delay(1, "days", failure_then="continue"),
            publish=False,
        )
        acting, waiting = workflow.draft_version_id.action_ids.sorted("sequence")
        self.assertEqual([badge["name"] for badge in acting.badges], ["retry", "continue"])
        self.assertFalse(waiting.badges)
        self.assertEqual((acting.can_fail, waiting.can_fail), (True, False))
