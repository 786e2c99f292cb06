from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .schedule_case import ScheduleCase, scheduled


@tagged("post_install", "-at_install")
class TestScheduleStates(ScheduleCase):
    """What pausing, switching off and publishing do to a schedule."""

    def test_a_draft_does_not_come(self):
        workflow = self.workflow(self.end(), triggers=[scheduled("days")], publish=False)
        self.travel(days=3)
        self.tick()
        self.assertCame(workflow, 0)

    def test_a_paused_workflow_catches_up_once(self):
        workflow = self.on_schedule("days")
        workflow.action_pause()
        self.tick_at("11-28 12:00")
        self.assertCame(workflow, 0)
        workflow.action_resume()
        self.tick()
        self.assertCame(workflow, 1)

    def test_a_workflow_that_was_off_begins_anew(self):
        workflow = self.on_schedule("days")
        workflow.action_turn_off()
        self.tick_at("11-28 12:00")
        with self.cron_env() as env:
            env["crm.workflow"].browse(workflow.id).action_publish()
        self.tick()
        self.assertCame(workflow, 0)
        self.assertEqual(self.next_at(workflow), datetime(2026, 11, 29, 8))

    def test_a_new_version_that_leaves_the_schedule_loses_no_moment(self):
        workflow = self.on_schedule("days")
        workflow.action_edit()
        self.clock = timedelta(days=1)
        with self.cron_env() as env:
            env["crm.workflow"].browse(workflow.id).action_publish()
        self.assertEqual(self.next_at(workflow), datetime(2026, 11, 26, 8))
        self.tick()
        self.assertCame(workflow, 1)
        self.assertEqual(self.enrollments(workflow).version_id, workflow.live_version_id)

    def test_a_new_version_that_changes_the_schedule_begins_anew(self):
        workflow = self.on_schedule("days")
        workflow.action_edit()
        workflow.draft_version_id.trigger_ids.schedule_time = 8.0
        self.clock = timedelta(days=1)
        with self.cron_env() as env:
            env["crm.workflow"].browse(workflow.id).action_publish()
        self.tick()
        self.assertCame(workflow, 0)
        self.assertEqual(self.next_at(workflow), datetime(2026, 11, 27, 7))

    def test_a_published_schedule_does_not_change(self):
        trigger = self.on_schedule("days").live_version_id.trigger_ids
        with self.assertRaises(UserError):
            trigger.schedule_time = 10.0

    def test_a_schedule_that_is_over_keeps_nobody_from_editing_the_workflow(self):
        workflow = self.on_schedule("once", start="2026-11-26")
        self.assertComes(workflow, "2026-11-26 08:00")
        with self.cron_env() as env:
            flow = env["crm.workflow"].browse(workflow.id)
            flow.action_edit()
            flow.action_publish()
        self.tick()
        self.assertCame(workflow, 1)
