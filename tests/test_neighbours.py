from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..services import walk
from ..services.batch import Batch
from ..services.runner import Runner
from .common import WorkflowCase

SKIP = "env['crm.workflow.enrollment'].browse(%s).action_skip_wait()"
#: Python's value, which neither JSON nor PostgreSQL's has a word for.
NAN = """
if record.name == 'Contact 1':
    outputs['ratio'] = float('nan')
record.write({'ref': 'done'})
"""
NUL = """
if record.name == 'Contact 1':
    raise UserError('no' + chr(0) + 'thing')
record.write({'ref': 'done'})
"""


@tagged("post_install", "-at_install")
class TestNeighbours(WorkflowCase):
    """Enrollments that happen to move in one transaction: each is as if it were alone."""

    def later(self, **amount):
        self.travel(**amount or {"hours": 2})
        self.tick_run()

    def together(self, first, second):
        """A contact, with its enrollments in two workflows of these steps, both due."""
        contact = self.contacts(1)
        wait = self.delay(1, "hours")
        flows = [self.workflow(wait, *steps, name=name) for name, steps in (first, second)]
        for flow in flows:
            flow.enroll(contact)
        self.tick_run()
        return contact, *(self.enrollments(flow) for flow in flows)

    def leave(self):
        """A step that takes the record out of all other workflows."""
        return {"kind": "unenroll", "unenroll_from": "others"}

    def assertLedger(self, enrollment, *outcomes):
        self.assertEqual([outcome for _step, outcome in self.ledger(enrollment)], list(outcomes))

    # Steps that move other enrollments

    def test_who_is_taken_out_by_a_neighbour_leaves_before_its_step(self):
        others = self.workflow(self.delay(1, "hours"), self.write_step("function", "healthy"))
        contact, leaver, left = self.together(
            ("A", [self.leave()]), ("B", [self.write_step("ref", "written")])
        )
        healthy = self.contacts(1)
        others.enroll(healthy)
        self.tick_run()
        self.later()
        self.assertEqual((leaver.state, left.state, contact.ref), ("completed", "exited", False))
        self.assertIn("Taken out by", left.reason)
        self.assertLedger(left, "entered", "done", "exited")
        self.assertEqual(healthy.function, "healthy")

    def test_who_is_taken_out_before_it_moves_is_left_where_the_neighbour_put_it(self):
        contact = self.contacts(1)
        begin = fields.Datetime.now() + timedelta(hours=1)
        leaver = self.workflow(self.leave()).enroll(contact, start_at=begin)
        left = self.workflow(self.delay(1, "hours"), self.write_step("ref", "x")).enroll(contact)
        self.tick_run()
        self.later()
        self.assertEqual((leaver.state, left.state, contact.ref), ("completed", "exited", False))
        self.assertLedger(left, "entered", "exited")

    def test_who_has_moved_in_the_same_transaction_is_taken_out_where_it_has_come(self):
        steps = [self.write_step("ref", "written"), self.delay(1, "days")]
        contact, left, leaver = self.together(("B", steps), ("A", [self.leave()]))
        self.later()
        self.assertEqual(
            (leaver.state, left.state, contact.ref), ("completed", "exited", "written")
        )
        self.assertLedger(left, "entered", "done", "done", "exited")

    def test_who_was_through_already_is_not_taken_out(self):
        steps = [self.write_step("ref", "written")]
        contact, through, leaver = self.together(("B", steps), ("A", [self.leave()]))
        self.later()
        self.assertEqual((leaver.state, contact.ref), ("completed", "written"))
        self.assertIn(through.state, ("completed", "exited"))
        visits = through.log_ids.mapped("visit")
        self.assertEqual(len(visits), len(set(visits)))

    def test_who_is_led_on_by_a_neighbour_goes_there(self):
        steps = [
            self.write_step("ref", "first"),
            self.delay(1, "days"),
            self.write_step("function", "second"),
        ]
        contact = self.contacts(1)
        waiting = self.workflow(self.delay(1, "hours"), *steps).enroll(contact)
        skipper = self.workflow(self.delay(1, "hours"), self.code_step(SKIP % waiting.id))
        skipping = skipper.enroll(contact)
        self.tick_run()
        self.later()
        self.assertEqual((skipping.state, waiting.state), ("completed", "completed"))
        self.assertEqual((contact.ref, contact.function), ("first", "second"))

    # Workflows that cannot act

    def test_who_waits_when_the_workflow_pauses_goes_on_when_it_is_resumed(self):
        user = self.user("leaver", "base.group_user", "base.group_partner_manager")
        flow = self.workflow(self.delay(1, "hours"), self.write_step("ref", "x"), run_as_id=user.id)
        contact = self.contacts(1)
        enrollment = flow.enroll(contact)
        self.tick_run()
        user.active = False
        self.later()
        self.assertEqual((flow.state, enrollment.state), ("paused", "active"))
        user.active = True
        flow.action_resume()
        self.later()
        self.assertEqual((enrollment.state, contact.ref), ("completed", "x"))

    def test_who_cannot_finish_in_a_workflow_that_is_off_is_set_aside(self):
        user = self.user("leaver", "base.group_user", "base.group_partner_manager")
        flow = self.workflow(self.delay(1, "hours"), self.write_step("ref", "x"), run_as_id=user.id)
        enrollment = flow.enroll(self.contacts(1))
        self.tick_run()
        flow.action_turn_off("finish")
        user.active = False
        batches, run_batch = [], Runner._run_batch

        def counting(runner, ids, deaths=0):
            batches.append(ids)
            self.assertLess(len(batches), 5)
            return run_batch(runner, ids, deaths)

        with patch.object(Runner, "_run_batch", counting):
            self.later()
        self.assertEqual((flow.state, enrollment.state), ("off", "parked"))
        self.assertIn("archived", enrollment.reason)

    def test_a_condition_that_the_database_refuses_pauses_its_workflow_alone(self):
        flow = self.workflow(self.write_step("ref", "x", domain="[('name', '!=', False)]"))
        healthy = self.workflow(self.write_step("function", "healthy"))
        contact = self.contacts(1)
        enrollment = flow.enroll(contact)
        healthy.enroll(contact)

        def refused(batch, _domain, _record_ids):
            batch.env.cr.execute("SELECT 1 / 0")

        with patch.object(Batch, "matching", refused), mute_logger("odoo.sql_db"):
            self.tick_run()
        self.assertEqual((flow.state, enrollment.state), ("paused", "active"))
        self.assertIn("division by zero", flow.pause_reason)
        self.assertEqual(contact.function, "healthy")

    # What cannot be written

    def test_an_output_that_cannot_be_kept_fails_on_its_record_alone(self):
        contacts = self.contacts(3)
        flow = self.workflow(self.code_step(NAN))
        flow.enroll(contacts)
        self.tick_run()
        self.assertEqual(contacts.mapped("ref"), ["done", False, "done"])
        parked = self.enrollments(flow, contacts[1])
        self.assertEqual(parked.state, "parked")
        self.assertIn("ratio", parked.reason)

    def test_an_error_that_cannot_be_written_is_told_as_far_as_it_can(self):
        contacts = self.contacts(3)
        flow = self.workflow(self.code_step(NUL))
        flow.enroll(contacts)
        self.tick_run()
        self.assertEqual(contacts.mapped("ref"), ["done", False, "done"])
        self.assertIn("no�thing", self.enrollments(flow, contacts[1]).reason)

    def failing_for(self, enrollment, error):
        """The batch of an enrollment cannot be written, unless to park it."""
        settle = walk.settle

        def refusing(env, places, entries):
            if any(place.id == enrollment.id and place.state != "parked" for place in places):
                raise error
            return settle(env, places, entries)

        return patch.object(walk, "settle", refusing)

    def test_a_record_that_cannot_be_written_is_parked_and_its_neighbours_go_on(self):
        contacts = self.contacts(40)
        flow = self.workflow(self.write_step("ref", "done"))
        flow.enroll(contacts)
        odd = self.enrollments(flow, contacts[2])
        with (
            self.failing_for(odd, ValueError("odd")),
            self.assertLogs("odoo.addons.crm_workflow.services.runner", "ERROR") as logs,
        ):
            self.tick_run()
        self.assertEqual(len(logs.output), 1)
        self.assertEqual((odd.state, odd.reason), ("parked", "ValueError: odd"))
        self.assertEqual(contacts.filtered(lambda one: one.ref == "done"), contacts - contacts[2])
        self.assertFalse(self.env["crm.workflow.ticket"].search([]))

    def test_what_is_nobodys_fault_parks_nobody(self):
        contacts = self.contacts(3)
        flow = self.workflow(self.write_step("ref", "done"))
        flow.enroll(contacts)
        odd = self.enrollments(flow, contacts[2])
        with (
            self.failing_for(odd, psycopg2.OperationalError("no space left on device")),
            self.assertRaisesRegex(psycopg2.OperationalError, "no space"),
        ):
            self.tick_run()
        self.assertEqual(set(self.enrollments(flow).mapped("state")), {"active"})
        self.assertFalse(self.env["crm.workflow.ticket"].search([]))
        self.tick_run()
        self.assertEqual(contacts.mapped("ref"), ["done"] * 3)
