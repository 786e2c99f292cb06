from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestOwnership(WorkflowCase):
    """What belongs to a workflow is for the people of its company, and goes with it alone."""

    def setUp(self):
        super().setUp()
        self.manager = self.user(
            "designer", "crm_workflow.group_manager", "base.group_partner_manager"
        )
        other = self.env["res.company"].create({"name": "Other"})
        self.secret = self.write_step("ref", "secret")
        self.theirs = self.workflow(self.secret, company_id=other.id, name="Theirs", publish=False)
        self.mine = self.workflow(self.end(), run_as_id=self.manager.id, publish=False)

    def as_manager(self, records):
        return records.with_user(self.manager)

    def draft(self, workflow):
        return workflow.draft_version_id

    def action(self, step):
        return self.env["ir.actions.server"].browse(step["server_action_id"])

    # The actions of steps

    def test_a_step_takes_no_action_out_of_sight(self):
        self.env.flush_all()
        steps = self.as_manager(self.env["crm.workflow.action"])
        with self.assertRaises(AccessError):
            steps.create({"version_id": self.draft(self.mine).id, **self.secret})
        with self.assertRaises(AccessError):
            self.as_manager(self.draft(self.mine).action_ids).write(self.secret)
        with self.assertRaises(AccessError):
            self.as_manager(self.action(self.secret)).read(["value"])

    def test_a_step_takes_no_action_of_another_workflow(self):
        own = self.write_step("ref", "x")
        self.workflow(own, publish=False)
        with self.assertRaisesRegex(ValidationError, "belongs to the steps of another workflow"):
            self.as_manager(self.draft(self.mine).action_ids).write(own)

    def test_an_action_without_a_step_is_seen_by_who_made_it(self):
        forgotten = self.server_action(state="object_write", update_path="ref", value="secret")
        with self.assertRaises(AccessError):
            self.as_manager(forgotten).read(["value"])
        self.assertEqual(forgotten.with_user(forgotten.create_uid).value, "secret")

    def test_an_action_for_all_stays_readable_whoever_uses_it(self):
        shared = self.server_action(state="code", usage="ir_actions_server")
        step = {"kind": "server", "server_action_id": shared.id}
        self.workflow(step, company_id=self.theirs.company_id.id, publish=False)
        self.assertEqual(self.as_manager(shared).name, "Do it")

    def test_a_workflow_that_is_deleted_takes_its_own_actions_along_and_no_others(self):
        own = self.write_step("ref", "own")
        shared = self.server_action(state="code", usage="ir_actions_server")
        flow = self.workflow(own, {"kind": "server", "server_action_id": shared.id}, publish=False)
        flow.unlink()
        self.assertEqual(
            (self.action(own).exists(), shared.exists()), (self.action(own).browse(), shared)
        )
        self.assertTrue(self.action(self.secret).exists())

    def test_a_lane_that_is_deleted_takes_the_actions_of_its_steps_along(self):
        inner, outer, behind = (self.write_step("ref", text) for text in "abc")
        nested = self.branch(("Inner", "[]", [inner]))
        flow = self.workflow(self.branch(("Outer", "[]", [nested, outer])), behind, publish=False)
        step = self.draft(flow).action_ids.filtered(lambda step: step.kind == "branch")[0]
        step.path_ids.filtered(lambda path: path.name == "Outer").unlink()
        self.assertFalse(self.action(inner).exists() | self.action(outer).exists())
        self.assertTrue(self.action(behind).exists())

    def test_a_branch_that_is_deleted_takes_the_actions_below_it_along(self):
        inner = self.write_step("ref", "a")
        nested = self.branch(("Inner", "[]", [inner]))
        flow = self.workflow(self.branch(("Outer", "[]", [nested])), publish=False)
        self.draft(flow).action_ids[0].unlink()
        self.assertFalse(self.action(inner).exists())
        self.assertFalse(self.draft(flow).action_ids)

    def test_what_a_retired_version_does_is_not_deleted(self):
        own = self.write_step("ref", "old")
        shared = self.server_action(state="code", usage="ir_actions_server")
        step = {"kind": "server", "server_action_id": shared.id}
        flow = self.workflow(self.delay(1, "days"), own, step)
        [enrollment] = flow.enroll(self.contacts(1))
        flow.action_edit()
        self.draft(flow).action_ids.filtered("server_action_id").unlink()
        flow.action_publish(in_flight="finish")
        for action in (self.action(own), shared):
            with self.assertRaisesRegex(UserError, "not deleted"):
                action.unlink()
        flow.unenroll([enrollment.res_id])
        with self.assertRaisesRegex(UserError, "not deleted"):
            self.action(own).unlink()
        shared.unlink()

    # Rows of a description

    def test_no_row_moves_into_a_version_out_of_sight(self):
        theirs, mine = self.draft(self.theirs), self.draft(self.mine)
        trigger = {"version_id": mine.id, "kind": "criteria", "domain": "[]"}
        rows = [
            self.env["crm.workflow.trigger"].create(trigger),
            self.env["crm.workflow.exit"].create(
                {"version_id": mine.id, "kind": "goal", "domain": "[]"}
            ),
            self.env["crm.workflow.related"].create(
                {"version_id": mine.id, "code": "x", "path": "child_ids"}
            ),
            self.env["crm.workflow.window"].create({"version_id": mine.id, "days": "daily"}),
            mine.action_ids,
        ]
        # As in any call that changes something else as well.
        extra = [{"sequence": 3}, {"sequence": 3}, {"path": "parent_id"}, {"hour_to": 9}, {}]
        self.env.flush_all()
        for row, vals in zip(rows, extra, strict=True):
            with self.subTest(row._name), self.assertRaises(AccessError):
                self.as_manager(row).write({"version_id": theirs.id, **vals})
            self.env.invalidate_all()
            self.assertEqual(row.version_id, mine)

    def test_no_path_moves_to_a_step_out_of_sight(self):
        branch = self.branch(("Mine", "[]", []))
        theirs = self.workflow(branch, company_id=self.theirs.company_id.id, publish=False)
        mine = self.workflow(branch, run_as_id=self.manager.id, publish=False)
        path = self.draft(mine).action_ids.path_ids.filtered("name")
        with self.assertRaises(AccessError):
            self.as_manager(path).write({"action_id": self.draft(theirs).action_ids.id})

    def test_nobody_joins_an_assignment_that_is_not_his(self):
        vals = {
            "state": "crm_workflow_assign",
            "model_id": self.env["ir.model"]._get_id("crm.lead"),
        }
        own, live = (
            self.env["ir.actions.server"].create({"name": "Assign", "usage": usage, **vals})
            for usage in ("crm_workflow", "ir_actions_server")
        )
        self.env["crm.workflow.action"].create(
            {"version_id": self.draft(self.mine).id, "kind": "server", "server_action_id": own.id}
        )
        [person] = self.env["crm.workflow.assignee"].create(
            {"action_id": own.id, "user_id": self.manager.id}
        )
        with self.assertRaises(AccessError):
            self.as_manager(person).write({"action_id": live.id})
