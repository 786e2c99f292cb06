from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import WorkflowCase

SECRET = "Secret of others"


@tagged("post_install", "-at_install")
class TestNames(WorkflowCase):
    """Texts name records to whoever may see them, and give others the number."""

    def setUp(self):
        super().setUp()
        self.viewer = self.user("viewer", "crm_workflow.group_user")
        self.manager = self.user(
            "designer", "crm_workflow.group_manager", "base.group_partner_manager"
        )
        self.deal = self.env["crm.lead"].create({"name": SECRET, "type": "opportunity"})
        self.hidden = self.contacts(1, name=SECRET, is_company=True)
        self.hide(self.hidden)

    def hide(self, record):
        """Keep a record out of everybody's sight but administrators'."""
        rules = {"base.group_user": f"[('id', '!=', {record.id})]", "base.group_system": "[]"}
        self.env["ir.rule"].create(
            [
                {
                    "name": "Hide",
                    "model_id": self.env["ir.model"]._get_id(record._name),
                    "groups": [(4, self.env.ref(group).id)],
                    "domain_force": domain,
                }
                for group, domain in rules.items()
            ]
        )

    def told(self, records, name, user):
        """A field, as somebody reads it, in one text."""
        return " ".join(str(text) for text in records.with_user(user).mapped(name))

    def assertNamed(self, records, name, number):
        """Administrators read the name; the others, whoever read before, the number."""
        for user in (self.manager, self.viewer):
            self.assertNotIn(SECRET, self.told(records, name, user))
            self.assertIn(f"#{number}", self.told(records, name, user))
        self.assertIn(SECRET, self.told(records, name, self.admin))
        self.assertNotIn(SECRET, self.told(records, name, self.viewer))

    # While a condition is being edited

    def preview(self, user, model_name, condition):
        objects = self.env["crm.workflow.object"].with_user(user)
        return objects.preview_condition(model_name, condition)

    def test_a_preview_names_what_the_caller_may_see(self):
        condition = f"[('opportunity_id', '=', {self.deal.id})]"
        told = self.preview(self.viewer, "calendar.event", condition)["text"]
        self.assertEqual(told, f"Opportunity is #{self.deal.id}")
        told = self.preview(self.admin, "calendar.event", condition)["text"]
        self.assertEqual(told, f"Opportunity is {SECRET}")

    def test_the_messages_of_records_are_told_by_no_preview(self):
        message = self.deal.message_post(body="x", subject=SECRET)
        condition = f"[('message_ids', 'in', [{message.id}])]"
        told = self.preview(self.viewer, "res.partner", condition)["text"]
        self.assertNotIn(SECRET, told)

    def test_what_nobody_may_see_of_a_kind_is_not_told_at_all(self):
        condition = f"[('partner_id', '=', {self.contacts(1).id})]"
        told = self.preview(self.viewer, "crm.lead", condition)
        self.assertEqual((told["text"], told["count"]), ("", 0))
        self.assertIn("You may not see records of this kind", told["problem"])
        # That there is no such model is another matter.
        self.assertIn("not installed", self.preview(self.viewer, "no.model", "[]")["problem"])

    # What a workflow says of itself

    def parts(self, *steps, **vals):
        return self.workflow(*steps, publish=False, **vals).draft_version_id

    def test_paths_by_value(self):
        lane = ({"values_accepted": f"[{self.hidden.id}]"}, [])
        named = ({"name": "A", "values_accepted": f"[{self.hidden.id}]"}, [])
        step = {"kind": "values", "values_field": "parent_id"}
        version = self.parts({**step, "lanes": [lane]}, {**step, "lanes": [named]})
        first, second = version.action_ids.sorted("sequence")
        self.assertNamed(first.path_ids, "display_name", self.hidden.id)
        self.assertNamed(second.path_ids, "condition", self.hidden.id)

    def test_conditions_of_paths_triggers_and_ways_out(self):
        condition = f"[('parent_id', '=', {self.hidden.id})]"
        version = self.parts(
            self.branch(("Theirs", condition, [])),
            triggers=[condition],
            exits=[condition],
        )
        self.assertNamed(version.action_ids.path_ids, "condition", self.hidden.id)
        self.assertNamed(version.trigger_ids, "summary", self.hidden.id)
        self.assertNamed(version.exit_ids, "display_name", self.hidden.id)

    def test_who_is_asked(self):
        user = self.user("stranger", "base.group_user", name=SECRET)
        user.active = False
        self.hide(user)
        version = self.parts({"kind": "decision", "decision_user_id": user.id})
        self.assertNamed(version.action_ids, "summary", user.id)
        problems = version.with_user(self.manager).problems
        self.assertFalse([problem for problem in problems if SECRET in problem["text"]])

    # What is kept

    def edit(self, user, state, **vals):
        """A step of somebody's own workflow that edits records; its action."""
        env = self.env(user=user)
        workflow = env["crm.workflow"].create({"name": "Mine", "object_id": self.contact_type.id})
        action = env["ir.actions.server"].create(
            {
                "name": "Do it",
                "automated_name": "Do it",
                "model_id": env["ir.model"]._get_id("res.partner"),
                "usage": "crm_workflow",
                "state": state,
            }
        )
        env["crm.workflow.action"].create(
            {
                "version_id": workflow.draft_version_id.id,
                "kind": "server",
                "server_action_id": action.id,
            }
        )
        action.write(vals)
        # As at the end of a request, whose user is the one who wrote.
        env.flush_all()
        return workflow, action

    def setting(self, user):
        """An action that sets what is hidden, by somebody."""
        line = {"field_name": "parent_id", "how": "set", "fixed_value": f"[{self.hidden.id}]"}
        return self.edit(user, "crm_workflow_edit", crm_workflow_assignment_ids=[(0, 0, line)])

    def test_the_name_of_an_action_is_that_for_whoever_wrote_it(self):
        _flow, action = self.setting(self.manager)
        self.assertIn(f"#{self.hidden.id}", action.name)
        self.assertNotIn(SECRET, action.name)
        _flow, action = self.setting(self.admin)
        self.assertIn(SECRET, action.name)

    def test_a_draft_that_an_administrator_makes_does_not_tell_more(self):
        flow, _action = self.setting(self.manager)
        flow.action_publish()
        flow.with_user(self.admin).action_edit()
        self.env(user=self.admin).flush_all()
        copied = flow.draft_version_id.action_ids.server_action_id
        self.assertNotIn(SECRET, self.told(copied, "automated_name", self.manager))
        self.assertEqual(copied.sudo().name, copied.sudo().automated_name)

    def test_the_name_of_a_duplicating_action(self):
        _flow, action = self.edit(
            self.manager,
            "object_copy",
            crud_model_id=self.env["ir.model"]._get_id("crm.lead"),
            resource_ref=f"crm.lead,{self.deal.id}",
        )
        self.assertEqual(action.name, f"Duplicate #{self.deal.id}")

    def test_the_document_of_a_version_is_for_administrators(self):
        flow, _action = self.setting(self.manager)
        flow.with_user(self.admin).action_publish()
        version = flow.live_version_id
        self.assertIn(SECRET, version.with_user(self.admin).document)
        self.assertNotIn("document", version.with_user(self.manager).fields_get())
        self.assertNotIn(SECRET, flow.with_user(self.manager).export_xml())

    def test_the_action_of_something_else_is_named_to_whoever_may_see_it(self):
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.write_step()
        self.workflow(theirs, company_id=other.id, publish=False)
        action = self.env["ir.actions.server"].browse(theirs["server_action_id"])
        action.name = SECRET
        flow = (
            self.env["crm.workflow"]
            .with_user(self.manager)
            .create({"name": "Mine", "object_id": self.contact_type.id})
        )
        version = flow.draft_version_id
        vals = {"version_id": version.id, "kind": "server"}
        steps = version.env["crm.workflow.action"]
        with self.assertRaisesRegex(AccessError, f"#{action.id}"):
            steps.create({**vals, "server_action_id": action.id})
        step = steps.create(vals)
        with self.assertRaisesRegex(AccessError, f"#{action.id}"):
            step.server_action_id = action
        for user in (self.manager, self.viewer):
            with self.assertRaises(AccessError) as raised:
                action.with_user(user).run()
            self.assertNotIn(SECRET, str(raised.exception))
        # What an administrator put there all the same.
        action.usage = "base_automation"
        step.sudo().server_action_id = action
        self.admin.company_ids += other
        self.assertNamed(step, "summary", action.id)
        texts = " ".join(problem["text"] for problem in version.problems)
        self.assertIn("belongs to something else", texts)
        self.assertNotIn(SECRET, texts)

    def test_a_ledger_names_what_the_run_as_user_sees(self):
        condition = f"[('parent_id', '=', {self.hidden.id})]"
        wait = {"kind": "until_happens", "until_happens_by": "state", "key": "wait"}
        step = {**wait, "until_happens_domain": condition}
        flow = self.workflow(step, publish=False, run_as_id=self.manager.id)
        waiting = flow.draft_version_id.action_ids.filtered(lambda one: one.key == "wait")
        self.assertIn(SECRET, waiting.with_user(self.admin).summary)
        flow.action_publish()
        enrollment = flow.with_user(self.admin).enroll(self.contacts(1), start_key="wait")
        self.assertIn("Starts at the step", enrollment.log_ids[-1:].message)
        self.assertNotIn(SECRET, enrollment.log_ids[-1:].message)
