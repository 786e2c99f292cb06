from odoo import sql_db
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import WorkflowCase

OSLO = "[('city', '=', 'Oslo')]"


@tagged("post_install", "-at_install")
class TestStepStatus(WorkflowCase):
    """A step is live, off or done by hand, and it may be for some records only."""

    def messages(self, enrollment):
        rows = enrollment.log_ids.sorted("visit")
        return [row.message for row in rows if row.message]

    def held(self, workflow, count=3, **vals):
        """Contacts that stand before the step of a workflow."""
        contacts = self.contacts(count, **vals)
        workflow.enroll(contacts)
        self.tick()
        return contacts

    # A condition

    def test_records_that_do_not_match_pass_the_step(self):
        workflow = self.workflow(self.write_step(domain=OSLO), self.write_step("function", "on"))
        contacts = self.contacts(2) | self.contacts(1, city="Oslo")
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual(contacts.mapped("ref"), [False, False, "been here"])
        self.assertEqual(set(contacts.mapped("function")), {"on"})
        [text] = self.messages(self.enrollments(workflow, contacts[0]))
        self.assertRegex(text, "^Skipped: not “City .*Oslo.*”$")

    def test_a_condition_takes_no_more_queries_for_many(self):
        def count(number):
            workflow = self.workflow(
                self.delay(1, "days", domain=OSLO), self.delay(1, "days", status="manual")
            )
            self.tick()
            workflow.enroll(self.contacts(number))
            self.env.cr.flush()
            before = sql_db.sql_counter
            self.tick_run()
            queries = sql_db.sql_counter - before
            self.assertEqual(set(self.enrollments(workflow).mapped("is_held")), {True})
            return queries

        count(1)
        self.assertLessEqual(count(90), count(1) + 2)

    def test_the_paths_of_a_branch_that_is_passed_are_passed_with_it(self):
        branch = self.branch(("All", "[('id', '!=', 0)]", [self.write_step()]), domain=OSLO)
        workflow = self.workflow(branch, self.write_step("function", "on"))
        [contact] = self.held(workflow, 1)
        self.assertEqual((contact.ref, contact.function), (False, "on"))

    def test_an_end_for_some_lets_the_others_go_on(self):
        workflow = self.workflow(self.end(domain=OSLO), self.write_step())
        contacts = self.contacts(1) | self.contacts(1, city="Oslo")
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual(contacts.mapped("ref"), ["been here", False])

    def test_a_condition_that_cannot_be_read_is_refused(self):
        workflow = self.workflow(self.write_step(domain="[('no_such', '=', 1)]"), publish=False)
        with self.assertRaisesRegex(ValidationError, "“Only if”: .*no_such"):
            workflow.action_publish()

    # Off

    def test_everybody_passes_a_step_that_is_off_and_the_ledger_says_so(self):
        workflow = self.workflow(self.write_step(status="off"), self.write_step("function", "on"))
        contacts = self.held(workflow)
        self.assertEqual(set(contacts.mapped("ref")), {False})
        self.assertEqual(set(contacts.mapped("function")), {"on"})
        enrollment = self.enrollments(workflow, contacts[0])
        self.assertEqual(self.messages(enrollment), ["Skipped: the step is off."])

    def test_a_step_that_is_off_need_not_be_complete(self):
        workflow = self.workflow({"kind": "server", "status": "off"}, self.write_step())
        [contact] = self.held(workflow, 1)
        self.assertEqual(contact.ref, "been here")

    def test_who_waits_on_a_step_goes_on_when_it_is_switched_off(self):
        workflow = self.workflow(self.delay(9, "days"), self.write_step())
        [contact] = self.held(workflow, 1)
        self.publish_status(workflow, "off")
        self.tick()
        self.assertEqual(contact.ref, "been here")

    # By hand

    def by_hand(self, *more):
        return self.workflow(self.write_step(status="manual"), *more)

    def publish_status(self, workflow, status):
        """A new version, with another status of the first step."""
        workflow.action_edit()
        workflow.draft_version_id.action_ids.sorted("sequence")[0].status = status
        workflow.action_publish()

    def test_records_collect_before_the_step_until_somebody_releases_them(self):
        workflow = self.by_hand()
        contacts = self.held(workflow)
        enrollments = self.enrollments(workflow)
        self.assertEqual(set(enrollments.mapped("is_held")), {True})
        self.assertFalse(any(contacts.mapped("ref")))
        self.assertIn("until somebody releases", enrollments[0].standing)
        self.travel(days=30)
        self.tick()
        self.assertEqual(set(enrollments.mapped("is_held")), {True}, "time changes nothing")
        enrollments[:2].action_release()
        self.tick()
        self.assertEqual(contacts.mapped("ref"), ["been here", "been here", False])
        self.assertEqual(enrollments.mapped("state"), ["completed", "completed", "active"])
        self.assertEqual(
            [outcome for _step, outcome in self.ledger(enrollments[0])],
            ["entered", "released", "done", "completed"],
        )

    def test_who_is_dropped_leaves_and_the_step_is_not_run(self):
        workflow = self.by_hand()
        contacts = self.held(workflow)
        enrollments = self.enrollments(workflow)
        enrollments[:2].action_drop()
        self.tick()
        self.assertEqual(enrollments.mapped("state"), ["exited", "exited", "active"])
        self.assertEqual(enrollments[0].reason, "dropped")
        self.assertIn("Dropped", enrollments[0].reason_text)
        self.assertFalse(any(contacts.mapped("ref")))

    def test_a_release_is_for_one_visit(self):
        workflow = self.workflow(
            self.delay(1, "minutes", key="again"),
            self.write_step(status="manual"),
            {"kind": "goto", "goto_key": "again", "goto_limit": 1},
        )
        self.held(workflow, 1)
        enrollment = self.enrollments(workflow)
        for visit in range(2):
            self.travel(minutes=2)
            self.tick()
            self.assertTrue(enrollment.is_held, f"visit {visit}")
            enrollment.action_release()
            self.tick()
            self.assertFalse(enrollment.is_held)
        self.assertEqual(enrollment.state, "completed")

    def test_who_is_released_and_fails_needs_no_second_release(self):
        code = "if record.name != 'Cured':\n    raise UserError('odd')\nrecord.write({'ref': 'x'})"
        workflow = self.workflow(self.code_step(code, status="manual"))
        [contact] = self.held(workflow, 1)
        enrollment = self.enrollments(workflow)
        enrollment.action_release()
        self.tick()
        self.assertEqual(enrollment.state, "parked")
        contact.name = "Cured"
        enrollment.action_retry()
        self.tick()
        self.assertEqual((enrollment.state, contact.ref), ("completed", "x"))

    def test_other_buttons_leave_the_held_ones_where_they_are(self):
        workflow = self.by_hand()
        self.held(workflow, 1)
        enrollment = self.enrollments(workflow)
        enrollment.action_skip_wait()
        enrollment.action_retry()
        self.assertTrue(enrollment.is_held)

    def test_the_buttons_touch_only_who_is_held(self):
        workflow = self.workflow(self.delay(1, "days"), self.write_step())
        self.held(workflow, 1)
        enrollment = self.enrollments(workflow)
        due = enrollment.due_at
        enrollment.action_release()
        enrollment.action_drop()
        self.assertEqual((enrollment.state, enrollment.due_at), ("active", due))

    def test_only_workflow_users_release_and_drop(self):
        workflow = self.by_hand()
        self.held(workflow, 1)
        enrollment = self.enrollments(workflow)
        stranger = self.user("stranger", "base.group_user")
        for button in ("action_release", "action_drop"):
            with self.assertRaises(UserError):
                getattr(enrollment.with_user(stranger), button)()
        user = self.user("helper", "crm_workflow.group_user")
        enrollment.with_user(user).action_release()
        self.assertFalse(enrollment.is_held)

    def test_only_who_matches_is_held(self):
        workflow = self.workflow(self.write_step(status="manual", domain=OSLO))
        contacts = self.contacts(1) | self.contacts(1, city="Oslo")
        workflow.enroll(contacts)
        self.tick()
        enrollments = self.enrollments(workflow)
        self.assertEqual(enrollments.mapped("is_held"), [False, True])
        self.assertEqual(enrollments[0].state, "completed")
        contacts[1].city = "Bergen"
        enrollments[1].action_release()
        self.tick()
        self.assertEqual((enrollments[1].state, contacts[1].ref), ("completed", False))

    def test_a_new_version_in_which_the_step_is_live_lets_them_go(self):
        workflow = self.by_hand()
        contacts = self.held(workflow)
        self.publish_status(workflow, "live")
        self.tick()
        self.assertEqual(set(contacts.mapped("ref")), {"been here"})

    def test_a_new_version_in_which_it_is_by_hand_still_holds_them(self):
        workflow = self.by_hand()
        self.held(workflow)
        self.publish_status(workflow, "manual")
        self.tick()
        self.assertEqual(set(self.enrollments(workflow).mapped("is_held")), {True})

    def test_a_way_out_takes_those_who_are_held(self):
        workflow = self.workflow(self.write_step(status="manual"), exits=[OSLO])
        [contact] = self.held(workflow, 1)
        contact.city = "Oslo"
        self.tick()
        self.assertEqual(self.enrollments(workflow).state, "exited")

    def test_a_record_that_is_deleted_while_it_is_held_leaves(self):
        workflow = self.by_hand()
        self.held(workflow, 1).unlink()
        self.tick()
        self.assertEqual(self.enrollments(workflow).reason, "record_deleted")

    def test_the_held_ones_are_found(self):
        workflow = self.by_hand()
        self.held(workflow)
        mine = [("workflow_id", "=", workflow.id)]
        Enrollment = self.env["crm.workflow.enrollment"]
        self.assertEqual(Enrollment.search_count([*mine, ("is_held", "=", True)]), 3)
        self.assertEqual(Enrollment.search_count([*mine, ("is_held", "=", False)]), 0)

    # Where it is told

    def test_it_travels_in_the_document_and_to_the_next_draft(self):
        tag = self.env["res.partner.category"].create({"name": "Warm"})
        domain = f"[('category_id', 'in', [{tag.id}])]"
        workflow = self.workflow(self.write_step(status="manual", domain=domain))
        text = workflow.export_xml()
        self.assertIn("ref('res.partner.category', 'Warm')", text.replace("&#39;", "'"))
        copy = self.env["crm.workflow"].import_xml(text)
        self.assertEqual(copy.export_xml(), text)
        workflow.action_edit()
        for version in (copy.draft_version_id, workflow.draft_version_id):
            step = version.action_ids
            self.assertEqual((step.status, step.domain), ("manual", domain))

    def test_the_card_says_it(self):
        workflow = self.workflow(
            self.delay(1, "days", status="off"), self.write_step(domain=OSLO), publish=False
        )
        off, some = workflow.draft_version_id.action_ids.sorted("sequence")
        self.assertEqual(off.badges, [{"name": "off", "text": "Off"}])
        self.assertEqual(some.badges[0]["name"], "condition")
        self.assertIn("Oslo", some.badges[0]["text"])
