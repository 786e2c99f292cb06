from unittest.mock import patch

from psycopg2 import errors

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..engine.errors import RetryLater
from ..services import races, runner
from ..services.queue import claims
from .common import WorkflowCase

FAIL_ON_TWO = """
if any(record.name == 'Contact 2' for record in records):
    raise UserError('Contact 2 is odd')
records.write({'ref': 'fine'})
"""
BREAK_SQL = """
records.write({'ref': 'fine'})
if any(record.name == 'Contact 2' for record in records):
    env.cr.execute('SELECT 1 FROM no_such_table')
"""
PASS_OVER = """
record.write({'ref': 'fine'})
if record.name == 'Contact 2':
    try:
        env.cr.execute('SELECT 1 FROM no_such_table')
    except Exception:
        pass
"""
PASS_OVER_TOGETHER = """
records.write({'ref': 'fine'})
if 'Contact 2' in records.mapped('name'):
    try:
        env.cr.execute('SELECT 1 FROM no_such_table')
    except Exception:
        pass
"""
REFUSED_LATE = """
env['crm.tag'].search_count([])
tag = env['crm.tag'].create({'name': 'free ' + record.name})
if record.name == 'Contact 2':
    tag.write({'name': 'taken'})
record.write({'ref': 'fine'})
"""


