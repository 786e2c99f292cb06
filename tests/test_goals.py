from datetime import timedelta

from odoo.tests import tagged

from .common import WorkflowCase

GOAL = {"kind": "goal", "domain": "[('function', '=', 'Chief')]"}
WAIT = {"kind": "delay", "delay_amount": 30, "delay_unit": "days"}


@tagged("post_install", "-at_install")
class TestGoals(WorkflowCase):
    """How many reach the goal, and how fast."""

    def reach(self, workflow, *hours):
        """New records that enter and reach the goal after so many hours; None never does."""
        enrollments = workflow.enroll(self.contacts(len(hours)))
        self.tick()
        records = self.env["res.partner"].browse(enrollments.mapped("res_id"))
        for record, amount in zip(records, hours, strict=True):
            if amount is not None:
                record.function = "Chief"
        self.tick_enroll()
        for enrollment, amount in zip(enrollments, hours, strict=True):
            if amount is not None:
                self.env.cr.execute(
                    "UPDATE crm_workflow_enrollment SET finished_at = enrolled_at + %s"
                    " WHERE id = %s",
                    (timedelta(hours=amount), enrollment.id),
                )
        self.env.invalidate_all()
        return enrollments

    def test_the_share_and_the_time_of_those_who_reach_the_goal_are_told(self):
        workflow = self.workflow(WAIT, exits=[GOAL])
        self.reach(workflow, 24, 48, 24 * 9, None)
        self.assertEqual((workflow.goal_count, workflow.goal_rate), (3, 0.75))
        self.assertEqual((workflow.goal_mean_hours, workflow.goal_median_hours), (96, 48))
        self.assertEqual(workflow.goal_time, "4 days (median 2 days)")

    def test_each_version_counts_for_itself(self):
        workflow = self.workflow(WAIT, exits=[GOAL])
        self.reach(workflow, 24)
        workflow.action_edit()
        workflow.action_publish(in_flight="finish")
        self.reach(workflow, None, 48)
        new, old = workflow.version_ids.sorted("number", reverse=True)
        self.assertEqual((old.goal_rate, new.goal_rate, workflow.goal_count), (1, 0.5, 2))

    def test_who_left_otherwise_is_no_success(self):
        workflow = self.workflow(WAIT, exits=[GOAL, "[('city', '=', 'Oslo')]"])
        contact = self.contacts(1)
        workflow.enroll(contact)
        contact.city = "Oslo"
        self.tick()
        self.assertEqual((workflow.goal_count, workflow.goal_rate), (0, 0))
        self.assertFalse(workflow.goal_time)

    def test_a_workflow_without_a_goal_does_not_speak_of_one(self):
        plain, aimed = self.workflow(WAIT), self.workflow(WAIT, exits=[GOAL])
        self.assertEqual((plain.has_goal, aimed.has_goal), (False, True))

    def test_many_workflows_are_counted_in_one_query(self):
        workflows = self.workflow(WAIT, exits=[GOAL])
        workflows |= self.workflow(WAIT, exits=[GOAL])
        workflows |= self.workflow(WAIT)
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            workflows.mapped("goal_rate")
