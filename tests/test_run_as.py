from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import WorkflowCase

CODE = """
<workflow format="1">
    <field name="name">Code</field>
    <field name="object_id" ref="crm_workflow.object_contact"/>
    <steps>
        <step key="a" kind="server">
            <field name="server_action_id">
                <record model="ir.actions.server">
                    <field name="name">Code</field>
                    <field name="state">code</field>
                    <field name="code">record.sudo().unlink()</field>
                </record>
            </field>
        </step>
    </steps>
</workflow>
"""
NAMED = '<field name="name">Clean up</field>'


@tagged("post_install", "-at_install")
class TestRunAs(WorkflowCase):
    """Whoever designs a workflow cannot make somebody else do what he may not do himself."""

    def setUp(self):
        super().setUp()
        groups = ("crm_workflow.group_manager", "base.group_partner_manager")
        self.manager = self.user("designer", *groups)
        self.colleague = self.user("colleague", *groups)
        self.of_admin = self.workflow(
            self.write_step("ref", "seen"), run_as_id=self.admin.id, name="Admin's"
        )

    def refused(self, *changes, error=AccessError):
        """Each of the changes is refused, and leaves nothing behind."""
        for change in changes:
            with self.assertRaises(error), self.env.cr.savepoint():
                change()
                self.env.flush_all()

    def managed(self, record):
        return record.with_user(self.manager)

    # Whom it runs as

    def test_a_manager_lets_it_run_as_himself_alone(self):
        workflows = self.env["crm.workflow"].with_user(self.manager)
        vals = {"name": "Mine", "object_id": self.contact_type.id}
        own = workflows.create(vals)
        self.assertEqual(own.run_as_id, self.manager)
        for user in (self.admin, self.colleague):
            self.refused(
                lambda user=user: workflows.create({**vals, "run_as_id": user.id}),
                lambda user=user: workflows.with_context(default_run_as_id=user.id).create(vals),
                lambda user=user: own.write({"run_as_id": user.id}),
                lambda user=user: own.copy({"run_as_id": user.id}),
                error=UserError,
            )
        self.managed(self.of_admin).run_as_id = self.manager

    def test_an_administrator_lets_it_run_as_anybody_who_works_here(self):
        flow = self.of_admin.with_user(self.admin)
        flow.run_as_id = self.colleague
        for user in (
            self.user("visitor", "base.group_portal"),
            self.env.ref("base.public_user"),
            self.env["res.users"].browse(SUPERUSER_ID),
        ):
            self.refused(
                lambda user=user: flow.write({"run_as_id": user.id}), error=ValidationError
            )

    def test_an_import_and_a_template_run_as_whoever_makes_them(self):
        text = self.of_admin.export_xml()
        self.assertNotIn("run_as", text)
        imported = self.env["crm.workflow"].with_user(self.manager).import_xml(text)
        self.assertEqual(imported.run_as_id, self.manager)
        other = text.replace("<steps>", '<field name="run_as_id" ref="base.user_admin"/><steps>', 1)
        self.refused(
            lambda: self.env["crm.workflow"].with_user(self.manager).import_xml(other),
            error=ValidationError,
        )
        template = self.env.ref("crm_workflow.template_lost_deal_win_back")
        action = self.managed(template).action_use()
        self.assertEqual(self.env["crm.workflow"].browse(action["res_id"]).run_as_id, self.manager)

    def test_what_a_manager_may_not_write_is_in_no_template_of_his(self):
        templates = self.env["crm.workflow.template"]
        vals = {"name": "Code", "model_name": "res.partner", "document": CODE}
        template = templates.with_user(self.admin).create(vals)
        own = self.managed(templates).create({**vals, "document": self.of_admin.export_xml()})
        before = self.env["crm.workflow"].search_count([])
        self.refused(
            lambda: self.managed(templates).create(vals),
            lambda: own.write({"document": CODE}),
            error=ValidationError,
        )
        self.managed(template).name = "Renamed"
        self.assertEqual(self.env["crm.workflow"].search_count([]), before)
        self.refused(lambda: self.managed(template).action_use(), error=ValidationError)

    # What it does

    def test_a_manager_edits_but_does_not_publish_what_runs_as_somebody_else(self):
        flow = self.managed(self.of_admin)
        flow.action_edit()
        flow.draft_version_id.action_ids.name = "Another name"
        for publish in (
            flow.action_publish,
            lambda: (
                self.managed(self.env["crm.workflow.publish"])
                .create({"workflow_id": flow.id})
                .action_publish()
            ),
        ):
            self.refused(publish, error=UserError)
        flow.action_pause()
        flow.action_resume()
        flow.action_turn_off()
        # Switching it on again is publishing, too.
        flow.action_discard_draft()
        self.refused(flow.action_publish, error=UserError)

    def test_a_duplicate_runs_as_the_original_or_else_as_whoever_makes_it(self):
        self.assertEqual(self.managed(self.of_admin).copy().run_as_id, self.manager)
        flow = self.of_admin.with_user(self.admin)
        flow.run_as_id = self.colleague
        self.assertEqual(flow.copy().run_as_id, self.colleague)
        other = self.managed(flow).copy()
        self.assertEqual((other.run_as_id, other.state), (self.manager, "draft"))
        other.action_publish()

    def test_what_a_manager_may_not_make_he_does_not_duplicate(self):
        text = CODE.replace('<step key="a" kind="server">', '<step key="a" kind="server">' + NAMED)
        flow = self.env["crm.workflow"].with_user(self.admin).import_xml(text)
        before = self.env["crm.workflow"].search_count([])
        with self.assertRaisesRegex(AccessError, "administrator.*“Clean up”"):
            with self.env.cr.savepoint():
                self.managed(flow).copy()
        self.assertEqual(self.env["crm.workflow"].search_count([]), before)

    def test_how_many_match_is_told_to_whoever_may_publish(self):
        deal = self.env["crm.lead"].create({"name": "Secret", "type": "opportunity"})
        condition = f"[('id', '=', {deal.id}), ('name', 'like', 'Sec')]"
        flow = self.workflow(
            self.end(),
            triggers=[condition],
            object_type=self.deal_type,
            run_as_id=self.admin.id,
            publish=False,
        )
        wizards = self.env["crm.workflow.publish"].with_context(default_workflow_id=flow.id)
        form = Form(self.managed(wizards))
        self.assertEqual((form.problem_count, form.match_count, form.may_publish), (0, 0, False))
        self.refused(self.managed(flow)._matching_now_count, error=UserError)
        form = Form(wizards.with_user(self.admin))
        self.assertEqual((form.match_count, form.may_publish), (1, True))

    def test_a_manager_keeps_the_python_of_an_administrator_and_does_not_change_it(self):
        flow = self.workflow(
            self.code_step("record.write({'ref': 'x'})"), run_as_id=self.manager.id
        )
        managed = self.managed(flow)
        managed.action_edit()
        action = managed.draft_version_id.action_ids.server_action_id
        self.assertEqual(action.sudo().code, "record.write({'ref': 'x'})")
        self.refused(
            lambda: action.read(["code"]),
            lambda: action.write({"code": "record.sudo().unlink()"}),
            lambda: action.write({"name": "Mine"}),
            managed.copy,
        )
        managed.action_publish()
        contact = self.contacts(1)
        managed.enroll(contact.with_user(self.manager))
        self.tick()
        self.assertEqual(contact.ref, "x")

    def test_what_follows_from_publishing_is_written_by_publishing_alone(self):
        self.of_admin.action_edit()
        live, draft = self.of_admin.live_version_id, self.of_admin.draft_version_id
        own = self.workflow(self.end(), run_as_id=self.manager.id, publish=False, name="Own")
        new = {"name": "New", "object_id": self.contact_type.id}
        for user in (self.manager, self.admin):
            self.refused(*self.writes_of(user, live, draft, own, new))
        proposed = {"default_state": "on", "default_model_name": "res.users"}
        created = self.managed(self.env["crm.workflow"].with_context(**proposed)).create(new)
        self.assertEqual((created.state, created.model_name), ("draft", "res.partner"))
        self.assertEqual(created.version_ids.state, "draft")
        self.assertEqual(self.of_admin.live_version_id, live)

    def writes_of(self, user, live, draft, own, new):
        """What a user might write to pass by publishing."""
        env = self.env(user=user.id)
        flow, live, draft = (record.with_env(env) for record in (self.of_admin, live, draft))
        workflows, versions = env["crm.workflow"], env["crm.workflow.version"]
        return (
            lambda: flow.write({"state": "draft"}),
            lambda: flow.write({"live_version_id": draft.id}),
            lambda: flow.write({"model_name": "res.users"}),
            lambda: live.write({"state": "draft"}),
            lambda: live.write({"document": CODE}),
            lambda: draft.write({"state": "live"}),
            lambda: draft.write({"workflow_id": own.id}),
            lambda: workflows.create({**new, "state": "on"}),
            lambda: workflows.create({**new, "version_ids": [(0, 0, {"state": "live"})]}),
            lambda: versions.create({"workflow_id": own.id, "state": "retired"}),
        )

    def test_nothing_comes_into_a_published_version_from_a_draft(self):
        live = self.workflow(
            self.branch(("A", "[('name', '=', 'a')]", [self.end()])),
            triggers=["[('name', '=', 'x')]"],
            exits=["[('name', '=', 'y')]"],
            run_as_id=self.admin.id,
            name="Live",
        ).live_version_id
        draft = self.workflow(
            self.branch(("B", "[]", [self.end()])),
            triggers=["[('name', '=', 'x')]"],
            exits=["[('name', '=', 'y')]"],
            run_as_id=self.manager.id,
            publish=False,
        ).draft_version_id
        into = {"version_id": live.id}
        branch = live.action_ids.filtered("path_ids")
        self.refused(
            lambda: self.managed(draft.trigger_ids).write(into),
            lambda: self.managed(draft.exit_ids).write(into),
            lambda: self.managed(draft.action_ids.filtered("path_ids")).write(into),
            lambda: self.managed(draft.action_ids.path_ids[0]).write({"action_id": branch.id}),
            error=UserError,
        )
        self.refused(
            lambda: self.managed(live.trigger_ids).write({"schedule_next_at": "2020-01-01"}),
            error=UserError,
        )

    def test_the_companies_of_somebody_else_are_not_widened(self):
        self.of_admin.company_id = self.env.company
        self.refused(
            lambda: self.managed(self.of_admin).write({"company_id": False}), error=UserError
        )
        own = self.workflow(self.end(), run_as_id=self.manager.id)
        self.managed(own).company_id = self.env.company

    def test_the_records_of_a_type_are_not_widened_under_somebody_elses_workflow(self):
        managed = self.managed(self.contact_type)
        self.refused(
            lambda: managed.write({"domain": "[]"}),
            lambda: managed.write({"model_name": "res.users"}),
            lambda: managed.write({"model_id": self.env["ir.model"]._get_id("res.users")}),
            error=UserError,
        )
        # Not even an administrator turns contacts into something else.
        self.refused(
            lambda: self.contact_type.with_user(self.admin).write({"model_name": "res.users"}),
            error=UserError,
        )
        managed.name = "People"
        self.contact_type.with_user(self.admin).domain = "[('is_company', '=', False)]"

    # The actions of steps

    def test_the_action_of_a_step_joins_nothing_of_others(self):
        admins = self.env["ir.actions.server"].create(
            {
                "name": "Several",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "state": "multi",
            }
        )
        vals = {
            "name": "Mine",
            "model_id": self.env["ir.model"]._get_id("res.partner"),
            "usage": "crm_workflow",
            "state": "object_write",
            "update_path": "ref",
            "value": "x",
        }
        actions = self.env["ir.actions.server"].with_user(self.manager)
        own = actions.create(vals)
        self.refused(
            lambda: actions.create({**vals, "parent_id": admins.id}),
            lambda: own.write({"parent_id": admins.id}),
        )
        self.assertFalse(admins.child_ids)

    def test_a_step_takes_no_action_of_another_step_along_when_it_goes(self):
        step = self.write_step("ref", "both")
        own = self.workflow(step, step, publish=False)
        action = own.draft_version_id.action_ids.server_action_id
        own.draft_version_id.action_ids[0].with_user(self.manager).unlink()
        self.assertTrue(action.exists())
        own.draft_version_id.action_ids.with_user(self.manager).unlink()
        self.assertFalse(action.exists())

    def test_actions_of_another_companys_steps_are_out_of_sight(self):
        other = self.env["res.company"].create({"name": "Other"})
        flow = self.workflow(self.write_step("ref", "theirs"), company_id=other.id, publish=False)
        action = flow.draft_version_id.action_ids.server_action_id
        self.refused(
            lambda: self.managed(action).read(["value"]),
            lambda: self.managed(action).write({"value": "mine"}),
            lambda: self.managed(action).unlink(),
        )
