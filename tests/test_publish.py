import re
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from psycopg2 import errors

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, file_path, mute_logger

from ..services import carry, enroller, races
from ..services.queue import moves
from .common import WorkflowCase

SWEPT = "[('function', '=', 'Chief')]"


@tagged("post_install", "-at_install")
class TestPublish(WorkflowCase):
    """Versions are frozen, and publishing says what becomes of those inside."""

    def setUp(self):
        super().setUp()
        self.flow = self.workflow(
            self.write_step("ref", "one", key="first"),
            self.delay(1, "days", key="rest"),
            self.write_step("ref", "two", key="last"),
        )
        self.contact = self.contacts(1)
        self.enrollment = self.flow.enroll(self.contact)
        self.tick()

    def draft(self):
        """The steps of a new draft, by key."""
        self.flow.action_edit()
        return {step.key: step for step in self.flow.draft_version_id.action_ids}

    def test_a_published_version_cannot_be_changed(self):
        step = self.flow.live_version_id.action_ids[0]
        for attempt in (
            lambda: step.write({"name": "x"}),
            lambda: step.unlink(),
            lambda: self.fill_live(),
            lambda: step.server_action_id.write({"value": "x"}),
            lambda: self.flow.live_version_id.write({"reenroll": True}),
            lambda: self.flow.live_version_id.unlink(),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()

    def fill_live(self):
        self.env["crm.workflow.action"].create(
            {"version_id": self.flow.live_version_id.id, "kind": "end"}
        )

    def test_editing_makes_a_draft_with_the_same_keys_and_actions_of_its_own(self):
        steps = self.draft()
        live = {step.key: step for step in self.flow.live_version_id.action_ids}
        self.assertEqual(steps.keys(), live.keys())
        self.assertEqual(self.flow.draft_version_id.number, 2)
        self.assertNotEqual(steps["first"].server_action_id, live["first"].server_action_id)
        self.assertEqual(steps["first"].server_action_id.value, "one")
        self.assertEqual(steps["first"].server_action_id.name, live["first"].server_action_id.name)

    def test_there_is_one_draft_at_most(self):
        self.flow.action_edit()
        draft = self.flow.draft_version_id
        self.flow.action_edit()
        self.assertEqual(self.flow.draft_version_id, draft)

    def test_what_a_new_workflow_and_a_new_branch_bring_gives_way_while_empty(self):
        flow = self.env["crm.workflow"].create({"name": "New", "object_id": self.contact_type.id})
        version = self.env["crm.workflow.version"].create({"workflow_id": flow.id})
        self.assertEqual((flow.version_ids, flow.draft_version_id), (version, version))
        branch = self.env["crm.workflow.action"].create(
            {"version_id": version.id, "kind": "branch"}
        )
        own = self.env["crm.workflow.path"].create(
            {"action_id": branch.id, "is_default": True, "name": "The rest"}
        )
        self.assertEqual(branch.path_ids, own)

    def test_a_draft_can_be_thrown_away(self):
        self.flow.action_edit()
        self.flow.action_discard_draft()
        self.assertFalse(self.flow.draft_version_id)
        self.assertEqual(self.flow.state, "on")

    def test_records_move_to_the_same_step_and_keep_waiting(self):
        due = self.enrollment.due_at
        self.draft()["last"].server_action_id.value = "new"
        self.flow.action_publish(in_flight="move")
        self.assertEqual(self.enrollment.version_id, self.flow.live_version_id)
        self.assertEqual((self.enrollment.action_id.key, self.enrollment.due_at), ("rest", due))
        self.travel(days=2)
        self.tick()
        self.assertEqual(self.contact.ref, "new")

    def test_records_on_a_removed_step_move_to_the_next_one_that_survived(self):
        self.draft()["rest"].unlink()
        self.flow.action_publish(in_flight="move")
        self.assertEqual(self.enrollment.action_id.key, "last")
        self.tick()
        self.assertEqual((self.contact.ref, self.enrollment.state), ("two", "completed"))

    def test_records_behind_whom_nothing_is_left_are_complete(self):
        steps = self.draft()
        (steps["rest"] | steps["last"]).unlink()
        self.flow.action_publish(in_flight="move")
        self.assertEqual(self.enrollment.state, "completed")

    def test_records_may_finish_on_their_own_version(self):
        self.draft()["last"].server_action_id.value = "new"
        self.flow.action_publish(in_flight="finish")
        self.travel(days=2)
        self.tick()
        self.assertEqual((self.contact.ref, self.enrollment.version_id.number), ("two", 1))

    def test_records_may_restart(self):
        self.draft()["first"].server_action_id.value = "again"
        self.flow.action_publish(in_flight="restart")
        self.assertEqual(self.enrollment.action_id.key, "first")
        self.tick()
        self.assertEqual(self.contact.ref, "again")
        self.assertEqual(self.enrollment.action_id.key, "rest")

    def test_records_may_leave(self):
        self.draft()
        self.flow.action_publish(in_flight="leave")
        self.assertEqual((self.enrollment.state, self.enrollment.reason), ("exited", "new_version"))

    @contextmanager
    def on_the_move(self):
        """Within, others are just moving the records."""

        def lost(*_args, **_kwargs):
            raise errors.SerializationFailure("could not serialize access")

        with (
            patch.object(moves, "move_to_version", lost),
            patch.object(moves, "restart", lost),
            patch.object(moves, "finish", lost),
        ):
            yield

    def carried_later(self, in_flight):
        """Publish while others move the records; then let the enroller carry them over."""
        old = self.flow.live_version_id

        with self.on_the_move():
            self.flow.action_publish(in_flight=in_flight)
        self.assertEqual(self.enrollment.version_id, old)
        self.tick_enroll()
        self.assertFalse(self.flow.carrying)

    def test_records_that_are_on_the_move_are_moved_a_little_later(self):
        self.draft()["last"].server_action_id.value = "new"
        self.carried_later("move")
        self.assertEqual(self.enrollment.version_id, self.flow.live_version_id)
        self.assertEqual(self.enrollment.action_id.key, "rest")
        self.travel(days=2)
        self.tick()
        self.assertEqual((self.contact.ref, self.enrollment.state), ("new", "completed"))

    def test_records_that_are_on_the_move_restart_or_leave_a_little_later(self):
        self.draft()
        self.carried_later("restart")
        self.assertEqual(self.enrollment.action_id.key, "first")
        self.draft()
        self.carried_later("leave")
        self.assertEqual((self.enrollment.state, self.enrollment.reason), ("exited", "new_version"))

    def test_records_that_are_on_the_move_end_a_little_later(self):
        with self.on_the_move():
            self.flow.action_turn_off("end")
        self.assertEqual((self.flow.state, self.enrollment.state), ("off", "active"))
        self.tick_enroll()
        self.assertEqual((self.enrollment.state, self.enrollment.reason), ("exited", "turned_off"))
        self.assertFalse(self.flow.carrying)

    def test_records_go_on_where_the_workflow_is_on_again_before_they_have_ended(self):
        with self.on_the_move():
            self.flow.action_turn_off("end")
        self.flow.action_publish()
        self.tick_enroll()
        self.assertEqual(self.enrollment.state, "active")
        self.assertFalse(self.flow.carrying)

    def test_the_latest_publishing_decides_about_those_who_are_still_to_be_carried_over(self):
        self.draft()
        self.carried_by_the_enroller()
        first = self.enrollment.version_id
        self.draft()
        self.flow.action_publish(in_flight="finish")
        self.tick_enroll()
        self.assertEqual(self.enrollment.version_id, first)

    def test_who_entered_at_the_moment_of_publishing_is_carried_over_as_well(self):
        old = self.flow.live_version_id
        self.draft()
        self.flow.action_publish(in_flight="move")
        # As of an enroller that committed meanwhile.
        [late] = self.flow.enroll(self.contacts(1))
        first = old.action_ids.filtered(lambda step: step.key == "first")
        late.sudo().flush_recordset()
        self.env.cr.execute(
            "UPDATE crm_workflow_enrollment SET version_id = %s, action_id = %s WHERE id = %s",
            (old.id, first.id, late.id),
        )
        late.invalidate_recordset()
        self.tick_enroll()
        self.assertEqual(late.version_id, self.flow.live_version_id)
        self.assertFalse(self.flow.carrying)

    def test_what_the_tick_was_to_do_is_asked_anew_when_its_turn_has_come(self):
        self.draft()
        self.carried_by_the_enroller()
        first = self.enrollment.version_id
        tasks = enroller.time_tasks(self.env)
        # Somebody publishes while other tasks of the tick are at work.
        self.draft()
        self.flow.action_publish(in_flight="finish")
        for task in tasks:
            task()
        self.assertEqual(self.enrollment.version_id, first)

    def test_a_carry_over_that_fails_pauses_its_workflow_and_no_other(self):
        other = self.workflow(self.end(), triggers=[SWEPT], name="Other")
        contact = self.contacts(1)
        self.tick()
        self.env.cr.execute("UPDATE res_partner SET function = 'Chief' WHERE id = %s", [contact.id])
        self.draft()
        self.carried_by_the_enroller()
        log = self.env["crm.workflow.log"].sudo()
        last = log.search([("enrollment_id", "=", self.enrollment.id)], order="visit desc", limit=1)
        last.copy({"visit": last.visit + 1})
        self.travel(days=2)
        with mute_logger("odoo.sql_db", "odoo.addons.crm_workflow.services.enroller"):
            self.tick_enroll()
        self.assertEqual(self.flow.state, "paused")
        self.assertEntered(other, contact)

    def test_many_are_carried_over_in_slices(self):
        with patch.object(carry, "SLICE", 2):
            contacts = self.contacts(5)
            self.flow.enroll(contacts)
            self.draft()
            self.carried_by_the_enroller()
            for left in (4, 2, 0):
                self.tick_enroll()
                others = self.enrollments(self.flow).filtered(
                    lambda row: row.version_id != self.flow.live_version_id
                )
                self.assertEqual((len(others), bool(self.flow.carrying)), (left, bool(left)))

    def carried_by_the_enroller(self):
        with patch.object(races, "attempt", lambda _env, _work: False):
            self.flow.action_publish(in_flight="move")

    def test_a_record_that_turned_before_publishing_enters_all_the_same(self):
        flow = self.workflow(self.end(), triggers=["[('function', '=', 'Chief')]"], name="Criteria")
        contact = self.contacts(1, function="Chief")
        self.env.cr.flush()
        flow.action_edit()
        flow.action_publish()
        self.assertEntered(flow, contact)

    def test_a_condition_that_cannot_be_read_is_told_with_its_way_in_or_out(self):
        flow = self.workflow(
            self.end(),
            triggers=["[('city', '=', 'Oslo')]"],
            exits=[{"kind": "criteria", "domain": "[('city', '=', 'Bergen')]"}],
            publish=False,
        )
        version = flow.draft_version_id
        self.env.flush_all()
        for table in ("crm_workflow_trigger", "crm_workflow_exit"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET domain = '[(''gone'', ''='', 1)]' WHERE version_id = %s",
                    SQL.identifier(table),
                    version.id,
                )
            )
        self.env.invalidate_all()
        told = [problem["text"].partition("”")[0] for problem in version.problems]
        self.assertEqual(
            told, ["Trigger “Record starts to match a condition", "Way out “It matches a condition"]
        )

    def test_every_problem_is_told_with_its_step(self):
        flow = self.workflow(
            {"kind": "server", "name": "Empty"},
            self.delay(0, "days", name="No time"),
            self.branch(name="Nowhere"),
            self.branch(("All", "[]", []), name="Too wide"),
            self.end(),
            self.write_step(name="Behind the end"),
            publish=False,
        )
        problems = flow.draft_version_id.problems
        told = [
            self.env["crm.workflow.action"].browse(problem["action_id"]).name or ""
            for problem in problems
        ]
        self.assertEqual(
            sorted(told), ["Behind the end", "Empty", "No time", "Nowhere", "Too wide"]
        )
        with self.assertRaisesRegex(ValidationError, "(?s)Empty:.*No time:"):
            flow.action_publish()
        self.assertEqual(flow.state, "draft")

    def test_a_workflow_without_steps_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "no steps"):
            self.workflow()

    def test_a_condition_that_cannot_be_read_is_refused(self):
        for domain, text in (
            ("[('no_such', '=', 1)]", "no_such"),
            ("[('name', '=', ", "cannot be read"),
            ("__import__('os')", "cannot be read"),
            ("[('company_type', '=', 'person')]", "not stored"),
        ):
            with self.assertRaisesRegex(ValidationError, text), self.env.cr.savepoint():
                self.workflow(self.end(), triggers=[domain])

    def test_a_run_as_user_without_rights_is_told_at_publishing(self):
        nobody = self.user("nobody", "base.group_user")
        with self.assertRaisesRegex(ValidationError, "may not"):
            self.workflow(self.end(), object_type=self.deal_type, run_as_id=nobody.id)

    def test_publishing_without_a_draft_is_refused(self):
        with self.assertRaisesRegex(UserError, "no draft"):
            self.flow.action_publish()


