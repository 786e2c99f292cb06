from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import WorkflowCase


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
