from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import WorkflowCase

BUTTONS = ("action_skip_wait", "action_retry", "action_release", "action_drop", "action_leave")


@tagged("post_install", "-at_install")
class TestRightsAtWork(WorkflowCase):
    """Record rules and rights hold when records enter, and again each time that they move."""

    def setUp(self):
        super().setUp()
        self.seller = self.user("seller", "crm_workflow.group_user", "base.group_partner_manager")
        self.viewer = self.user("viewer", "crm_workflow.group_user")

    def flow(self, *steps, **vals):
        return self.workflow(
            *(steps or [self.delay(1, "hours"), self.write_step("ref", "written")]),
            run_as_id=self.seller.id,
            **vals,
        )

    def hide(self, records):
        """Nobody who works here sees these records any more, administrators aside."""
        self.env["ir.rule"].create(
            {
                "name": "Hide",
                "model_id": self.env["ir.model"]._get_id(records._name),
                "groups": [Command.link(self.env.ref("base.group_user").id)],
                "domain_force": [("id", "not in", records.ids)],
            }
        )

    def later(self):
        self.travel(hours=2)
        self.tick_run()

    def test_nobody_enrols_a_record_that_he_may_not_see(self):
        flow, [seen, hidden] = self.flow(), self.contacts(2)
        self.hide(hidden)
        as_viewer = flow.with_user(self.viewer)
        for records in (hidden.with_user(self.viewer), hidden.ids, (seen | hidden).ids):
            with self.assertRaises(AccessError):
                as_viewer.enroll(records)
            with self.assertRaises(AccessError):
                as_viewer.unenroll(records)
        self.assertFalse(self.enrollments(flow))
        # To see it is enough: what is done is done by the run-as user.
        as_viewer.enroll(seen.ids)
        self.assertInside(flow, seen)

    def test_nobody_moves_a_record_that_he_may_not_see(self):
        flow, [seen, hidden] = self.flow(), self.contacts(2)
        flow.enroll(seen | hidden)
        self.tick_run()
        self.hide(hidden)
        before = self.ledger(self.enrollments(flow))
        for records in (hidden, seen | hidden):
            rows = self.enrollments(flow, records).with_user(self.viewer)
            for button in BUTTONS:
                with self.assertRaises(AccessError, msg=button) as refused:
                    getattr(rows, button)()
                self.assertNotIn(hidden.name, str(refused.exception))
        self.assertEqual(self.ledger(self.enrollments(flow)), before)
        for button in BUTTONS:
            getattr(self.enrollments(flow, seen).with_user(self.viewer), button)()
        self.assertInside(flow, hidden)

    def test_a_record_that_is_gone_keeps_nobody_from_its_enrollment(self):
        flow, [gone, stays] = self.flow(), self.contacts(2)
        flow.enroll(gone | stays)
        self.tick_run()
        rows = self.enrollments(flow).with_user(self.viewer)
        gone.unlink()
        rows.action_leave()
        self.assertEqual(rows.mapped("state"), ["exited"] * 2)

    def test_a_button_takes_the_same_queries_for_one_and_for_a_hundred(self):
        flow, [alone, *others] = self.flow(), self.contacts(101)
        flow.enroll(self.contacts(1) | alone | alone.concat(*others))
        self.tick_run()
        counts = []
        for records in (alone, alone.concat(*others)):
            rows = self.enrollments(flow, records).with_user(self.viewer)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows.action_skip_wait()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_a_condition_is_held_against_what_the_run_as_user_sees(self):
        flow = self.flow(triggers=["[('city', '=', 'Oslo')]"])
        [seen, hidden] = contacts = self.contacts(2)
        self.hide(hidden)
        contacts.city = "Oslo"
        self.tick_enroll()
        self.assertEntered(flow, seen)

    def test_a_record_that_goes_to_another_company_is_left_alone(self):
        other = self.env["res.company"].create({"name": "Other"})
        flow, [moved, stays] = self.flow(), self.contacts(2)
        flow.enroll(moved | stays)
        self.tick_run()
        moved.company_id = other
        self.later()
        self.assertEqual((moved.ref, stays.ref), (False, "written"))
        self.assertEqual(self.enrollments(flow, moved).state, "parked")
        self.assertEqual(self.enrollments(flow, stays).state, "completed")

    def test_a_record_that_gets_out_of_sight_is_left_alone(self):
        flow, [hidden, stays] = self.flow(), self.contacts(2)
        flow.enroll(hidden | stays)
        self.tick_run()
        self.hide(hidden)
        self.later()
        self.assertEqual((hidden.ref, stays.ref), (False, "written"))
        enrollment = self.enrollments(flow, hidden)
        self.assertEqual(enrollment.state, "parked")
        self.assertNotIn(hidden.name, enrollment.reason)

    def test_rights_that_are_lost_are_lost_for_what_waits_as_well(self):
        flow, contact = self.flow(), self.contacts(1)
        flow.enroll(contact)
        self.tick_run()
        self.seller.group_ids = [Command.unlink(self.env.ref("base.group_partner_manager").id)]
        self.later()
        self.assertFalse(contact.ref)
        self.assertEqual(self.enrollments(flow).state, "parked")

    def test_a_workflow_whose_user_is_archived_pauses_and_does_nothing(self):
        flow, contact = self.flow(), self.contacts(1)
        flow.enroll(contact)
        self.tick_run()
        self.seller.active = False
        self.later()
        self.assertEqual((flow.state, contact.ref), ("paused", False))
        self.assertIn("archived", flow.pause_reason)
        self.assertEqual(self.enrollments(flow).state, "active")
