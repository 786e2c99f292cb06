import json
from datetime import datetime, timedelta, timezone

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, tagged

from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestStartByHand(WorkflowCase):
    """People choose the step at which a record begins, and the moment."""

    def flow(self, **vals):
        """Wait, branch into a write, write."""
        return self.workflow(
            self.delay(1, "days", key="wait"),
            self.branch(
                ("Oslo", "[('city', '=', 'Oslo')]", [self.write_step("ref", "in", key="in")]),
                key="split",
            ),
            self.write_step("function", "behind", key="behind"),
            **vals,
        )

    def test_a_record_begins_at_the_step_named(self):
        contact = self.contacts(1)
        enrollment = self.flow().enroll(contact, start_key="behind")
        self.assertEqual(enrollment.action_id.key, "behind")
        self.tick()
        self.assertEqual((contact.function, contact.ref), ("behind", False))
        self.assertEqual(enrollment.state, "completed")

    def test_a_step_on_a_path_goes_on_behind_the_branch(self):
        contact = self.contacts(1)
        enrollment = self.flow().enroll(contact, start_key="in")
        self.tick()
        self.assertEqual((contact.ref, contact.function), ("in", "behind"))
        self.assertEqual(enrollment.state, "completed")

    def test_an_unknown_step_is_refused_with_the_keys_there_are(self):
        with self.assertRaisesRegex(UserError, r"“other”.* wait, split, in, behind\."):
            self.flow().enroll(self.contacts(1), start_key="other")

    def test_a_step_that_only_the_draft_has_is_unknown(self):
        flow = self.flow()
        flow.action_edit()
        self.fill(flow, self.end(key="new"))
        with self.assertRaises(UserError):
            flow.enroll(self.contacts(1), start_key="new")

    def test_a_record_stands_before_its_step_until_the_start(self):
        contact = self.contacts(1)
        start = fields.Datetime.now() + timedelta(days=3)
        enrollment = self.flow().enroll(contact, start_at=start, start_key="behind")
        self.assertEqual((enrollment.due_at, enrollment.waiting), (start, False))
        self.tick()
        self.travel(days=2, hours=23)
        self.tick()
        self.assertFalse(contact.function)
        self.travel(hours=2)
        self.tick()
        self.assertEqual(contact.function, "behind")

    def test_a_wait_counts_from_the_start(self):
        start = fields.Datetime.now() + timedelta(days=3)
        enrollment = self.flow().enroll(self.contacts(1), start_at=start)
        self.travel(days=3, minutes=1)
        self.tick()
        self.assertTrue(enrollment.waiting)
        self.assertGreaterEqual(enrollment.due_at, start + timedelta(days=1))

    def test_the_start_may_be_iso_text_of_any_zone(self):
        flow = self.flow()
        year = fields.Datetime.now().year + 1
        for value in (
            f"{year}-12-01 09:30:00",
            f"{year}-12-01T10:30:00+01:00",
            f"{year}-12-01T09:30:00Z",
            datetime(year, 12, 1, 4, 30, tzinfo=timezone(timedelta(hours=-5))),
        ):
            enrollment = flow.enroll(self.contacts(1), start_at=value)
            self.assertEqual(enrollment.due_at, datetime(year, 12, 1, 9, 30), value)

    def test_a_start_that_is_past_means_now(self):
        enrollment = self.flow().enroll(self.contacts(1), start_at="2020-01-01")
        self.assertEqual(enrollment.due_at, enrollment.enrolled_at)

    def test_what_names_no_moment_is_refused(self):
        for value in ("soon", "2026-13-01", 17):
            with self.assertRaisesRegex(UserError, "names no moment"):
                self.flow().enroll(self.contacts(1), start_at=value)

    def test_people_read_when_it_starts_and_who_asked_for_what(self):
        enrollment = self.flow(name="Scheduled").enroll(
            self.contacts(1), start_at="2099-12-01 09:30", start_key="behind"
        )
        self.assertIn("Starts on December 1, 2099", enrollment.standing)
        entered, upcoming = enrollment.timeline
        self.assertEqual(entered["title"], f"Enrolled by {self.env.user.name}")
        self.assertIn("Starts at the step", entered["message"])
        self.assertIn("Starts on December 1, 2099", entered["message"])
        self.assertIn("Starts on December 1, 2099", upcoming["message"])

    def test_the_ledger_names_the_start_in_the_time_zone_of_whoever_enrols(self):
        flow = self.flow().with_context(tz="Asia/Tokyo")
        enrollment = flow.enroll(self.contacts(1), start_at="2099-12-01 09:30")
        self.assertRegex(enrollment.log_ids.message, r"at 6:30\sPM \(Asia/Tokyo\)")

    def test_without_options_the_ledger_says_nothing_about_the_start(self):
        enrollment = self.flow().enroll(self.contacts(1))
        self.assertFalse(enrollment.log_ids.message)

    def test_a_scheduled_record_counts_as_inside_and_can_be_taken_out(self):
        flow, contact = self.flow(), self.contacts(1)
        enrollment = flow.enroll(contact, start_at="2099-12-01")
        self.assertInside(flow, contact)
        self.assertFalse(flow.enroll(contact))
        enrollment.action_leave()
        self.assertEqual(enrollment.state, "exited")

    def test_a_scheduled_record_can_be_started_now(self):
        contact = self.contacts(1)
        enrollment = self.flow().enroll(contact, start_at="2099-12-01", start_key="behind")
        enrollment.action_skip_wait()
        self.tick()
        self.assertEqual((contact.function, enrollment.state), ("behind", "completed"))

    def test_a_new_version_keeps_the_start(self):
        flow = self.flow()
        enrollment = flow.enroll(self.contacts(1), start_at="2099-12-01", start_key="behind")
        flow.action_edit()
        flow.action_publish()
        self.assertEqual(enrollment.version_id, flow.live_version_id)
        self.assertEqual(enrollment.due_at, datetime(2099, 12, 1))
        self.assertTrue(enrollment.is_scheduled)

    def test_a_new_version_that_lets_everyone_start_again_keeps_the_start(self):
        flow = self.flow()
        scheduled = flow.enroll(self.contacts(1), start_at="2099-12-01")
        begun = flow.enroll(self.contacts(1))
        self.tick()
        flow.action_edit()
        flow.action_publish(in_flight="restart")
        self.assertEqual(scheduled.due_at, datetime(2099, 12, 1))
        self.assertLess(begun.due_at, datetime(2099, 12, 1))

    def test_the_options_take_the_same_queries_for_ten_and_for_a_thousand(self):
        flow = self.flow()
        options = {"start_at": "2099-12-01", "start_key": "behind"}
        flow.enroll(self.contacts(1), **options)
        counts = []
        for contacts in (self.contacts(10), self.contacts(1000)):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            flow.enroll(contacts, **options)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)


