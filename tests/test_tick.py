from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import crm_workflow_cron
from ..services import drain, polls
from .common import WorkflowCase

EVERY_MINUTES = {"kind": "schedule", "schedule_frequency": "minutes", "schedule_every": 5}


@tagged("post_install", "-at_install")
class TestShares(WorkflowCase):
    """Events that do not end leave time to what time asks for, and the other way round."""

    BUDGET, SLICE = 10, 10

    def setUp(self):
        super().setUp()
        self.seconds = 0
        self.events = self.workflow(self.end(), triggers=["[('function', '=', 'Chief')]"])
        self.tick()

    def tick_shared(self, slice_seconds=0, task_seconds=0):
        """The cron that enrols, in whose time slices and tasks take so long."""
        next_slice, in_turn = drain.Drain.next_slice, crm_workflow_cron.enroller.in_turn
        ends, self.slices = self.seconds + self.BUDGET, 0

        def slow_slice(own):
            done = next_slice(own)
            self.slices += bool(done)
            self.seconds += slice_seconds if done else 0
            return done

        def slow_task(env, task):
            self.seconds += task_seconds
            return in_turn(env, task)

        def commit_progress(own, *_args, **_options):
            own.env.cr.commit()
            return max(ends - self.seconds, 0)

        cron = type(self.env["ir.cron"])
        with (
            patch.object(drain, "SLICE", self.SLICE),
            patch.object(drain.Drain, "next_slice", slow_slice),
            patch.object(crm_workflow_cron.enroller, "in_turn", slow_task),
            patch.object(crm_workflow_cron, "monotonic", lambda: self.seconds),
            patch.object(cron, "_commit_progress", commit_progress),
        ):
            self.tick_enroll()

    def scheduled(self):
        """A workflow whose time has come."""
        schedule = {**EVERY_MINUTES, "domain": f"[('id', '=', {self.contacts(1).id})]"}
        workflow = self.workflow(self.end(), triggers=[schedule])
        # Not by travelling, which would freeze the clock of the shares as well.
        workflow.live_version_id.trigger_ids.schedule_next_at -= timedelta(minutes=5)
        return workflow

    def backlog(self, slices):
        """So many slices of facts."""
        self.contacts(slices * self.SLICE, function="Chief")
        self.env.cr.flush()

    def test_a_schedule_comes_although_there_are_more_events_than_time(self):
        scheduled = self.scheduled()
        self.backlog(8)
        self.tick_shared(slice_seconds=2)
        self.assertEqual(len(self.enrollments(scheduled)), 1)
        self.assertTrue(self.env["crm.workflow.event"].search_count([]))

    def test_what_the_tasks_leave_of_the_time_goes_to_the_events(self):
        self.backlog(8)
        self.tick_shared(slice_seconds=1)
        self.assertEqual(self.slices, 8)

    def test_one_slice_that_takes_all_the_time_leaves_the_tasks_theirs(self):
        scheduled = self.scheduled()
        self.backlog(2)
        self.tick_shared(slice_seconds=30)
        self.assertEqual(len(self.enrollments(scheduled)), 1)

    def test_tasks_that_take_all_the_time_do_not_keep_events_from_the_next_tick(self):
        self.scheduled()
        self.backlog(8)
        self.tick_shared(slice_seconds=1, task_seconds=30)
        self.assertEqual(self.slices, 5)
        self.tick_shared(slice_seconds=1)
        self.assertFalse(self.env["crm.workflow.event"].search_count([]))

    def test_a_task_that_fails_leaves_the_others_their_turn(self):
        scheduled, workflows = self.scheduled(), type(self.env["crm.workflow"])
        tasks = workflows._tick_tasks

        def fail():
            raise ValueError("no")

        logger = "odoo.addons.crm_workflow.services.enroller"
        with (
            patch.object(workflows, "_tick_tasks", lambda own: [fail, *tasks(own)]),
            self.assertLogs(logger, "ERROR"),
        ):
            self.tick_enroll()
        self.assertEqual(len(self.enrollments(scheduled)), 1)

    def test_facts_that_cannot_be_worked_through_leave_the_others_their_turn(self):
        scheduled, waiting = self.scheduled(), self.workflow(self.delay(1, "days"), name="Waits")
        broken, chief = self.contacts(2)
        enrollment = waiting.enroll(broken)
        log = self.env["crm.workflow.log"].sudo()
        log.search([("enrollment_id", "=", enrollment.id)]).copy({"visit": 2})
        chief.function = "Chief"
        broken_id = broken.id
        broken.unlink()
        with mute_logger("odoo.sql_db"), self.assertLogs(drain.__name__, "ERROR"):
            self.tick_enroll()
        self.assertEntered(self.events, chief)
        self.assertEqual(len(self.enrollments(scheduled)), 1)
        self.assertEqual(self.env["crm.workflow.event"].search([]).res_id, broken_id)

    def test_an_event_that_nobody_waits_for_any_more_is_not_looked_for(self):
        overdue = self.workflow(
            self.end(),
            triggers=[{"kind": "event", "event": "activity_overdue", "event_path": "res_id"}],
        )
        tasks = polls.tasks(self.env)
        self.assertTrue(tasks)
        overdue.action_turn_off()
        for task in tasks:
            task()
