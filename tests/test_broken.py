from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..services.queue import lost_models
from .common import WorkflowCase

SERVICES = "odoo.addons.crm_workflow.services"


@tagged("post_install", "-at_install")
class TestBroken(WorkflowCase):
    """What disappears under a live workflow stops that workflow, with a reason, and no other."""

    def setUp(self):
        super().setUp()
        self.healthy = self.workflow(
            self.write_step("ref", "fine"), triggers=["[('city', '=', 'Oslo')]"]
        )
        model_id = self.env["ir.model"]._get_id("res.partner")
        self.field = self.env["ir.model.fields"].create(
            {"name": "x_grade", "model_id": model_id, "ttype": "char", "field_description": "Grade"}
        )

    def assertHealthy(self):
        contact = self.contacts(1, city="Oslo")
        self.tick()
        self.assertEqual((self.healthy.state, contact.ref), ("on", "fine"))

    def test_a_removed_field_pauses_the_workflow_that_asks_for_it(self):
        flow = self.workflow(self.end(), triggers=["[('x_grade', '=', 'A')]"])
        contact = self.contacts(1)
        self.tick()
        with mute_logger("odoo.addons.base.models.ir_model", f"{SERVICES}.enroller"):
            self.field.unlink()
            contact.city = "Bergen"
            self.tick()
        self.assertEqual(flow.state, "paused")
        self.assertIn("x_grade", flow.pause_reason)
        self.assertHealthy()

    def test_a_removed_field_in_a_branch_parks_those_who_reach_it(self):
        flow = self.workflow(
            self.delay(1, "hours"), self.branch(("A", "[('x_grade', '=', 'A')]", []))
        )
        enrollment = flow.enroll(self.contacts(1))
        self.tick()
        self.field.unlink()
        self.travel(hours=2)
        self.tick()
        self.assertEqual(enrollment.state, "parked")
        self.assertIn("x_grade", enrollment.reason)
        self.assertHealthy()

    def test_a_model_that_is_gone_pauses_its_workflows_and_harms_no_save(self):
        object_type = self.env["crm.workflow.object"].create(
            {"name": "Tag", "model_name": "res.partner.category"}
        )
        flow = self.workflow(self.delay(1, "hours"), object_type=object_type)
        enrollment = flow.enroll(self.env["res.partner.category"].create({"name": "A tag"}))
        self.tick()
        # What an uninstalled app leaves behind: names of a model that the registry does not know.
        self.env.cr.execute(
            "UPDATE crm_workflow_object SET model_name = 'no.such' WHERE id = %s", [object_type.id]
        )
        self.env.cr.execute(
            "UPDATE crm_workflow SET model_name = 'no.such' WHERE id = %s", [flow.id]
        )
        self.env.cr.execute(
            "UPDATE crm_workflow_enrollment SET res_model = 'no.such' WHERE id = %s",
            [enrollment.id],
        )
        self.env.invalidate_all()
        flow._clear_watches()
        self.travel(hours=2)
        self.tick()
        self.assertEqual((flow.state, enrollment.state), ("paused", "active"))
        self.assertIn("no.such", flow.pause_reason)
        self.assertFalse(object_type.is_available)
        self.assertTrue(enrollment.record_name)
        self.assertHealthy()

    def test_when_a_model_goes_its_records_leave_and_who_gets_their_ids_is_new(self):
        object_type = self.env["crm.workflow.object"].create(
            {"name": "Tag", "model_name": "res.partner.category"}
        )
        flow = self.workflow(self.delay(1, "hours"), object_type=object_type)
        tag = self.env["res.partner.category"].create({"name": "A tag"})
        enrollment = flow.enroll(tag)
        self.tick()
        # What happens to a table that is dropped, as tests/processes/test_life_cycle.py does.
        lost_models.forget(self.env, ["res.partner.category"])
        self.assertEqual((enrollment.state, enrollment.reason), ("exited", "record_deleted"))
        self.assertEqual(flow.enroll(tag).state, "active")
        self.assertHealthy()

    def test_object_types_of_absent_apps_are_not_offered(self):
        absent = self.env["crm.workflow.object"].create({"name": "Ghost", "model_name": "no.such"})
        offered = self.env["crm.workflow.object"].search([("is_available", "=", True)])
        self.assertNotIn(absent, offered)
        self.assertIn(self.contact_type, offered)
        self.assertIn(
            absent, self.env["crm.workflow.object"].search([("is_available", "=", False)])
        )

    def test_a_removed_server_action_parks_those_who_reach_it(self):
        flow = self.workflow(self.delay(1, "hours"), self.write_step("ref", "x"))
        enrollment = flow.enroll(self.contacts(1))
        self.tick()
        action = flow.live_version_id.action_ids.server_action_id
        self.env.cr.execute("DELETE FROM ir_act_server WHERE id = %s", [action.id])
        self.env.invalidate_all()
        self.travel(hours=2)
        self.tick()
        self.assertEqual(enrollment.state, "parked")
        self.assertIn("no action any more", enrollment.reason)
        self.assertHealthy()

    def test_editing_brings_back_the_actions_that_went_with_an_app(self):
        flow = self.workflow(self.write_step("ref", "back"), self.delay(1, "hours"))
        keys = flow.live_version_id.action_ids.mapped("key")
        self.env.cr.execute(
            "DELETE FROM ir_act_server WHERE id = %s",
            [flow.live_version_id.action_ids.server_action_id.id],
        )
        self.env.invalidate_all()
        flow.action_edit()
        steps = flow.draft_version_id.action_ids
        self.assertEqual(steps.mapped("key"), keys)
        self.assertEqual(steps.server_action_id.value, "back")
        flow.action_publish()
        contact = self.contacts(1)
        flow.enroll(contact)
        self.tick()
        self.assertEqual(contact.ref, "back")

    def test_a_workflow_whose_app_is_gone_is_still_exported(self):
        flow = self.workflow(self.end(), triggers=["[('city', '=', 'Oslo')]"])
        before = flow.export_xml()
        draft = self.workflow(self.end(), publish=False)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_workflow SET model_name = 'no.such' WHERE id IN %s", [(flow.id, draft.id)]
        )
        self.env.invalidate_all()
        self.assertEqual(flow.export_xml(), before)
        with self.assertRaisesRegex(UserError, "no.such is not installed"):
            draft.export_xml()

    def test_a_trigger_that_fails_pauses_its_workflow_and_keeps_the_facts(self):
        trigger = {"kind": "event", "event": "changed", "field_name": "city"}
        flow = self.workflow(self.end(), triggers=[trigger])
        contact = self.contacts(1)
        self.tick()
        self.env.cr.execute(
            "UPDATE crm_workflow_trigger SET value_to = 'odd' WHERE version_id = %s",
            [flow.live_version_id.id],
        )
        contact.city = "Lima"
        with mute_logger(f"{SERVICES}.enroller"):
            self.tick()
        self.assertEqual(flow.state, "paused")
        self.env.cr.execute(
            "UPDATE crm_workflow_trigger SET value_to = NULL WHERE version_id = %s",
            [flow.live_version_id.id],
        )
        self.env.invalidate_all()
        flow.action_resume()
        self.tick()
        self.assertEntered(flow, contact)
        self.assertHealthy()