@tagged("post_install", "-at_install")
class TestStartOverTheApi(HttpCase):
    """The external JSON API knows the options."""

    def call(self, **body):
        return self.url_open(
            "/json/2/crm.workflow/enroll",
            data=json.dumps(body),
            headers={"Authorization": f"bearer {self.key}", "Content-Type": "application/json"},
        )

    def setUp(self):
        super().setUp()
        user = self.env.ref("base.user_admin")
        self.key = self.env(user=user)["res.users.apikeys"]._generate(
            "rpc", "workflows", fields.Datetime.now() + timedelta(days=1)
        )
        self.flow = self.env["crm.workflow"].create(
            {"name": "Called", "object_id": self.env.ref("crm_workflow.object_contact").id}
        )
        self.env["crm.workflow.action"].create(
            [
                {"version_id": self.flow.draft_version_id.id, "kind": kind, "key": kind}
                for kind in ("delay", "end")
            ]
        )
        self.flow.action_publish()
        self.contact = self.env["res.partner"].create({"name": "Called"})

    def test_a_call_names_step_and_moment(self):
        answer = self.call(
            ids=self.flow.ids,
            records=self.contact.ids,
            start_key="end",
            start_at="2099-12-01T09:30:00Z",
        )
        enrollment = self.env["crm.workflow.enrollment"].browse(answer.json())
        self.assertEqual(enrollment.res_id, self.contact.id)
        self.assertEqual(enrollment.action_id.key, "end")
        self.assertEqual(enrollment.due_at, datetime(2099, 12, 1, 9, 30))

    def test_a_call_that_names_no_step_is_told_so(self):
        answer = self.call(ids=self.flow.ids, records=self.contact.ids, start_key="other")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("delay, end", answer.json()["message"])


