from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestSecurity(WorkflowCase):
    """Who may see, enrol and design; and what a workflow may do in whose name."""

    def setUp(self):
        super().setUp()
        self.viewer = self.user("viewer", "crm_workflow.group_user")
        self.manager = self.user(
            "designer", "crm_workflow.group_manager", "base.group_partner_manager"
        )

    def test_users_see_and_managers_design(self):
        flow = self.workflow(self.end())
        self.assertEqual(flow.with_user(self.viewer).name, "Test")
        with self.assertRaises(AccessError):
            flow.with_user(self.viewer).name = "Other"
        with self.assertRaises(AccessError):
            flow.with_user(self.viewer).action_pause()
        flow.with_user(self.manager).action_pause()

    def test_internal_users_without_the_group_see_nothing(self):
        flow = self.workflow(self.end())
        with self.assertRaises(AccessError):
            flow.with_user(self.user("plain", "base.group_user")).read(["name"])

    def test_the_ledger_and_enrollments_are_written_by_the_engine_alone(self):
        enrollment = self.workflow(self.end()).enroll(self.contacts(1))
        for user in (self.viewer, self.manager, self.admin):
            with self.assertRaises(AccessError):
                enrollment.with_user(user).write({"state": "completed"})
            with self.assertRaises(AccessError):
                enrollment.log_ids.with_user(user).unlink()

    def test_a_manager_designs_and_publishes_a_workflow_of_his_own(self):
        workflows = self.env["crm.workflow"].with_user(self.manager)
        flow = workflows.create({"name": "Mine", "object_id": self.contact_type.id})
        self.assertEqual(flow.run_as_id, self.manager)
        action = (
            self.env["ir.actions.server"]
            .with_user(self.manager)
            .create(
                {
                    "name": "Write",
                    "model_id": self.env["ir.model"]._get_id("res.partner"),
                    "usage": "crm_workflow",
                    "state": "object_write",
                    "update_path": "ref",
                    "value": "mine",
                }
            )
        )
        self.env["crm.workflow.action"].with_user(self.manager).create(
            {
                "version_id": flow.draft_version_id.id,
                "kind": "server",
                "server_action_id": action.id,
            }
        )
        flow.action_publish()
        contact = self.contacts(1)
        flow.enroll(contact.with_user(self.manager))
        self.tick()
        self.assertEqual(contact.ref, "mine")

    def test_a_manager_cannot_write_code_or_calls(self):
        model_id = self.env["ir.model"]._get_id("res.partner")
        for vals in (
            {"state": "code", "code": "1"},
            {"state": "webhook", "webhook_url": "http://localhost"},
            {
                "state": "object_write",
                "update_path": "ref",
                "evaluation_type": "equation",
                "value": "1",
            },
            {
                "state": "object_write",
                "update_path": "ref",
                "value": "1",
                "usage": "ir_actions_server",
            },
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.env["ir.actions.server"].with_user(self.manager).create(
                    {"name": "X", "model_id": model_id, "usage": "crm_workflow", **vals}
                )

    def test_a_managers_action_runs_inside_its_workflow_only(self):
        action = self.server_action(state="object_write", update_path="ref", value="x")
        contact = self.contacts(1)
        for user in (self.manager, self.admin):
            runner = action.with_user(user).with_context(
                active_model="res.partner", active_id=contact.id
            )
            with self.assertRaises(AccessError):
                runner.run()

    def test_a_workflow_cannot_do_what_its_run_as_user_may_not(self):
        flow = self.workflow(self.write_step("user_ids.name", "owned"), run_as_id=self.manager.id)
        contact = self.user("victim", "base.group_user").partner_id
        enrollment = flow.enroll(contact)
        self.tick()
        self.assertEqual(
            (enrollment.state, contact.user_ids.name), ("parked", contact.user_ids.name)
        )
        self.assertNotEqual(contact.user_ids.name, "owned")

    def test_an_action_of_a_group_is_for_workflows_of_that_group(self):
        action = self.server_action(state="object_write", update_path="ref", value="x")
        flow = self.workflow(
            {"kind": "server", "server_action_id": action.id},
            run_as_id=self.manager.id,
            publish=False,
        )
        action.group_ids = self.env.ref("base.group_system")
        self.assertIn("in no group", flow.problems[0]["text"])
        action.group_ids = False
        flow.action_publish()
        self.env.cr.execute(
            "INSERT INTO ir_act_server_group_rel (act_id, gid) VALUES (%s, %s)",
            [action.id, self.env.ref("base.group_system").id],
        )
        self.env.invalidate_all()
        contact = self.contacts(1)
        enrollment = flow.enroll(contact)
        self.tick()
        self.assertEqual((enrollment.state, contact.ref), ("parked", False))
        self.assertIn("in no group", enrollment.reason)

    def test_a_workflow_does_not_use_the_action_of_an_automation(self):
        action = self.server_action(state="code", code="1", usage="base_automation")
        flow = self.workflow(
            {"kind": "server", "server_action_id": action.id},
            run_as_id=self.manager.id,
            publish=False,
        )
        self.assertIn("belongs to something else", flow.problems[0]["text"])

    def test_only_administrators_let_a_workflow_run_as_somebody_else(self):
        flow = self.workflow(self.end(), publish=False)
        with self.assertRaisesRegex(UserError, "administrators"):
            flow.with_user(self.manager).run_as_id = self.viewer
        flow.with_user(self.admin).run_as_id = self.viewer

    def test_a_manager_cannot_publish_what_runs_as_an_administrator(self):
        flow = self.workflow(self.end(), run_as_id=self.admin.id, publish=False)
        with self.assertRaisesRegex(UserError, "administrators"):
            flow.with_user(self.manager).action_publish()

    def test_workflows_of_another_company_are_out_of_sight(self):
        other = self.env["res.company"].create({"name": "Other"})
        flow = self.workflow(self.end(), company_id=other.id, publish=False)
        with self.assertRaises(AccessError):
            flow.with_user(self.manager).read(["name"])
        with self.assertRaises(AccessError):
            flow.draft_version_id.action_ids.with_user(self.manager).read(["name"])

    def test_a_workflow_of_one_company_leaves_records_of_another_alone(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.admin.company_ids += other
        flow = self.workflow(
            self.write_step("ref", "seen"), company_id=self.env.company.id, run_as_id=self.admin.id
        )
        own, foreign = (
            self.contacts(1, company_id=self.env.company.id),
            self.contacts(1, company_id=other.id),
        )
        self.assertEqual(flow._refusals(own | foreign)["out_of_sight"], foreign.ids)
        flow.enroll(own | foreign)
        self.tick()
        self.assertEqual((own.ref, foreign.ref), ("seen", False))

    def test_names_in_a_ledger_respect_record_rules(self):
        contact = self.contacts(1)
        enrollment = self.workflow(self.end()).enroll(contact)
        self.env["ir.rule"].create(
            {
                "name": "Hide",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "groups": [(4, self.env.ref("base.group_user").id)],
                "domain_force": f"[('id', '!=', {contact.id})]",
            }
        )
        self.assertNotIn("Contact 0", enrollment.with_user(self.viewer).record_name)