@tagged("post_install", "-at_install")
class TestRunner(WorkflowCase):
    """A failing record stops nobody, and nothing is done twice."""

    def assertOneParked(self, workflow, contacts, text):
        enrollments = self.enrollments(workflow)
        parked = enrollments.filtered(lambda row: row.state == "parked")
        self.assertEqual(parked.res_id, contacts[2].id)
        self.assertIn(text, parked.reason)
        self.assertEqual(
            len(enrollments.filtered(lambda row: row.state == "completed")), len(contacts) - 1
        )
        self.assertEqual(contacts.filtered(lambda c: c.ref == "fine"), contacts - contacts[2])

    def test_a_record_that_fails_is_parked_and_its_neighbours_go_on(self):
        workflow = self.workflow(self.code_step(FAIL_ON_TWO))
        contacts = self.contacts(7)
        workflow.enroll(contacts)
        self.tick()
        self.assertOneParked(workflow, contacts, "Contact 2 is odd")

    def test_a_record_that_breaks_the_transaction_is_parked_and_its_neighbours_go_on(self):
        workflow = self.workflow(self.code_step(BREAK_SQL))
        contacts = self.contacts(7)
        workflow.enroll(contacts)
        with mute_logger("odoo.sql_db"):
            self.tick()
        self.assertOneParked(workflow, contacts, "no_such_table")

    def test_a_record_that_fails_on_its_own_is_known_without_bisection(self):
        workflow = self.workflow(self.code_step("record.write({'ref': 'seen'})"))
        contacts = self.contacts(5)
        workflow.enroll(contacts)
        ran = []
        actions = type(self.env["ir.actions.server"])
        run = actions._run_set_code

        def fail_on_two(action, record):
            ran.append(record.id)
            if record == contacts[2]:
                raise UserError("odd")  # pylint: disable=translation-required
            return run(action, record)

        with patch.object(actions, "_run_set_code", fail_on_two):
            self.tick()
        self.assertEqual(self.enrollments(workflow).filtered("reason").res_id, contacts[2].id)
        self.assertEqual(len(contacts.filtered("ref")), 4)
        alone = contacts[2].ids
        self.assertEqual(ran, [*contacts[:3].ids, *contacts[:2].ids, *alone, *contacts[3:].ids])

    def test_a_step_that_commits_is_parked_and_leaves_nothing_behind(self):
        workflow = self.workflow(self.code_step("records.write({'ref': 'x'})\nenv.cr.commit()"))
        contact = self.contacts(1)
        enrollment = workflow.enroll(contact)
        self.tick()
        self.assertEqual((enrollment.state, contact.ref), ("parked", False))
        self.assertIn("must not commit", enrollment.reason)

    def test_a_parked_record_is_taken_up_again_on_request(self):
        workflow = self.workflow(self.code_step(FAIL_ON_TWO), self.write_step("function", "after"))
        contacts = self.contacts(3)
        workflow.enroll(contacts)
        self.tick()
        parked = self.enrollments(workflow, contacts[2])
        contacts[2].name = "Cured"
        parked.action_retry()
        self.tick()
        self.assertEqual((parked.state, contacts[2].ref), ("completed", "fine"))
        self.assertEqual(
            [outcome for _step, outcome in self.ledger(parked)],
            ["entered", "parked", "retried", "done", "done", "completed"],
        )

    def test_who_is_sent_on_by_hand_does_not_wait_for_the_scheduler_to_look(self):
        parked = self.workflow(self.code_step("raise UserError('no')")).enroll(self.contacts(1))
        waiting = self.workflow(self.delay(1, "days")).enroll(self.contacts(1))
        held = self.workflow(self.end(status="manual")).enroll(self.contacts(1))
        self.tick()
        queue = self.env.ref("crm_workflow.ir_cron_run")
        for button in (parked.action_retry, waiting.action_skip_wait, held.action_release):
            self.env["ir.cron.trigger"].search([]).unlink()
            self.env.cr.cache.clear()
            button()
            self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", queue.id)]))

    def test_a_passing_fault_is_tried_again_with_growing_delay_and_parked_in_the_end(self):
        workflow = self.workflow(self.write_step("ref", "x"))
        enrollment = workflow.enroll(self.contacts(1))
        step = type(self.env["crm.workflow.action"])

        def falter(action, batch):
            raise RetryLater("the mail server is away")

        with patch.object(step, "_run_server", falter):
            self.tick()
            self.assertEqual((enrollment.state, enrollment.attempts), ("active", 1))
            self.tick()
            self.assertEqual(enrollment.attempts, 1, "it waits before the next attempt")
            for _attempt in range(5):
                self.travel(hours=13)
                self.tick()
        self.assertEqual(
            (enrollment.state, enrollment.reason), ("parked", "the mail server is away")
        )

    def test_a_lost_race_is_run_again_and_costs_no_attempt(self):
        workflow = self.workflow(self.write_step("ref", "won"))
        contact = self.contacts(1)
        enrollment = workflow.enroll(contact)
        step = type(self.env["crm.workflow.action"])
        original, races = step._run_server, []

        def lose_twice(action, batch):
            races.append(1)
            if len(races) < 3:
                raise errors.SerializationFailure("could not serialize access")
            return original(action, batch)

        with patch.object(step, "_run_server", lose_twice):
            self.tick()
        self.assertEqual(
            (contact.ref, enrollment.state, enrollment.attempts), ("won", "completed", 0)
        )
        self.assertEqual(
            [outcome for _step, outcome in self.ledger(enrollment)],
            ["entered", "done", "completed"],
        )

    def test_a_record_that_others_write_all_the_time_does_not_hold_up_its_neighbours(self):
        workflow = self.workflow(self.write_step("ref", "won"))
        contacts = self.contacts(40)
        workflow.enroll(contacts)
        step = type(self.env["crm.workflow.action"])
        original = step._run_server

        def lose_with_two(action, batch):
            if contacts[2] in batch.records:
                raise errors.LockNotAvailable("canceling statement due to lock timeout")
            return original(action, batch)

        with patch.object(step, "_run_server", lose_with_two), patch.object(races, "MAX_RACES", 2):
            self.tick()
        lost = self.enrollments(workflow, contacts[2])
        self.assertEqual(contacts.filtered(lambda c: c.ref == "won"), contacts - contacts[2])
        self.assertEqual((lost.state, lost.attempts), ("active", 0))
        self.assertGreater(lost.due_at, fields.Datetime.now(), "it is left alone for a while")
        self.assertFalse(self.env["crm.workflow.ticket"].search([]))
        self.travel(minutes=2)
        self.tick()
        self.assertEqual((contacts[2].ref, lost.state), ("won", "completed"))

    def test_code_that_passes_over_an_error_of_the_database_fails_on_its_record_alone(self):
        for code in (PASS_OVER, PASS_OVER_TOGETHER):
            with self.subTest(code):
                workflow = self.workflow(self.code_step(code))
                contacts = self.contacts(7)
                workflow.enroll(contacts)
                with mute_logger("odoo.sql_db"):
                    self.tick()
                self.assertOneParked(workflow, contacts, "passed over an error of the database")

    def test_what_the_database_refuses_late_is_the_fault_of_no_neighbour(self):
        self.env["crm.tag"].create({"name": "taken"})
        workflow = self.workflow(self.code_step(REFUSED_LATE))
        contacts = self.contacts(7)
        workflow.enroll(contacts)
        with mute_logger("odoo.sql_db"):
            self.tick()
        self.assertOneParked(workflow, contacts, "crm_tag_name_uniq")

    def test_a_deleted_record_leaves_and_its_neighbours_go_on(self):
        workflow = self.workflow(self.delay(1, "hours"), self.write_step("ref", "on"))
        contacts = self.contacts(3)
        workflow.enroll(contacts)
        self.tick()
        gone = self.enrollments(workflow, contacts[1])
        contacts[1].unlink()
        self.tick()
        self.assertEqual((gone.state, gone.reason), ("exited", "record_deleted"))
        self.travel(hours=2)
        self.tick()
        self.assertEqual((contacts[0].ref, contacts[2].ref), ("on", "on"))

    def test_a_record_deleted_behind_the_orm_leaves_at_its_next_step(self):
        workflow = self.workflow(self.delay(1, "hours"), self.write_step("ref", "on"))
        contacts = self.contacts(2)
        workflow.enroll(contacts)
        self.tick()
        gone = self.enrollments(workflow, contacts[0])
        self.env.cr.execute("DELETE FROM res_partner WHERE id = %s", [contacts[0].id])
        self.travel(hours=2)
        self.tick()
        self.assertEqual((gone.state, gone.reason), ("exited", "record_deleted"))
        self.assertEqual(contacts[1].ref, "on")

    def test_records_out_of_the_run_as_users_sight_are_parked_with_the_cause(self):
        user = self.user("narrow", "base.group_user", "base.group_partner_manager")
        workflow = self.workflow(
            self.delay(1, "hours"), self.write_step("ref", "on"), run_as_id=user.id
        )
        seen, hidden = self.contacts(2)
        workflow.enroll(seen | hidden)
        self.tick()
        self.env["ir.rule"].create(
            {
                "name": "Hide one",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "groups": [(4, self.env.ref("base.group_user").id)],
                "domain_force": f"[('id', '!=', {hidden.id})]",
            }
        )
        self.travel(hours=2)
        self.tick()
        parked = self.enrollments(workflow, hidden)
        self.assertEqual((parked.state, seen.ref, hidden.ref), ("parked", "on", False))
        self.assertIn("may not see", parked.reason)

    def test_a_workflow_whose_run_as_user_is_archived_pauses_itself(self):
        user = self.user("leaver", "base.group_user", "base.group_partner_manager")
        workflow = self.workflow(self.write_step("ref", "x"), run_as_id=user.id)
        healthy = self.workflow(self.write_step("function", "healthy"))
        contact = self.contacts(1)
        enrollment = workflow.enroll(contact)
        healthy.enroll(contact)
        user.active = False
        self.tick()
        self.assertEqual((workflow.state, enrollment.state), ("paused", "active"))
        self.assertIn("archived", workflow.pause_reason)
        self.assertEqual(contact.function, "healthy")
        user.active = True
        workflow.action_resume()
        self.tick()
        self.assertEqual(contact.ref, "x")

    def test_a_step_that_causes_itself_is_parked_with_the_chain(self):
        trigger = {"kind": "event", "event": "changed", "field_name": "ref", "reenroll": True}
        step = self.code_step(
            "for r in records: r.write({'ref': (r.ref or '') + 'x'})", name="Lengthen"
        )
        workflow = self.workflow(step, triggers=[trigger])
        contact = self.contacts(1)
        contact.ref = "go"
        for _round in range(5):
            self.tick()
        first, second = self.enrollments(workflow)
        self.assertEqual((first.state, second.state), ("completed", "parked"))
        self.assertIn("Test: Lengthen", second.reason)
        self.assertEqual(contact.ref, "gox")

    def test_two_workflows_that_cause_each_other_are_cut(self):
        def again(field):
            return {"kind": "event", "event": "changed", "field_name": field, "reenroll": True}

        grow = "for r in records: r.write({'%s': (r.%s or '') + 'x'})"
        one = self.workflow(
            self.code_step(grow % ("city", "city")), triggers=[again("ref")], name="One"
        )
        two = self.workflow(
            self.code_step(grow % ("ref", "ref")), triggers=[again("city")], name="Two"
        )
        contact = self.contacts(1)
        contact.ref = "go"
        for _round in range(8):
            self.tick()
        parked = (self.enrollments(one) | self.enrollments(two)).filtered(
            lambda row: row.state == "parked"
        )
        self.assertEqual(len(parked), 1)
        self.assertLess(len(contact.city) + len(contact.ref), 8)

    def test_what_others_have_in_hands_is_passed_over_however_much_it_is(self):
        workflow = self.workflow(self.write_step("ref", "x"))
        workflow.enroll(self.contacts(8))
        ids = self.enrollments(workflow).sorted("id").ids
        claims.write_tickets(self.env, [ids[:6]])
        now = self.env.cr.now()
        self.assertEqual(claims.pick(self.env, 0, 4, (0, 63), now), ids[6:])

    def test_a_record_that_can_be_neither_moved_nor_parked_stops_nobody(self):
        workflow = self.workflow(self.write_step("ref", "fine"), self.end())
        contacts = self.contacts(25)
        first, *others = workflow.enroll(contacts)
        log = self.env["crm.workflow.log"].sudo()
        log.search([("enrollment_id", "=", first.id)]).copy({"visit": 2})
        with mute_logger("odoo.sql_db"), self.assertLogs(runner.__name__, "ERROR"):
            self.tick_run()
        self.assertEqual({row.state for row in others}, {"completed"})
        self.assertEqual(first.state, "active")
        self.assertGreater(first.due_at, fields.Datetime.now())

    def test_what_a_dead_worker_left_is_run_one_by_one(self):
        workflow = self.workflow(self.write_step("ref", "done"))
        contacts = self.contacts(3)
        enrollments = workflow.enroll(contacts)
        self.env.cr.flush()
        claims.write_tickets(self.env, [enrollments.ids])
        self.tick_run()
        self.assertEqual(set(contacts.mapped("ref")), {"done"})
        self.assertFalse(self.env["crm.workflow.ticket"].search([]))

    def test_a_batch_that_died_is_no_proof_against_any_of_its_records(self):
        workflow = self.workflow(self.write_step("ref", "done"))
        enrollments = workflow.enroll(self.contacts(3))
        claims.write_tickets(self.env, [enrollments.ids], deaths=2)
        with patch.object(claims, "write_tickets", wraps=claims.write_tickets) as written:
            self.tick_run()
        self.assertEqual(enrollments.mapped("state"), ["completed"] * 3)
        # Alone from here on: for each of them it is the first death.
        self.assertEqual([call.args[2] for call in written.call_args_list], [1] * 3)

    def test_a_record_whose_worker_died_once_or_twice_is_tried_again(self):
        workflow = self.workflow(self.write_step("ref", "done"))
        enrollments = workflow.enroll(self.contacts(2))
        for deaths, enrollment in enumerate(enrollments):
            claims.write_tickets(self.env, [enrollment.ids], deaths=deaths)
        self.tick_run()
        self.assertEqual(enrollments.mapped("state"), ["completed"] * 2)

    def test_a_record_that_kills_its_worker_again_and_again_is_parked(self):
        workflow = self.workflow(self.write_step("ref", "done"))
        enrollment = workflow.enroll(self.contacts(1))
        claims.write_tickets(self.env, [enrollment.ids], deaths=2)
        self.tick_run()
        self.assertEqual(enrollment.state, "parked")
        self.assertIn("process died", enrollment.reason)

    def test_counts_always_add_up(self):
        workflow = self.workflow(
            self.code_step(FAIL_ON_TWO),
            self.branch(("Oslo", "[('city', '=', 'Oslo')]", [self.delay(1, "days")])),
        )
        contacts = self.contacts(6) | self.contacts(2, city="Oslo")
        workflow.enroll(contacts)
        self.tick()
        workflow.unenroll(contacts[-1])
        workflow.invalidate_recordset()
        parts = (
            workflow.inside_count,
            workflow.parked_count,
            workflow.completed_count,
            workflow.exited_count,
        )
        self.assertEqual(workflow.entered_count, sum(parts))
        self.assertEqual(parts, (1, 1, 5, 1))
