from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..services.runner import FIRST_BATCH, Runner
from .common import WorkflowCase

CHIEFS = "[('function', '=', 'Chief')]"


@tagged("post_install", "-at_install")
class TestCatchUp(WorkflowCase):
    """After two days in which the server was down, the rest is made up for without a storm."""

    def down(self, **amount):
        """The server is down; nobody ticks."""
        self.travel(**(amount or {"days": 2}))

    def limited(self, per_hour, *steps, triggers=(CHIEFS,)):
        flow = self.workflow(*(steps or [self.write_step()]), triggers=triggers, publish=False)
        flow.entries_per_hour = per_hour
        flow.action_publish()
        return flow

    def started(self, contacts):
        return len(contacts.filtered("ref"))

    # Turns of a limit

    def test_turns_that_passed_meanwhile_are_given_anew(self):
        flow = self.limited(2)
        contacts = self.contacts(9, function="Chief")
        self.tick()
        self.assertEqual(self.started(contacts), 2)
        self.down()
        for hour in range(1, 4):
            self.tick()
            self.assertEqual(self.started(contacts), 2 + 2 * hour)
            self.tick()
            self.assertEqual(self.started(contacts), 2 + 2 * hour, "no more within the hour")
            self.travel(hours=1)
        self.tick()
        self.assertEqual(set(self.enrollments(flow).mapped("state")), {"completed"})

    def test_who_came_first_starts_first(self):
        self.limited(1)
        contacts = self.contacts(4, function="Chief")
        self.tick()
        self.down()
        self.tick()
        self.assertEqual(contacts.filtered("ref"), contacts[:2])

    def test_a_busy_minute_changes_no_turn(self):
        flow = self.limited(1)
        self.contacts(3, function="Chief")
        self.tick()
        turns = self.enrollments(flow).mapped("admission_at")
        self.travel(hours=1, minutes=4)
        self.tick()
        self.assertEqual(self.enrollments(flow).mapped("admission_at"), turns)

    def test_what_happened_meanwhile_enters_within_the_limit(self):
        flow = self.limited(3, triggers=[{"kind": "event", "event": "created"}])
        self.env.cr.flush()
        contacts = self.contacts(7)
        self.down()
        self.tick()
        self.assertEqual(len(self.enrollments(flow)), 7)
        self.assertEqual(self.started(contacts), 3)

    def test_who_has_begun_goes_on_and_takes_nobodys_turn(self):
        self.limited(2, self.delay(1, "days"), self.write_step())
        contacts = self.contacts(5, function="Chief")
        self.tick()
        self.down()
        self.tick()
        self.assertEqual(contacts.filtered("ref"), contacts[:2])
        self.travel(days=1, hours=2)
        self.tick()
        self.assertEqual(self.started(contacts), 4)

    # Waits that are over

    def test_waits_that_are_over_are_served_oldest_first_and_in_turn_by_workflow(self):
        many, few = (
            self.workflow(self.delay(1, "hours"), self.write_step("ref", name), name=name)
            for name in ("many", "few")
        )
        crowd, handful = self.contacts(3 * FIRST_BATCH), self.contacts(5)
        for part in (crowd[FIRST_BATCH:], crowd[:FIRST_BATCH]):
            many.enroll(part)
            self.tick()
            self.travel(minutes=1)
        few.enroll(handful)
        self.tick()
        self.down()
        batches, run_batch = [], Runner._run_batch

        def noting(runner, ids, deaths=0):
            rows = runner.env["crm.workflow.enrollment"].browse(ids)
            batches.append([(row.workflow_id.id, row.res_id, row.due_at) for row in rows])
            return run_batch(runner, ids, deaths)

        with patch.object(Runner, "_run_batch", noting):
            self.tick()
        self.assertTrue(any(flow == few.id for batch in batches[:2] for flow, _id, _due in batch))
        dues = [due for batch in batches for flow, _id, due in batch if flow == many.id]
        self.assertEqual(dues, sorted(dues))
        self.assertEqual(set((crowd | handful).mapped("ref")), {"many", "few"})

    def test_steps_that_are_due_outside_the_hours_wait_for_them_and_are_spread(self):
        flow = self.workflow(self.delay(1, "hours"), self.write_step(), publish=False)
        today = self.env.cr.now()
        closed = (today + timedelta(days=2)).hour
        self.env["crm.workflow.window"].create(
            {
                "version_id": flow.draft_version_id.id,
                "days": "daily",
                "hour_from": (closed + 6) % 24,
                "hour_to": (closed + 8) % 24 or 24,
            }
        )
        flow.zone = "UTC"
        flow.action_publish()
        contacts = self.contacts(40)
        flow.enroll(contacts)
        self.tick()
        self.down()
        self.tick()
        self.assertEqual(self.started(contacts), 0)
        starts = self.enrollments(flow).mapped("due_at")
        self.assertGreater(len(set(starts)), 20)
        self.assertLess(max(starts) - min(starts), timedelta(minutes=15))
