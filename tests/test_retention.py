from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..services import retention
from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestRetention(WorkflowCase):
    """What is old is forgotten; what is open is kept."""

    def age(self, enrollments, days):
        """Make the history of enrollments older."""
        moment = fields.Datetime.now() - timedelta(days=days)
        self.env.cr.execute(
            "UPDATE crm_workflow_log SET at = %s WHERE enrollment_id = ANY(%s)",
            [moment, enrollments.ids],
        )
        self.env.cr.execute(
            """UPDATE crm_workflow_enrollment SET finished_at = %s
                WHERE id = ANY(%s) AND state = 'completed'""",
            [moment, enrollments.ids],
        )
        self.env.invalidate_all()

    def purge(self):
        done = self.env["crm.workflow"]._gc_history()
        self.env.invalidate_all()
        return done

    def test_the_ledger_of_finished_passes_is_forgotten_before_the_passes(self):
        flow = self.workflow(self.end())
        enrollments = flow.enroll(self.contacts(2))
        self.tick()
        self.age(enrollments, 100)
        self.assertEqual(self.purge(), (6, 0))
        self.assertTrue(enrollments.exists())
        self.assertFalse(enrollments.log_ids)
        self.age(enrollments, 200)
        self.purge()
        self.assertFalse(enrollments.exists())

    def test_open_passes_are_kept_whole(self):
        enrollment = self.workflow(self.delay(1, "days")).enroll(self.contacts(1))
        self.tick()
        self.age(enrollment, 1000)
        self.purge()
        self.assertTrue(enrollment.log_ids)

    def test_a_long_pass_keeps_its_beginning_until_it_has_ended_long_ago(self):
        enrollment = self.workflow(self.end()).enroll(self.contacts(1))
        self.tick()
        self.age(enrollment, 200)
        self.env.cr.execute(
            "UPDATE crm_workflow_enrollment SET finished_at = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=80), enrollment.id],
        )
        self.purge()
        self.assertEqual(len(enrollment.log_ids), 3)
        self.assertFalse(enrollment.log_forgotten)

    def test_history_goes_pass_by_pass_and_the_clean_up_is_told_of_more(self):
        with patch.object(retention, "PASSES", 2):
            enrollments = self.workflow(self.end()).enroll(self.contacts(5))
            self.tick()
            self.age(enrollments, 100)
            self.assertEqual([self.purge() for _slice in range(3)], [(6, 1), (6, 1), (3, 0)])
        self.assertEqual(enrollments.mapped("log_forgotten"), [True] * 5)
        self.assertEqual(self.purge(), (0, 0))

    def test_passes_may_be_kept_for_a_shorter_time_than_the_ledger(self):
        self.env["ir.config_parameter"].set_param("crm_workflow.enrollment_days", "10")
        enrollment = self.workflow(self.end()).enroll(self.contacts(1))
        self.tick()
        self.age(enrollment, 20)
        self.purge()
        self.assertFalse(enrollment.exists())

    def test_the_settings_decide(self):
        self.env["ir.config_parameter"].set_param("crm_workflow.log_days", "10")
        enrollment = self.workflow(self.end()).enroll(self.contacts(1))
        self.tick()
        self.age(enrollment, 20)
        self.purge()
        self.assertFalse(enrollment.log_ids)

    def test_a_forgotten_pass_still_counts_as_the_first(self):
        flow = self.workflow(self.end())
        contact = self.contacts(1)
        enrollment = flow.enroll(contact)
        self.tick()
        self.age(enrollment, 200)
        self.purge()
        self.purge()
        self.assertFalse(enrollment.exists())
        self.assertEqual(flow._refusals(contact)["been_through"], contact.ids)

    def test_whoever_still_matches_is_remembered_though_all_passes_are_forgotten(self):
        flow = self.workflow(self.end(), triggers=["[('function', '=', 'Chief')]"])
        still, no_more = self.contacts(2, function="Chief")
        self.tick()
        no_more.function = "Clerk"
        self.tick()
        self.age(self.enrollments(flow), 1000)
        self.env.cr.execute(
            "UPDATE crm_workflow_member SET last_entry_at = '2020-01-01' WHERE workflow_id = %s",
            [flow.id],
        )
        self.env["crm.workflow.enrollment"].sudo().search([]).unlink()
        self.purge()
        members = self.env["crm.workflow.member"].search([("workflow_id", "=", flow.id)])
        self.assertEqual(members.mapped("res_id"), still.ids)

    def test_whoever_is_inside_is_remembered_however_long_ago_he_entered(self):
        waits = self.workflow(self.delay(1, "days"))
        fails = self.workflow(self.code_step("raise UserError('odd')"))
        through = self.workflow(self.end())
        contact = self.contacts(1)
        flows = waits | fails | through
        for flow in flows:
            flow.enroll(contact)
        self.tick()
        states = [self.enrollments(flow).state for flow in flows]
        self.assertEqual(states, ["active", "parked", "completed"])
        self.env.cr.execute(
            "UPDATE crm_workflow_member SET last_entry_at = '2020-01-01' WHERE res_id = %s",
            [contact.id],
        )
        self.purge()
        members = self.env["crm.workflow.member"].search([("workflow_id", "in", flows.ids)])
        self.assertEqual(members.workflow_id, waits | fails)

    def events(self, count):
        """As many events, each of another contact."""
        self.workflow(self.end(), triggers=["[('city', '=', 'Oslo')]"])
        events = self.env["crm.workflow.event"]
        events.search([]).sudo().unlink()
        self.contacts(count)
        self.env.cr.flush()
        return events.search([])

    def test_old_events_are_forgotten(self):
        *old, new = self.events(3)
        for event in old:
            event.sudo().at = fields.Datetime.now() - timedelta(days=91)
        new.sudo().at = fields.Datetime.now() - timedelta(days=89)
        self.env.flush_all()
        self.assertEqual(self.purge(), (2, 0))
        self.assertEqual(self.env["crm.workflow.event"].search([]), new)

    def test_the_clean_up_is_told_of_each_slice_that_was_full(self):
        enrollments = self.workflow(self.end()).enroll(self.contacts(2))
        self.tick()
        self.age(enrollments, 200)
        self.events(3).sudo().at = fields.Datetime.now() - timedelta(days=91)
        self.env.flush_all()
        with patch.object(retention, "SLICE", 2):
            # Two passes and two events; then one event.
            self.assertEqual([self.purge()[1] for _slice in range(2)], [2, 0])