@tagged("post_install", "-at_install")
class TestStates(WorkflowCase):
    """On, paused, off."""

    def test_pausing_holds_everything_and_resuming_goes_on(self):
        trigger = {"kind": "event", "event": "changed", "field_name": "city", "reenroll": True}
        flow = self.workflow(
            self.delay(1, "hours"),
            self.write_step("ref", "on"),
            triggers=["[('function', '=', 'Chief')]", trigger],
        )
        inside, by_criteria, by_event = self.contacts(3)
        enrollment = flow.enroll(inside)
        self.tick()
        flow.action_pause()
        by_criteria.function = "Chief"
        by_event.city = "Oslo"
        self.travel(hours=2)
        self.tick()
        self.assertInside(flow, inside)
        self.assertEqual((enrollment.state, inside.ref), ("active", False))
        with self.assertRaisesRegex(UserError, "not on"):
            flow.enroll(by_event)
        flow.action_resume()
        self.tick()
        self.assertEntered(flow, inside | by_criteria | by_event)
        self.assertEqual(inside.ref, "on")

    def test_turning_off_stops_entry_and_lets_those_inside_finish(self):
        flow = self.workflow(
            self.delay(1, "hours"),
            self.write_step("ref", "on"),
            triggers=["[('function', '=', 'Chief')]"],
        )
        inside, late = self.contacts(2)
        flow.enroll(inside)
        self.tick()
        flow.action_turn_off()
        late.function = "Chief"
        self.travel(hours=2)
        self.tick()
        self.assertEntered(flow, inside)
        self.assertEqual(inside.ref, "on")

    def test_turning_off_can_end_those_inside(self):
        flow = self.workflow(self.delay(1, "hours"))
        enrollment = flow.enroll(self.contacts(1))
        flow.action_turn_off(inside="end")
        self.assertEqual((enrollment.state, enrollment.reason), ("exited", "turned_off"))

    def test_switched_on_again_it_takes_only_new_matches_unless_asked(self):
        flow = self.workflow(self.end(), triggers=["[('function', '=', 'Chief')]"])
        flow.action_turn_off()
        missed = self.contacts(1, function="Chief")
        self.tick()
        flow.action_publish()
        self.tick()
        self.assertEntered(flow, self.env["res.partner"])
        flow.action_turn_off()
        flow.action_publish(enroll_existing=True)
        self.assertEntered(flow, missed)

    def test_deleting_and_archiving_say_how_many_are_inside(self):
        flow = self.workflow(self.delay(1, "hours"))
        flow.enroll(self.contacts(2))
        with self.assertRaisesRegex(UserError, "2 records inside"):
            flow.unlink()
        with self.assertRaisesRegex(UserError, "2 records inside"):
            flow.action_archive()
        flow.action_turn_off(inside="end")
        flow.action_archive()
        flow.unlink()

    def test_a_workflow_is_copied_as_a_draft(self):
        flow = self.workflow(
            self.branch(("Oslo", "[('city', '=', 'Oslo')]", [self.delay(1, "days")])),
            triggers=["[('city', '!=', 'x')]"],
        )
        copy = flow.copy()
        self.assertEqual((copy.state, copy.name), ("draft", "Test (copy)"))
        strip = lambda text: text.replace("Test (copy)", "Test")  # noqa: E731
        self.assertEqual(strip(copy.export_xml()), flow.export_xml())
        copy.action_publish()

    def test_a_draft_and_a_copy_say_all_that_the_original_says(self):
        files = [file_path("crm_workflow/demo/workflows"), file_path("crm_workflow/data/templates")]
        for path in sorted(path for folder in files for path in Path(folder).glob("*.xml")):
            text = path.read_text(encoding="utf-8")
            object_type = self.env.ref(re.search(r'"object_id" ref="([^"]+)"', text)[1])
            if not object_type.is_available:
                continue
            with self.subTest(path.name):
                flow = self.env["crm.workflow"].import_xml(text)
                original = flow.export_xml()
                self.assertEqual(flow.copy({"name": flow.name}).export_xml(), original)
                flow.action_publish()
                flow.action_edit()
                self.assertEqual(flow.export_xml(), original)