@tagged("post_install", "-at_install")
class TestStartInTheDialog(WorkflowCase):
    """The dialog has the options ready, and keeps out of the way without them."""

    def flow(self, **vals):
        return self.workflow(
            self.branch(("Oslo", "[('city', '=', 'Oslo')]", [self.delay(1, "days", key="in")])),
            self.write_step("ref", "last", key="last", name="Last"),
            **vals,
        )

    def dialog(self, contacts):
        action = (
            self.env["crm.workflow.enroll"]
            .with_context(active_model="res.partner", active_ids=contacts.ids)
            .open_for_selection()
        )
        return self.env["crm.workflow.enroll"].browse(action["res_id"])

    def test_the_steps_are_offered_in_the_order_of_reading(self):
        self.flow()
        choices = self.dialog(self.contacts(1)).start_choices
        self.assertEqual(
            [(choice["name"], choice["depth"]) for choice in choices][1:],
            [("Oslo › Wait 1 day", 1), ("Last", 0)],
        )

    def test_records_start_as_chosen(self):
        self.flow()
        contacts = self.contacts(2)
        start = fields.Datetime.now().replace(microsecond=0) + timedelta(days=2)
        with Form(self.dialog(contacts)) as form:
            form.has_options = True
            form.start_key = "last"
            form.start_at = start
        action = form.record.action_enroll()
        enrollments = self.env["crm.workflow.enrollment"].search([("res_id", "in", contacts.ids)])
        self.assertEqual(enrollments.action_id.key, "last")
        self.assertEqual(set(enrollments.mapped("due_at")), {start})
        self.assertIn("2 records entered “Test”. They start on ", action["params"]["message"])

    def test_options_that_are_folded_away_again_do_not_count(self):
        flow = self.flow()
        with Form(self.dialog(self.contacts(1))) as form:
            form.has_options = True
            form.start_key = "last"
            form.has_options = False
        form.record.action_enroll()
        self.assertNotEqual(self.enrollments(flow).action_id.key, "last")

    def test_another_workflow_forgets_the_step(self):
        self.flow()
        other = self.workflow(self.end(), name="Other")
        with Form(self.dialog(self.contacts(1))) as form:
            form.workflow_id = self.env["crm.workflow"].search([("name", "=", "Test")], limit=1)
            form.has_options = True
            form.start_key = "last"
            form.workflow_id = other
            self.assertFalse(form.start_key)

    def test_a_workflow_user_is_offered_the_steps(self):
        self.flow()
        user = self.user("enroller", "crm_workflow.group_user", "sales_team.group_sale_salesman")
        wizard = self.dialog(self.contacts(1)).with_user(user)
        self.assertEqual(len(wizard.start_choices), 3)

    def test_records_are_picked_from_a_list_of_the_type(self):
        flow = self.flow()
        self.workflow(self.end(), name="Other")
        params = flow.action_pick_records()["params"]
        contact, company = self.contacts(1), self.contacts(1, is_company=True)
        found = self.env[params["resModel"]].search(params["domain"])
        self.assertIn(contact, found)
        self.assertNotIn(company, found)
        dialog = self.env["crm.workflow.enroll"].with_context(
            active_model=params["resModel"],
            active_ids=contact.ids,
            default_workflow_id=params["workflowId"],
        )
        wizard = dialog.browse(dialog.open_for_selection()["res_id"])
        self.assertEqual(wizard.workflow_id, flow)
