from unittest.mock import patch

from odoo import sql_db
from odoo.tests import tagged

from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestUnenrollStep(WorkflowCase):
    """A step takes records out of other workflows."""

    def setUp(self):
        super().setUp()
        self.first = self.workflow(self.delay(1, "days"), name="First")
        self.second = self.workflow(self.delay(1, "days"), name="Second")

    def out_of(self, *workflows, **vals):
        """A step that lets records leave the workflows, or all others."""
        own = {"unenroll_workflow_ids": [workflow.id for workflow in workflows]}
        if not workflows:
            own = {"unenroll_from": "others"}
        return {"kind": "unenroll", **own, **vals}

    def inside_both(self, count=1, **vals):
        contacts = self.contacts(count, **vals)
        for workflow in (self.first, self.second):
            workflow.enroll(contacts)
        self.tick()
        return contacts

    def told(self, workflow):
        """What the history says of the step, by record."""
        return [
            row.log_ids.filtered("action_id").sorted("visit")[:1].message
            for row in self.enrollments(workflow)
        ]

    def test_records_leave_the_chosen_workflow_and_go_on_here(self):
        contacts = self.inside_both(2)
        outsider = self.contacts(1)
        workflow = self.workflow(
            self.out_of(self.first), self.write_step("ref", "after"), name="Me"
        )
        workflow.enroll(contacts | outsider)
        self.tick()
        self.assertInside(self.first, self.env["res.partner"])
        self.assertInside(self.second, contacts)
        left = self.enrollments(self.first)
        self.assertEqual(set(left.mapped("state")), {"exited"})
        self.assertEqual(set(left.mapped("reason")), {"Taken out by “Me”"})
        self.assertEqual(set((contacts | outsider).mapped("ref")), {"after"})
        self.assertEqual(
            self.told(workflow), ["Left “First”.", "Left “First”.", "Nobody was inside."]
        )

    def test_all_others_means_all_but_this_one(self):
        contact, neighbour = self.inside_both(), self.inside_both()
        workflow = self.workflow(self.out_of(), self.delay(1, "days"))
        workflow.enroll(contact)
        self.tick()
        self.assertInside(self.first, neighbour)
        self.assertInside(self.second, neighbour)
        self.assertInside(workflow, contact)
        self.assertEqual(self.told(workflow), ["Left “First”, “Second”."])

    def test_parked_ones_leave_as_well(self):
        contact = self.inside_both()
        self.enrollments(self.first).sudo().write({"state": "parked"})
        self.workflow(self.out_of()).enroll(contact)
        self.tick()
        self.assertEqual(self.enrollments(self.first).state, "exited")

    def test_associated_records_leave(self):
        company = self.contacts(1, is_company=True)
        people = self.inside_both(2, parent_id=company.id)
        others = self.inside_both(1)
        companies = self.env.ref("crm_workflow.object_company")
        workflow = self.workflow(
            self.out_of(self.first, unenroll_path="child_ids"), object_type=companies
        )
        workflow.enroll(company)
        self.tick()
        self.assertInside(self.first, others)
        self.assertInside(self.second, people | others)

    def test_what_the_run_as_user_may_not_see_stays(self):
        user = self.user("narrow", "base.group_user", "base.group_partner_manager")
        company = self.contacts(1, is_company=True)
        people = self.inside_both(2, parent_id=company.id)
        self.env["ir.rule"].create(
            {
                "name": "Not the first",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {people[0].id})]",
                "groups": [self.env.ref("base.group_partner_manager").id],
            }
        )
        workflow = self.workflow(
            self.out_of(self.first, unenroll_path="child_ids"),
            object_type=self.env.ref("crm_workflow.object_company"),
            run_as_id=user.id,
        )
        workflow.enroll(company)
        self.tick()
        self.assertInside(self.first, people[0])

    def test_a_step_may_let_associated_records_leave_its_own_workflow(self):
        company = self.contacts(1, is_company=False)
        child = self.contacts(1, parent_id=company.id)
        workflow = self.workflow(self.delay(1, "hours"), publish=False)
        self.fill(
            workflow,
            self.out_of(workflow, unenroll_path="child_ids", sequence=2),
            self.write_step("ref", "after", sequence=3),
        )
        workflow.action_publish()
        workflow.enroll(company | child)
        self.tick()
        self.travel(hours=2)
        self.tick()
        states = {row.res_id: row.state for row in self.enrollments(workflow)}
        self.assertEqual(states[company.id], "completed")
        self.assertEqual(states[child.id], "exited")
        self.assertEqual((company.ref, child.ref), ("after", False))

    def test_who_waited_for_them_goes_on(self):
        contact = self.contacts(1)
        step = {"kind": "enroll", "enroll_workflow_id": self.first.id, "enroll_wait": True}
        waiting = self.workflow(step, name="Waiting")
        waiting.enroll(contact)
        self.tick()
        self.workflow(self.out_of(self.first)).enroll(contact)
        self.tick()
        self.tick()
        self.assertEqual(self.enrollments(waiting).state, "completed")

    def test_many_records_take_no_more_queries_than_one(self):
        workflow = self.workflow(self.out_of())
        step = workflow.live_version_id.action_ids
        run, counted = type(step)._run_unenroll, []

        def counting(action, batch):
            batch.env.invalidate_all()
            before = sql_db.sql_counter
            outcomes = run(action, batch)
            batch.env.cr.flush()
            counted.append((len(batch.rows), sql_db.sql_counter - before))
            return outcomes

        with patch.object(type(step), "_run_unenroll", counting):
            for count in (1, 1, 100):
                contacts = self.inside_both(count)
                workflow.enroll(contacts)
                self.tick_run()
        self.assertGreaterEqual(counted[-1][0], 50)
        self.assertLessEqual(counted[-1][1], counted[1][1])
        self.assertInside(self.first, self.env["res.partner"])

    def test_who_is_deleted_meanwhile_leaves_and_the_others_go_on(self):
        contacts = self.inside_both(2)
        workflow = self.workflow(self.out_of(self.first))
        workflow.enroll(contacts)
        contacts[0].unlink()
        self.tick()
        self.assertEqual(self.enrollments(workflow).mapped("state"), ["exited", "completed"])
        self.assertInside(self.first, self.env["res.partner"])

    def test_the_step_says_what_it_does(self):
        for step, summary in (
            (self.out_of(self.second), "Leave “Second”"),
            (self.out_of(), "Leave all other workflows"),
            (self.out_of(unenroll_path="parent_id"), "Related Company: Leave all other workflows"),
        ):
            workflow = self.workflow(step, publish=False)
            self.assertEqual(workflow.draft_version_id.action_ids.summary, summary)

    def test_what_cannot_work_is_told_before_publishing(self):
        deals = self.workflow(self.end(), name="Deals", object_type=self.deal_type)
        workflow = self.workflow(publish=False)
        for step, part in (
            ({"kind": "unenroll"}, "Choose the workflows"),
            (self.out_of(deals), "takes in Deal"),
            (self.out_of(workflow), "use the step “End”"),
            (self.out_of(self.first, unenroll_path="opportunity_ids"), "takes in Contact"),
            (self.out_of(unenroll_path="name"), "leads to no other records"),
        ):
            workflow.draft_version_id.action_ids.unlink()
            self.fill(workflow, step)
            texts = [problem["text"] for problem in workflow.problems]
            self.assertTrue(any(part in text for text in texts), (part, texts))

    def test_the_form_forgets_workflows_that_do_not_fit(self):
        workflow = self.workflow(self.out_of(self.first), publish=False)
        step = workflow.draft_version_id.action_ids
        step.unenroll_path = "opportunity_ids"
        step._onchange_unenroll_path()
        self.assertFalse(step.unenroll_workflow_ids)

    def test_it_travels_in_the_document(self):
        workflow = self.workflow(
            self.out_of(self.first, self.second), self.out_of(unenroll_path="parent_id"),
            publish=False,
        )  # fmt: skip
        text = workflow.export_xml()
        copy = self.env["crm.workflow"].import_xml(text)
        chosen, others = copy.draft_version_id.action_ids
        self.assertEqual(chosen.unenroll_workflow_ids, self.first | self.second)
        self.assertEqual((others.unenroll_from, others.unenroll_path), ("others", "parent_id"))
        self.assertEqual(copy.export_xml(), text)
