from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import EventCase
from .test_until_happens import until_event
from .waits_case import WaitsCase


@tagged("post_install", "-at_install")
class TestEventRights(WaitsCase, EventCase):
    """An event hands over what the run-as user may read of its subject, and no more."""

    def setUp(self):
        super().setUp()
        self.manager = self.user(
            "designer", "crm_workflow.group_manager", "base.group_partner_manager"
        )

    def restrict(self, name="function"):
        """A field of contacts becomes one for administrators."""
        field = self.env.registry["res.partner"]._fields[name]
        self.patch(field, "groups", "base.group_system")

    def flow(self, user, **vals):
        """A workflow that contacts enter when the field changes, run as a user."""
        trigger = {"kind": "event", "event": "changed", "field_name": "function"}
        return self.workflow(self.end(), triggers=[trigger], run_as_id=user.id, **vals)

    def until_changed(self):
        """A step that waits until the field changes."""
        lanes = [({"role": "happened"}, []), ({"is_default": True}, [])]
        return until_event(lanes=lanes, field_name="function")

    def change(self):
        with self.later(self.contact, hours=1) as contact:
            contact.function = "Spy"
        self.tick()

    def test_no_workflow_waits_for_a_field_that_its_run_as_user_may_not_read(self):
        self.restrict()
        flow = self.flow(self.manager, publish=False)
        with self.assertRaisesRegex(ValidationError, "designer.*may not read.*Job Position"):
            flow.with_user(self.manager).action_publish()
        flow.run_as_id = self.admin
        flow.action_publish()

    def test_no_step_waits_for_a_field_that_its_run_as_user_may_not_read(self):
        self.restrict()
        flow = self.workflow(self.until_changed(), run_as_id=self.manager.id, publish=False)
        with self.assertRaisesRegex(ValidationError, "may not read.*Job Position"):
            flow.with_user(self.manager).action_publish()

    def test_what_the_run_as_user_may_no_longer_read_is_not_handed_over(self):
        flow = self.flow(self.manager)
        self.restrict()
        self.change()
        data = self.enrollments(flow, self.contact).data
        self.assertEqual((data["event"], data["values"]), ("changed", {}))

    def test_a_step_that_waits_hands_over_no_more(self):
        flow = self.workflow(self.until_changed(), run_as_id=self.manager.id)
        flow.enroll(self.contact)
        self.tick()
        self.restrict()
        self.change()
        enrollment = self.enrollments(flow)
        self.assertEqual(enrollment.state, "completed")
        self.assertNotIn("Spy", str(enrollment.outputs))
        self.assertIn("changed", str(enrollment.outputs))

    def test_values_are_told_to_readers_who_may_read_the_field(self):
        flow = self.flow(self.admin)
        self.change()
        self.restrict()
        enrollment = self.enrollments(flow, self.contact)
        self.assertIn("Spy", enrollment.with_user(self.admin).event_text)
        self.assertEqual(enrollment.with_user(self.manager).event_text, "Field changes")
