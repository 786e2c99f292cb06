from odoo import sql_db
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..services import walk
from .common import WorkflowCase

LENGTHEN = "for r in records: r.write({'ref': (r.ref or '') + 'x'})"


@tagged("post_install", "-at_install")
class TestGoto(WorkflowCase):
    """Going on with another step: anywhere forward, and back for a number of times."""

    @staticmethod
    def goto(target, limit=0, **vals):
        return {"kind": "goto", "goto_key": target, "goto_limit": limit, **vals}

    def rounds(self, limit, *more):
        """A workflow that lengthens the reference, and goes back to that."""
        return self.workflow(
            self.code_step(LENGTHEN, key="lengthen"), *more, self.goto("lengthen", limit)
        )

    def walked(self, workflow, count=1, ticks=1):
        contacts = self.contacts(count)
        workflow.enroll(contacts)
        for _tick in range(ticks):
            self.tick()
        return contacts

    def assertRefused(self, text, *steps):
        workflow = self.workflow(*steps, publish=False)
        with self.assertRaisesRegex(ValidationError, text):
            workflow.action_publish()
        return workflow

    def test_records_pass_over_what_stands_between(self):
        workflow = self.workflow(
            self.goto("last"), self.write_step("ref"), self.write_step("function", key="last")
        )
        contacts = self.walked(workflow, 3)
        self.assertEqual(set(contacts.mapped("ref")), {False})
        self.assertEqual(set(contacts.mapped("function")), {"been here"})
        outcomes = [outcome for _step, outcome in self.ledger(self.enrollments(workflow)[0])]
        self.assertEqual(outcomes, ["entered", "jumped", "done", "completed"])

    def test_records_go_back_as_often_as_was_said_and_then_on(self):
        workflow = self.rounds(3)
        contacts = self.walked(workflow, 2)
        self.assertEqual(contacts.mapped("ref"), ["xxxx", "xxxx"])
        enrollment = self.enrollments(workflow)[0]
        self.assertEqual(enrollment.state, "completed")
        self.assertIn("Has gone there 3 times.", enrollment.log_ids.mapped("message"))

    def test_what_was_walked_in_other_batches_counts(self):
        workflow = self.rounds(2, self.delay(1, "hours"))
        [contact] = self.walked(workflow)
        for _round in range(4):
            self.travel(hours=2)
            self.tick()
        self.assertEqual((contact.ref, self.enrollments(workflow).state), ("xxx", "completed"))

    def test_each_record_is_counted_for_itself(self):
        workflow = self.rounds(1, self.delay(1, "hours"))
        [first] = self.walked(workflow)
        self.travel(minutes=30)
        [second] = self.walked(workflow)
        for _round in range(4):
            self.travel(minutes=45)
            self.tick()
        self.assertEqual((first.ref, second.ref), ("xx", "xx"))

    def test_a_way_longer_than_one_transaction_goes_on_in_the_next(self):
        times = walk.MAX_ROUNDS + 5
        workflow = self.rounds(times)
        [contact] = self.walked(workflow)
        self.tick()
        self.assertEqual(len(contact.ref), times + 1)
        self.assertEqual(self.enrollments(workflow).state, "completed")

    def test_it_takes_no_more_queries_for_many(self):
        def count(number):
            workflow = self.workflow(self.delay(1, "minutes", key="a"), self.goto("a", 2))
            contacts = self.walked(workflow, number)
            self.travel(minutes=2)
            before = sql_db.sql_counter
            self.tick_run()
            queries = sql_db.sql_counter - before
            rows = self.enrollments(workflow, contacts).log_ids
            self.assertEqual(rows.mapped("outcome").count("jumped"), number)
            return queries

        count(1)
        self.assertLessEqual(count(90), count(1) + 2)

    def test_records_go_into_the_path_of_a_branch(self):
        inside = [self.write_step("function", key="inside")]
        branch = self.branch(("Oslo", "[('city', '=', 'Oslo')]", inside))
        workflow = self.workflow(self.goto("inside"), branch, self.write_step("ref"))
        [contact] = self.walked(workflow)
        self.assertEqual((contact.function, contact.ref), ("been here", "been here"))

    def test_a_step_behind_an_end_is_reached_by_going_there(self):
        workflow = self.workflow(self.goto("last"), self.end(), self.write_step(key="last"))
        [contact] = self.walked(workflow)
        self.assertEqual(contact.ref, "been here")

    def test_an_effect_that_comes_round_by_itself_is_still_cut(self):
        trigger = {"kind": "event", "event": "changed", "field_name": "ref", "reenroll": True}
        workflow = self.workflow(
            self.code_step(LENGTHEN, key="lengthen"),
            self.goto("lengthen", 2),
            triggers=[trigger],
        )
        contact = self.contacts(1)
        contact.ref = "x"
        for _round in range(5):
            self.tick()
        self.assertEqual(
            self.enrollments(workflow).mapped("state"), ["completed", "parked"], contact.ref
        )
        self.assertEqual(contact.ref, "xxxx")

    def test_a_record_that_is_deleted_on_its_way_leaves(self):
        workflow = self.workflow(self.delay(1, "hours", key="a"), self.goto("a", 5))
        contacts = self.walked(workflow, 2)
        contacts[0].unlink()
        self.travel(hours=2)
        self.tick()
        self.assertEqual(self.enrollments(workflow).mapped("state"), ["exited", "active"])

    def test_going_nowhere_to_what_is_gone_or_to_itself_is_refused(self):
        self.assertRefused("Choose the step", self.goto(False), self.end())
        self.assertRefused("is gone", self.goto("no_such"), self.end())
        self.assertRefused("goes to itself", self.goto("me", 2, key="me"), self.end())

    def test_going_back_without_a_number_is_refused(self):
        self.assertRefused("for ever", self.delay(1, "days", key="a"), self.goto("a"))
        self.assertRefused("1000 times", self.delay(1, "days", key="a"), self.goto("a", 1001))

    def test_should_it_go_back_without_a_number_all_the_same_nobody_goes_round(self):
        workflow = self.rounds(1)
        step = workflow.live_version_id.action_ids.filtered("goto_key")
        self.env.cr.execute("UPDATE crm_workflow_action SET goto_limit = 0 WHERE id = %s", step.ids)
        self.env.invalidate_all()
        [contact] = self.walked(workflow)
        self.assertEqual((contact.ref, self.enrollments(workflow).state), ("x", "parked"))

    def test_it_is_told_in_a_line(self):
        workflow = self.workflow(
            self.delay(2, "days", key="a"),
            self.goto("c", key="b"),
            self.goto("a", 3, key="c"),
            self.goto("x"),
            publish=False,
        )
        lines = workflow.draft_version_id.action_ids.sorted("sequence").mapped("summary")
        self.assertEqual(
            lines[1:],
            ["Go to “Go to”", "Go to “Wait 2 days”, at most 3 times", "Go to another step"],
        )

    def test_the_other_steps_are_offered(self):
        workflow = self.workflow(
            self.delay(2, "days", key="a"), self.goto("a", 1, key="b"), publish=False
        )
        version = workflow.draft_version_id
        step = version.action_ids.filtered("goto_key")
        choice = {"key": "a", "name": "Wait 2 days", "depth": 0}
        self.assertEqual(step.goto_choices, [choice])
        new = self.env["crm.workflow.action"].new({"version_id": version.id, "kind": "goto"})
        self.assertEqual([one["key"] for one in new.goto_choices], ["a", "b"])

    def test_it_travels_in_the_document_and_to_the_next_draft(self):
        workflow = self.rounds(4)
        text = workflow.export_xml()
        copy = self.env["crm.workflow"].import_xml(text)
        self.assertEqual(copy.export_xml(), text)
        copy.action_publish()
        workflow.action_edit()
        step = workflow.draft_version_id.action_ids.filtered("goto_key")
        self.assertEqual((step._goto_step().key, step.goto_limit), ("lengthen", 4))
