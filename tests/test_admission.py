from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..engine.admission import HOUR, admission
from .common import WorkflowCase

CHIEFS = "[('function', '=', 'Chief')]"


@tagged("post_install", "-at_install")
class TestAdmission(WorkflowCase):
    """No more than so many records start within an hour; the others start in turn."""

    def limited(self, per_hour, *steps, triggers=(CHIEFS,), publish=True, **vals):
        """A workflow with a limit of entries per hour."""
        flow = self.workflow(
            *(steps or [self.write_step()]), triggers=triggers, publish=False, **vals
        )
        flow.entries_per_hour = per_hour
        if publish:
            flow.action_publish()
        return flow

    def backfill(self, per_hour, contacts, *steps):
        """A workflow that has just taken in these contacts."""
        contacts.function = "Chief"
        flow = self.limited(per_hour, *steps, publish=False)
        flow.action_publish(enroll_existing=True)
        return flow

    def starts(self, flow):
        """Hours from entry to start, in the order of entry."""
        rows = self.enrollments(flow).filtered(lambda row: row.state == "active")
        return [(row.due_at - rows[0].enrolled_at) // HOUR for row in rows]

    def test_those_beyond_the_limit_enter_as_well_and_start_later(self):
        flow = self.backfill(2, contacts := self.contacts(5))
        self.assertInside(flow, contacts)
        self.assertEqual(self.starts(flow), [0, 0, 1, 1, 2])
        self.tick()
        self.assertEqual(contacts.filtered("ref"), contacts[:2])
        self.travel(hours=1)
        self.tick()
        self.assertEqual(contacts.filtered("ref"), contacts[:4])

    def test_without_a_limit_all_start_at_once(self):
        flow = self.backfill(0, self.contacts(5))
        self.assertEqual(self.starts(flow), [0] * 5)
        self.assertFalse(any(self.enrollments(flow).mapped("admission_at")))

    def test_who_comes_later_starts_behind_those_who_are_queued(self):
        flow = self.backfill(2, self.contacts(3))
        self.contacts(3, function="Chief")
        self.tick_enroll()
        self.assertEqual(self.starts(flow), [0, 0, 1, 1, 2, 2])

    def test_the_statement_does_what_the_engine_says(self):
        flow = self.limited(3)
        moments = []
        for minutes, size in ((0, 4), (20, 1), (45, 7), (300, 2)):
            self.travel(minutes=minutes)
            self.contacts(size, function="Chief")
            self.tick_enroll()
            now = max(self.enrollments(flow).mapped("enrolled_at"))
            earlier = tuple(sorted(moments, reverse=True))
            moments += [admission(now, place, 3, earlier) for place in range(size)]
        self.assertEqual(self.enrollments(flow).mapped("admission_at"), moments)

    def test_an_event_is_limited_like_a_condition(self):
        trigger = {"kind": "event", "event": "created"}
        flow = self.limited(1, triggers=[trigger])
        self.contacts(3)
        self.tick_enroll()
        self.assertEqual(self.starts(flow), [0, 1, 2])

    def test_who_is_inside_already_takes_nobodys_turn(self):
        trigger = {"kind": "event", "event": "changed", "field_name": "city", "reenroll": True}
        flow = self.limited(1, self.delay(9, "days"), triggers=[trigger])
        old, new = self.contacts(2), self.contacts(1)
        old.city = "Oslo"
        self.tick_enroll()
        (old | new).city = "Bergen"
        self.tick_enroll()
        self.assertEqual(self.starts(flow), [0, 1, 2])

    def test_who_is_taken_out_gives_up_the_turn(self):
        flow = self.backfill(1, self.contacts(3))
        self.enrollments(flow)[1:].action_leave()
        self.contacts(1, function="Chief")
        self.tick_enroll()
        self.assertEqual(self.starts(flow), [0, 1])

    def test_a_pause_is_not_made_up_for_when_the_workflow_resumes(self):
        flow = self.backfill(2, contacts := self.contacts(7))
        self.tick()
        flow.action_pause()
        self.travel(hours=5)
        with self.cron_env() as env:
            env["crm.workflow"].browse(flow.id).action_resume()
        self.tick()
        self.assertEqual(contacts.filtered("ref"), contacts[:4])
        self.travel(hours=1)
        self.tick()
        self.assertEqual(contacts.filtered("ref"), contacts[:6])

    def test_resuming_at_once_changes_nothing(self):
        flow = self.backfill(2, self.contacts(5))
        self.tick()
        turns = self.enrollments(flow).mapped("admission_at")
        flow.action_pause()
        flow.action_resume()
        self.assertEqual(self.enrollments(flow).mapped("admission_at"), turns)

    def test_a_new_version_without_the_first_step_keeps_the_turns(self):
        flow = self.backfill(1, self.contacts(3), self.delay(1, "days"), self.write_step())
        turns = self.enrollments(flow).mapped("due_at")
        flow.action_edit()
        flow.draft_version_id.action_ids.sorted("sequence")[0].unlink()
        flow.action_publish()
        self.assertEqual(self.enrollments(flow).mapped("due_at"), turns)
        self.assertEqual(flow.queued_count, 2)

    def test_a_new_limit_holds_for_those_who_are_queued(self):
        flow = self.backfill(1, self.contacts(5), self.delay(9, "days"))
        self.tick()
        for per_hour, starts in ((2, [0, 0, 1, 1, 2]), (0, [0] * 5)):
            flow.action_edit()
            flow.entries_per_hour = per_hour
            flow.action_publish()
            rows = self.enrollments(flow)
            first = rows[0].enrolled_at
            self.assertEqual([(row.admission_at - first) // HOUR for row in rows], starts)

    def test_a_workflow_that_is_published_while_paused_keeps_the_limit(self):
        flow = self.backfill(2, contacts := self.contacts(7))
        self.tick()
        flow.action_pause()
        self.travel(hours=5)
        with self.cron_env() as env:
            env["crm.workflow"].browse(flow.id).action_publish()
        self.tick()
        self.assertEqual(contacts.filtered("ref"), contacts[:4])

    def test_by_hand_nobody_queues(self):
        flow = self.backfill(1, self.contacts(3))
        enrollment = flow.enroll(self.contacts(1))
        self.assertEqual(enrollment.due_at, enrollment.enrolled_at)
        self.assertFalse(enrollment.admission_at)

    def test_one_that_is_queued_can_be_started_now(self):
        flow = self.backfill(1, contacts := self.contacts(3))
        last = self.enrollments(flow)[2]
        self.assertTrue(last.is_scheduled)
        self.assertIn("Starts on", last.standing)
        last.action_skip_wait()
        self.tick()
        self.assertTrue(contacts[2].ref)
        self.assertFalse(contacts[1].ref)

    def test_the_form_tells_how_many_are_queued_and_until_when(self):
        flow = self.backfill(1, self.contacts(4), self.delay(9, "days"))
        self.assertEqual(flow.queued_count, 3)
        self.assertEqual(flow.queued_until, self.enrollments(flow)[3].due_at)
        self.assertIn("Waiting to start in turn: 3. The last of them starts on ", flow.queued_text)
        self.travel(hours=3)
        self.tick()
        self.enrollments(flow).action_leave()
        flow.invalidate_recordset()
        self.assertEqual((flow.queued_count, flow.queued_text), (0, False))

    def test_publishing_tells_beforehand_how_long_it_takes(self):
        self.contacts(5, function="Chief")
        flow = self.limited(2, publish=False)
        wizard = Form(self.env["crm.workflow.publish"].with_context(default_workflow_id=flow.id))
        self.assertRegex(wizard.admission_text, r"^5 records at 2 an hour: until .* at .*\.$")
        flow.entries_per_hour = 0
        wizard = Form(self.env["crm.workflow.publish"].with_context(default_workflow_id=flow.id))
        self.assertFalse(wizard.admission_text)

    def test_a_limit_below_nothing_is_refused(self):
        flow = self.limited(1, publish=False)
        with self.assertRaises(ValidationError):
            flow.draft_version_id.entries_per_hour = -1

    def test_the_limit_travels_in_the_document_and_to_the_next_draft(self):
        flow = self.limited(500)
        copy = self.env["crm.workflow"].import_xml(flow.export_xml())
        self.assertEqual(copy.draft_version_id.entries_per_hour, 500)
        flow.action_edit()
        self.assertEqual(flow.draft_version_id.entries_per_hour, 500)

    def test_entering_by_a_limit_takes_the_same_queries_for_ten_and_for_a_thousand(self):
        counts = []
        for number, count in enumerate((10, 10, 1000)):
            self.contacts(count, function=f"Chief {number}")
            condition = f"[('function', '=', 'Chief {number}')]"
            flow = self.limited(7, triggers=[condition], publish=False)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            flow.action_publish(enroll_existing=True)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(self.enrollments(flow)), count)
        self.assertLessEqual(counts[2], counts[1] + 2)

    def test_in_no_hour_more_than_the_limit_start(self):
        flow = self.backfill(7, self.contacts(60))
        moments = self.enrollments(flow).mapped("due_at")
        for first, next_round in zip(moments, moments[7:], strict=False):
            self.assertGreaterEqual(next_round - first, timedelta(hours=1))
