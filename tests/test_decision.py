from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestDecision(WorkflowCase):
    """A step asks a person about each record, and the answer is its path."""

    def setUp(self):
        super().setUp()
        self.ann = self.user("ann", "base.group_user", name="Ann")
        self.bob = self.user("bob", "base.group_user", name="Bob")
        self.team = self.env["crm.team"].create(
            {"name": "North", "member_ids": [Command.set((self.ann | self.bob).ids)]}
        )

    # Verbs

    def asking(self, *answers, nobody="nobody", **vals):
        """A step that asks Ann; each answer writes itself into the record."""
        lanes = [
            ({"name": name, "sequence": place}, [self.write_step("ref", name)])
            for place, name in enumerate(answers or ("Approve", "Reject"), 1)
        ]
        default = {"is_default": True}
        return {
            "kind": "decision",
            "decision_ask": "user",
            "decision_user_id": self.ann.id,
            "decision_summary": "A discount for {{ object.name }}?",
            "lanes": [*lanes, (default, [self.write_step("ref", nobody)])],
            **vals,
        }

    def asked(self, count=1, **vals):
        """(workflow, contacts) of a workflow that has asked about its contacts."""
        workflow = self.workflow(self.asking(**vals), self.write_step("function", "after"))
        contacts = self.contacts(count)
        workflow.enroll(contacts)
        self.tick()
        return workflow, contacts

    def activities(self, records, user=None):
        """The open activities of the records."""
        domain = [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        if user:
            domain.append(("user_id", "=", user.id))
        return self.env["mail.activity"].search(domain, order="id")

    def answer(self, activity, name, remark="", user=None):
        """Answer by the button of that name."""
        activity = activity.with_user(user or activity.user_id)
        choices = activity.crm_workflow_answers["choices"]
        [key] = [choice["key"] for choice in choices if choice["name"] == name]
        activity.action_crm_workflow_answer(key, remark)

    def decisions(self, workflow):
        return self.env["crm.workflow.decision"].search([("workflow_id", "=", workflow.id)])

    def problem(self, **vals):
        """The only problem of a step."""
        workflow = self.workflow(self.asking(**vals), publish=False)
        self.assertEqual(len(workflow.problems), 1, workflow.problems)
        return workflow.problems[0]["text"]

    # Asking

    def test_a_person_is_asked_and_the_record_waits(self):
        workflow, contact = self.asked(decision_note="See {{ object.name }}", decision_days=3)
        activity = self.activities(contact)
        self.assertEqual(activity.user_id, self.ann)
        self.assertEqual(activity.summary, "A discount for Contact 0?")
        self.assertIn("See Contact 0", activity.note)
        self.assertEqual(
            activity.activity_type_id, self.env.ref("crm_workflow.activity_type_decision")
        )
        enrollment = self.enrollments(workflow)
        self.assertTrue(enrollment.waiting)
        self.assertFalse(enrollment.due_at)
        self.assertEqual(enrollment.question, "A discount for Contact 0?")

    def test_the_answer_is_the_path_and_all_go_on_behind_it(self):
        workflow, contacts = self.asked(3)
        yes, no, _open = self.activities(contacts)
        self.answer(yes, "Approve", "He is loyal")
        self.answer(no, "Reject")
        self.tick()
        self.assertEqual(contacts.mapped("ref"), ["Approve", "Reject", False])
        self.assertEqual(contacts.mapped("function"), ["after", "after", False])
        self.assertFalse(self.activities(contacts[:2]))
        self.assertTrue(self.activities(contacts[2]))
        self.assertEqual(
            self.enrollments(workflow).mapped("state"), ["completed", "completed", "active"]
        )

    def test_the_record_tells_who_answered_what(self):
        _workflow, contact = self.asked()
        activity = self.activities(contact)
        self.answer(activity, "Approve", "He is loyal")
        message = contact.message_ids[0]
        self.assertIn("Approve, by Ann", message.body)
        self.assertIn("He is loyal", message.body)
        self.assertEqual(message.author_id, self.ann.partner_id)
        self.assertFalse(activity.active)

    def test_later_steps_know_the_answer(self):
        said = '{{ steps["ask"].answer }} {{ steps["ask"].by.name }}: {{ steps["ask"].remark }}'
        formula = (
            'concat(steps["ask"].answer, " ", steps["ask"].by.name, ": ", steps["ask"].remark)'
        )
        workflow = self.workflow(
            self.asking(key="ask"),
            {"kind": "compute", "key": "said", "compute_formula": formula},
            self.asking(decision_summary=said),
        )
        contact = self.contacts(1)
        workflow.enroll(contact)
        self.tick()
        self.answer(self.activities(contact), "Approve", "Loyal")
        self.tick()
        self.assertEqual(self.activities(contact).summary, "Approve Ann: Loyal")
        outputs = self.enrollments(workflow).outputs
        self.assertEqual(outputs["said"]["value"], "Approve Ann: Loyal")
        self.assertEqual(outputs["ask"]["by"], {"$records": ["res.users", [self.ann.id]]})
        self.assertIn("$datetime", outputs["ask"]["at"])

    def test_the_user_of_a_field_is_asked_or_else_another(self):
        workflow = self.workflow(
            self.asking(decision_ask="field", decision_user_path="user_id", nobody="none")
        )
        own, without = self.contacts(2)
        own.user_id = self.bob
        workflow.enroll(own | without)
        self.tick()
        self.assertEqual(self.activities(own).user_id, self.bob)
        self.assertEqual(self.activities(without).user_id, self.ann)

    def test_of_a_team_the_first_answer_counts(self):
        for ask in (
            {"decision_ask": "team", "decision_team_id": self.team.id},
            {"decision_ask": "group", "decision_group_id": self.group().id},
        ):
            with self.subTest(**ask):
                _workflow, contact = self.asked(**ask)
                self.assertEqual(self.activities(contact).user_id, self.ann | self.bob)
                self.answer(self.activities(contact, self.bob), "Reject")
                self.assertFalse(self.activities(contact))
                self.tick()
                self.assertEqual(contact.ref, "Reject")

    def group(self):
        return self.env["res.groups"].create(
            {"name": "Deciders", "user_ids": [Command.set((self.ann | self.bob).ids)]}
        )

    def test_a_second_answer_is_refused_with_the_first(self):
        workflow, contact = self.asked(decision_ask="team", decision_team_id=self.team.id)
        decision = self.decisions(workflow)
        key = decision.sudo()._choices()[0]["key"]
        self.answer(self.activities(contact, self.bob), "Reject")
        with self.assertRaisesRegex(UserError, "Bob has decided already: Reject"):
            decision.with_user(self.admin).action_answer(key)

    def test_who_has_nobody_to_ask_is_parked_and_no_other(self):
        workflow = self.workflow(
            self.asking(decision_ask="field", decision_user_path="user_id", nobody="none")
        )
        own, without = self.contacts(2)
        own.user_id = self.bob
        workflow.enroll(own | without)
        self.ann.active = False
        self.tick()
        self.assertTrue(self.activities(own))
        parked = self.enrollments(workflow, without)
        self.assertEqual(parked.state, "parked")
        self.assertIn("nobody to ask", parked.reason)

    def test_the_path_of_failures_is_no_answer(self):
        _workflow, contact = self.asked(failure_then="path")
        choices = self.activities(contact).with_user(self.ann).crm_workflow_answers["choices"]
        self.assertEqual([choice["name"] for choice in choices], ["Approve", "Reject"])

    def test_a_step_that_is_off_asks_nobody(self):
        workflow, contact = self.asked(status="off")
        self.assertFalse(self.activities(contact))
        self.assertEqual(self.enrollments(workflow).state, "completed")

    def test_who_waits_on_a_step_that_is_switched_off_is_not_asked_any_more(self):
        workflow, contact = self.asked()
        workflow.action_edit()
        workflow.draft_version_id.action_ids.filtered("path_ids").status = "off"
        workflow.action_publish()
        self.tick_run()
        self.tick()
        self.assertFalse(self.activities(contact))
        self.assertEqual((contact.ref, contact.function), (False, "after"))

    def test_in_a_loop_one_is_asked_about_each_in_turn(self):
        ask = {**self.asking(), "lanes": []}
        each = [({"is_default": True}, [ask])]
        workflow = self.workflow(
            {
                "kind": "loop",
                "loop_path": "opportunity_ids",
                "loop_descending": False,
                "lanes": each,
            },
            self.write_step("function", "after"),
        )
        contact = self.contacts(1)
        deals = self.env["crm.lead"].create(
            [
                {"name": name, "type": "opportunity", "partner_id": contact.id}
                for name in ("First", "Second")
            ]
        )
        workflow.enroll(contact)
        self.tick()
        for deal in deals:
            self.assertEqual(self.activities(deals).res_id, deal.id)
            self.assertEqual(self.decisions(workflow)[0].record_name, deal.name)
            self.answer(self.activities(deal), "Approve")
            self.tick()
        self.assertEqual(contact.function, "after")

    # Nobody answers

    def test_when_time_is_up_nobody_has_answered(self):
        workflow, contact = self.asked(decision_wait_amount=2, decision_wait_unit="days")
        self.travel(days=1)
        self.tick()
        self.assertFalse(contact.ref)
        self.travel(days=2)
        self.tick()
        self.assertEqual(contact.ref, "nobody")
        self.assertFalse(self.activities(contact))
        self.assertEqual(self.decisions(workflow).state, "closed")

    def test_a_wait_that_is_skipped_is_not_answered(self):
        workflow, contact = self.asked()
        self.enrollments(workflow).action_skip_wait()
        self.tick()
        self.assertEqual(contact.ref, "nobody")
        self.assertFalse(self.activities(contact))

    def test_the_last_activity_that_is_deleted_ends_the_wait(self):
        _workflow, contact = self.asked(decision_ask="team", decision_team_id=self.team.id)
        first, last = self.activities(contact)
        first.unlink()
        self.tick()
        self.assertFalse(contact.ref)
        last.unlink()
        self.tick()
        self.assertEqual(contact.ref, "nobody")

    def test_it_is_not_done_without_an_answer(self):
        _workflow, contact = self.asked()
        activity = self.activities(contact).with_user(self.ann)
        for way in ("action_done", "action_feedback", "action_archive"):
            with self.assertRaisesRegex(UserError, "one of the buttons: Approve, Reject"):
                getattr(activity, way)()
        self.assertTrue(activity.active)

    def test_who_leaves_takes_the_question_along(self):
        workflow, contacts = self.asked(2)
        activity = self.activities(contacts[0])
        self.enrollments(workflow, contacts[0]).action_leave()
        key = activity.sudo().crm_workflow_decision_id._paths()[:1].key
        with self.assertRaisesRegex(UserError, "not asked any more"):
            activity.with_user(self.ann).action_crm_workflow_answer(key)
        self.tick()
        self.assertFalse(self.activities(contacts[0]))
        self.assertTrue(self.activities(contacts[1]))

    def test_a_record_that_is_deleted_leaves(self):
        workflow, contacts = self.asked(2)
        contacts[0].unlink()
        self.tick()
        gone, left = self.enrollments(workflow)
        self.assertEqual((gone.state, gone.reason), ("exited", "record_deleted"))
        self.assertEqual(left.state, "active")

    # Versions

    def test_who_is_asked_answers_by_what_is_published(self):
        workflow, contacts = self.asked(2)
        workflow.action_edit()
        step = workflow.draft_version_id.action_ids.filtered("path_ids")
        step.path_ids.filtered(lambda path: path.name == "Reject").unlink()
        step.path_ids.filtered(lambda path: path.name == "Approve").name = "Yes"
        self.env["crm.workflow.path"].create({"action_id": step.id, "name": "Later"})
        kept = self.activities(contacts[0])
        self.answer(self.activities(contacts[1]), "Reject")
        workflow.action_publish()
        self.assertEqual(
            [row["name"] for row in kept.with_user(self.ann).crm_workflow_answers["choices"]],
            ["Yes", "Later"],
        )
        self.answer(kept, "Yes")
        self.tick()
        self.assertEqual(contacts.mapped("ref"), ["Approve", "nobody"])

    def test_a_retired_version_is_walked_to_its_end(self):
        workflow, contact = self.asked()
        workflow.action_edit()
        workflow.draft_version_id.action_ids.filtered("path_ids").unlink()
        workflow.action_publish(in_flight="finish")
        self.answer(self.activities(contact), "Reject")
        self.tick()
        self.assertEqual(contact.ref, "Reject")

    def test_a_record_that_starts_again_is_asked_again(self):
        workflow, contact = self.asked()
        workflow.action_edit()
        workflow.action_publish(in_flight="restart")
        self.tick_run()
        self.assertEqual(len(self.activities(contact)), 1)
        self.answer(self.activities(contact), "Approve")
        self.tick()
        self.assertEqual(contact.ref, "Approve")

    # Rights

    def test_only_who_is_asked_or_a_manager_decides(self):
        workflow, contacts = self.asked(2)
        first, second = self.activities(contacts)
        key = first.sudo().crm_workflow_decision_id._paths()[:1].key
        self.assertEqual(first.with_user(self.bob).crm_workflow_answers, {"choices": []})
        with self.assertRaises(AccessError):
            first.with_user(self.bob).action_crm_workflow_answer(key)
        viewer = self.user("viewer", "crm_workflow.group_user")
        decision = first.sudo().crm_workflow_decision_id
        with self.assertRaises(AccessError):
            decision.with_user(viewer).action_answer(key)
        manager = self.user("manager", "crm_workflow.group_manager")
        self.answer(first, "Approve", user=manager)
        self.enrollments(workflow, contacts[1]).with_user(manager).action_answer(key)
        self.tick()
        self.assertEqual(contacts.mapped("ref"), ["Approve", "Approve"])
        self.assertEqual(set(self.decisions(workflow).mapped("user_id")), {manager})
        self.assertFalse(second.active)

    def test_it_is_handed_on_by_who_is_asked_or_by_a_manager(self):
        boss = self.user("boss", "crm_workflow.group_manager", "base.group_partner_manager")
        asker = self.user("asker", "base.group_user", "base.group_partner_manager")
        # Odoo lets the person follow the record, for which it has to be theirs to write.
        self.ann.group_ids |= self.env.ref("base.group_partner_manager")
        _workflow, contacts = self.asked()
        [activity] = self.activities(contacts)
        with self.assertRaisesRegex(AccessError, "hand it on"):
            activity.with_user(asker).write({"user_id": asker.id})
        activity.with_user(asker).write({"user_id": self.ann.id, "note": "Please"})
        activity.with_user(self.ann).write({"user_id": self.bob.id})
        self.assertEqual(activity.user_id, self.bob)
        activity.with_user(boss).write({"user_id": self.ann.id})
        self.assertEqual(activity.user_id, self.ann)

    def test_who_is_asked_needs_no_right_on_the_record(self):
        workflow = self.workflow(self.asking(), object_type=self.deal_type, publish=False)
        for step in workflow.draft_version_id.action_ids.filtered("path_id"):
            step.unlink()
        workflow.action_publish()
        deal = self.env["crm.lead"].create({"name": "Deal", "type": "opportunity"})
        workflow.enroll(deal)
        self.tick()
        with self.assertRaises(AccessError):
            deal.with_user(self.ann).check_access("read")
        self.answer(self.activities(deal), "Approve")
        self.tick()
        self.assertEqual(self.enrollments(workflow).state, "completed")

    def test_decisions_are_seen_by_workflow_users_of_the_company(self):
        workflow, _contact = self.asked()
        decision = self.decisions(workflow)
        viewer = self.user("viewer", "crm_workflow.group_user")
        self.assertEqual(decision.with_user(viewer).asked_ids, self.ann)
        with self.assertRaises(AccessError):
            decision.with_user(self.ann).read(["question"])
        workflow.company_id = self.env["res.company"].create({"name": "Other"})
        self.env.flush_all()
        self.assertFalse(decision.with_user(viewer).search([("id", "=", decision.id)]))

    def test_a_record_that_may_not_be_written_on_is_alone_in_that(self):
        runner = self.user("runner", "crm_workflow.group_manager", "base.group_partner_manager")
        workflow = self.workflow(self.asking())
        workflow.run_as_id = runner
        good, bad = self.contacts(2)
        self.env["ir.rule"].create(
            {
                "name": "Not this one",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": [("id", "!=", bad.id)],
                "perm_read": False,
            }
        )
        workflow.enroll(good | bad)
        self.tick()
        self.assertTrue(self.activities(good))
        self.assertFalse(self.activities(bad))
        self.assertEqual(self.enrollments(workflow, bad).state, "parked")

    # Many

    def test_many_records_take_as_many_queries_as_one(self):
        workflow = self.workflow(self.asking(decision_note="{{ object.name }}"))
        self.round(workflow, 1)
        self.assertEqual(self.round(workflow, 1), self.round(workflow, 100))

    def round(self, workflow, count):
        """The queries that it takes to ask, to hear the answers, and to hear none."""
        contacts, others = self.contacts(count), self.contacts(count)
        workflow.enroll(contacts)
        asking = self.queries(self.tick_run)
        self.assertEqual(len(self.activities(contacts)), count)
        for activity in self.activities(contacts):
            self.answer(activity, "Approve")
        hearing = self.queries(self.tick_run)
        self.assertEqual(set(contacts.mapped("ref")), {"Approve"})
        workflow.enroll(others)
        self.tick_run()
        self.enrollments(workflow, others).action_skip_wait()
        giving_up = self.queries(self.tick_run)
        self.assertEqual(set(others.mapped("ref")), {"nobody"})
        self.assertFalse(self.activities(others))
        return asking, hearing, giving_up

    def queries(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        return self.env.cr.sql_log_count - before

    def test_nobody_gets_an_e_mail_for_each_record(self):
        _workflow, contacts = self.asked(3)
        mails = self.env["mail.mail"].search([("recipient_ids", "in", self.ann.partner_id.ids)])
        self.assertFalse(mails)
        self.assertEqual(len(self.activities(contacts)), 3)

    # Designing

    def test_a_new_step_begins_with_two_answers_and_a_way_without(self):
        workflow = self.workflow(publish=False)
        step = self.env["crm.workflow.action"].create(
            {"version_id": workflow.draft_version_id.id, "kind": "decision"}
        )
        names = ["Approve", "Reject", "Nobody answered"]
        self.assertEqual(step.path_ids.mapped("name"), names)
        self.assertEqual(step.path_ids.mapped("is_default"), [False, False, True])
        shown = self.env["crm.workflow.action"].with_context(default_kind="decision")
        commands = shown.default_get(["kind", "path_ids"])["path_ids"]
        self.assertEqual([vals["name"] for _create, _id, vals in commands], names)

    def test_what_cannot_work_is_told_before_publishing(self):
        self.bob.active = False
        empty = self.env["crm.team"].create({"name": "Empty"})
        for vals, text in (
            ({"decision_user_id": False}, "choose a user"),
            ({"decision_user_id": self.bob.id}, "Bob, who is to be asked, is archived"),
            ({"decision_ask": "field", "decision_user_path": "country_id"}, "names a user"),
            ({"decision_ask": "field", "decision_user_path": "nothing.at.all"}, "names a user"),
            ({"decision_ask": "team"}, "choose a team"),
            ({"decision_ask": "team", "decision_team_id": empty.id}, "add members"),
            ({"decision_ask": "group"}, "choose a group"),
            ({"decision_summary": False}, "write a question"),
            ({"decision_summary": "{{ object.nothing }}"}, "nothing"),
            ({"decision_note": "{{ upper( }}"}, "upper"),
            ({"decision_days": -1}, "days until it is due"),
            ({"decision_wait_amount": -1}, "amount of at least 1"),
        ):
            with self.subTest(text):
                self.assertIn(text, self.problem(**vals))

    def test_answers_that_cannot_work_are_told_before_publishing(self):
        for answers, text in (
            (["Approve"], "2 to 10 answers"),
            ([str(number) for number in range(11)], "2 to 10 answers"),
            (["Yes", "yes "], "same name"),
            (["Yes", ""], "no name"),
        ):
            with self.subTest(text):
                workflow = self.workflow(self.asking(*answers), publish=False)
                self.assertEqual(len(workflow.problems), 1, workflow.problems)
                self.assertIn(text, workflow.problems[0]["text"])

    def test_it_travels_in_the_document(self):
        workflow = self.workflow(
            self.asking(
                "Now",
                "Later",
                "Never",
                decision_ask="team",
                decision_team_id=self.team.id,
                decision_wait_amount=3,
                decision_note="{{ object.name }}",
            ),
            publish=False,
        )
        text = workflow.export_xml()
        copy = self.env["crm.workflow"].import_xml(text)
        step = copy.draft_version_id.action_ids.filtered("path_ids")
        self.assertEqual(step.path_ids.mapped("name"), ["Now", "Later", "Never", "Nobody answered"])
        self.assertEqual((step.decision_team_id, step.decision_wait_amount), (self.team, 3))
        self.assertEqual(step.summary, "Ask North: Now, Later, Never")
        self.assertEqual(copy.export_xml(), text)
        twin = workflow.copy()
        self.assertEqual(len(twin.draft_version_id.action_ids.path_ids), 4)

    def test_the_summary_says_whom_it_asks(self):
        for vals, who in (
            ({}, "Ann"),
            ({"decision_ask": "field", "decision_user_path": "user_id"}, "Salesperson"),
            ({"decision_ask": "team"}, "nobody yet"),
        ):
            workflow = self.workflow(self.asking(**vals), publish=False)
            step = workflow.draft_version_id.action_ids.filtered("path_ids")
            self.assertEqual(step.summary, f"Ask {who}: Approve, Reject")
