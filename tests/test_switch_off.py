from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestSwitchOff(WorkflowCase):
    """A workflow turns itself off at the moment that was set."""

    def planned(self, **vals):
        """(a contact inside, the workflow that turns itself off in two hours)."""
        workflow = self.workflow(
            self.delay(1, "days"),
            self.write_step(),
            triggers=["[('function', '=', 'Chief')]"],
            switch_off_at=fields.Datetime.now() + timedelta(hours=2),
            **vals,
        )
        contact = self.contacts(1)
        workflow.enroll(contact)
        return contact, workflow

    def test_before_its_moment_nothing_happens(self):
        _contact, workflow = self.planned()
        self.travel(hours=1)
        self.tick()
        self.assertEqual(workflow.state, "on")

    def test_it_turns_off_and_those_inside_finish(self):
        contact, workflow = self.planned()
        self.travel(hours=2, minutes=1)
        self.tick()
        self.assertEqual(workflow.state, "off")
        self.assertFalse(workflow.switch_off_at)
        self.assertInside(workflow, contact)
        self.travel(days=2)
        self.tick()
        self.assertEqual(contact.ref, "been here")

    def test_it_turns_off_and_those_inside_leave_when_that_was_chosen(self):
        contact, workflow = self.planned(switch_off_inside="end")
        self.travel(hours=2, minutes=1)
        self.tick()
        enrollment = self.enrollments(workflow)
        self.assertEqual((enrollment.state, enrollment.reason), ("exited", "turned_off"))
        self.assertFalse(contact.ref)

    def test_it_says_so(self):
        _contact, workflow = self.planned()
        self.travel(hours=2, minutes=1)
        self.tick()
        said = [body for body in workflow.message_ids.mapped("body") if "as planned" in body]
        self.assertEqual(len(said), 1)

    def test_the_moment_may_change_while_the_workflow_is_on(self):
        _contact, workflow = self.planned()
        workflow.switch_off_at += timedelta(days=1)
        self.travel(hours=3)
        self.tick()
        self.assertEqual(workflow.state, "on")
        workflow.switch_off_at = False
        self.travel(days=3)
        self.tick()
        self.assertEqual(workflow.state, "on")

    def test_a_paused_workflow_turns_off_as_well(self):
        _contact, workflow = self.planned()
        workflow.action_pause()
        self.travel(hours=3)
        self.tick()
        self.assertEqual(workflow.state, "off")

    def test_a_workflow_that_is_switched_on_again_stays_on(self):
        _contact, workflow = self.planned()
        self.travel(hours=3)
        self.tick()
        workflow.action_publish()
        self.tick()
        self.assertEqual(workflow.state, "on")

    def test_a_moment_that_is_past_is_a_problem(self):
        workflow = self.workflow(
            self.end(), publish=False, switch_off_at=fields.Datetime.now() - timedelta(minutes=1)
        )
        self.assertIn("turn itself off at once", workflow.problems[0]["text"])
        with self.assertRaises(ValidationError):
            workflow.action_publish()
        self.tick()
        self.assertTrue(workflow.switch_off_at)
        workflow.switch_off_at = False
        self.assertFalse(workflow.problems)

    def test_a_duplicate_stays_on(self):
        _contact, workflow = self.planned()
        self.assertFalse(workflow.copy().switch_off_at)
