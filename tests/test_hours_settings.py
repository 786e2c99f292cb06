from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_hours import OFFICE, HoursCase


@tagged("post_install", "-at_install")
class TestHoursSettings(HoursCase):
    """The hours as settings of a version: frozen, copied, told, checked, and in the document."""

    # The description

    def test_the_hours_travel_in_the_document(self):
        calendar = self.calendar(self.saturday(), self.saturday() + timedelta(days=1))
        vals = self.hours(
            *OFFICE,
            {"days": "saturday", "hour_from": 0.0, "hour_to": 2.5},
            skip_ids=self.skip("2026-12-24", "2027-01-02", yearly=True),
            holiday_calendar_id=calendar.id,
            zone_source="record",
            zone="Europe/Oslo",
        )
        text = self.workflow(self.end(), **vals).export_xml()
        copy = self.env["crm.workflow"].import_xml(text)
        self.assertEqual(copy.export_xml(), text)
        self.assertEqual(
            copy.window_ids.mapped(lambda window: (window.days, window.hour_from, window.hour_to)),
            [("workdays", 9.0, 17.0), ("saturday", 0.0, 2.5)],
        )
        self.assertEqual(copy.skip_ids.date_to, date(2027, 1, 2))
        self.assertEqual(copy.holiday_calendar_id, calendar)
        self.assertEqual((copy.spread_minutes, copy.zone), (0, "Europe/Oslo"))

    def test_a_document_with_a_row_of_another_model_is_refused_with_its_line(self):
        text = self.workflow(self.end(), **self.hours(*OFFICE)).export_xml()
        wrong = text.replace('"crm.workflow.window"', '"crm.workflow.skip"')
        with self.assertRaisesRegex(ValidationError, "Line .*window_ids"):
            self.env["crm.workflow"].import_xml(wrong)

    def test_a_wrong_value_is_refused_with_its_line(self):
        text = self.workflow(self.end(), **self.hours(*OFFICE, zone_source="record")).export_xml()
        for right, wrong in (("workdays", "holidays"), (">record<", ">moon<")):
            self.assertIn(right, text)
            with self.assertRaisesRegex(ValidationError, f"Line [0-9]+: .*{wrong.strip('<>')}"):
                self.env["crm.workflow"].import_xml(text.replace(right, wrong))

    def test_the_hours_are_copied_to_the_draft_and_to_a_duplicate(self):
        workflow = self.workflow(self.end(), **self.hours(*OFFICE, spread_minutes=5))
        workflow.action_edit()
        for version in (workflow.draft_version_id, workflow.copy().draft_version_id):
            self.assertEqual(version.window_ids.days, "workdays")
            self.assertEqual(version.spread_minutes, 5)
        self.assertEqual(len(workflow.live_version_id.window_ids), 1)

    def test_a_manager_sets_the_hours_and_a_user_reads_them(self):
        manager = self.user("designer", "crm_workflow.group_manager", "base.group_partner_manager")
        viewer = self.user("viewer", "crm_workflow.group_user")
        calendar = self.calendar(self.saturday(), self.saturday() + timedelta(days=1))
        workflow = (
            self.env["crm.workflow"]
            .with_user(manager)
            .create(
                {
                    "name": "Mine",
                    "object_id": self.contact_type.id,
                    **self.hours(*OFFICE, holiday_calendar_id=calendar.id),
                }
            )
        )
        self.fill(workflow, self.end())
        workflow.action_publish()
        self.assertIn("holidays of Ours", workflow.with_user(viewer).hours_summary)
        with self.assertRaises(AccessError):
            self.env["crm.workflow.window"].with_user(viewer).create(
                {"version_id": workflow.live_version_id.id, "days": "daily"}
            )

    def test_what_is_published_keeps_its_hours(self):
        workflow = self.workflow(
            self.end(), **self.hours(*OFFICE, skip_ids=self.skip("2026-12-24"))
        )
        version = workflow.live_version_id
        for change in (
            lambda: version.window_ids.write({"hour_to": 18.0}),
            lambda: version.window_ids.unlink(),
            lambda: version.skip_ids.write({"yearly": True}),
            lambda: version.write({"spread_minutes": 1}),
            lambda: self.env["crm.workflow.window"].create(
                {"version_id": version.id, "days": "daily"}
            ),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()

    def test_a_new_workflow_acts_at_any_time_and_spreads_what_it_holds(self):
        workflow = self.workflow(self.end())
        self.assertEqual(workflow.hours_summary, "Acts at any time.")
        self.assertEqual((workflow.zone_source, workflow.spread_minutes), ("workflow", 15))
        self.assertIsNone(workflow.live_version_id._hours_plan())

    def test_a_sentence_tells_when_the_workflow_acts(self):
        calendar = self.calendar(self.saturday(), self.saturday() + timedelta(days=1))
        workflow = self.workflow(
            self.end(),
            **self.hours(
                {"days": "workdays", "hour_from": 9.0, "hour_to": 12.0},
                {"days": "workdays", "hour_from": 13.0, "hour_to": 17.5},
                {"days": "saturday", "hour_from": 10.0, "hour_to": 14.0},
                zone="Europe/Oslo",
                holiday_calendar_id=calendar.id,
                skip_ids=self.skip("2026-12-24", "2027-01-02", yearly=True),
            ),
        )
        self.assertEqual(
            workflow.hours_summary,
            "Acts Monday to Friday, 9:00–12:00 and 13:00–17:30; Saturday, 10:00–14:00, "
            "Europe/Oslo; not on public holidays of Ours, December 24–January 2.",
        )

    # What keeps it from being published

    def problem(self, **vals):
        """The one problem of a workflow with these settings."""
        workflow = self.workflow(self.end(), publish=False, **vals)
        [problem] = workflow.problems
        with self.assertRaises(ValidationError):
            workflow.action_publish()
        return problem["text"]

    def test_a_window_without_length_or_outside_of_the_day_is_refused(self):
        for first, last, text in ((9, 9, "ends as it starts"), (9, 25, "within a day")):
            window = {"days": "daily", "hour_from": first, "hour_to": last}
            self.assertIn(text, self.problem(**self.hours(window)))

    def test_dates_that_end_before_they_begin_are_refused(self):
        skip = self.skip("2026-12-24", "2026-12-23")
        self.assertIn("before they begin", self.problem(**self.hours(skip_ids=skip)))

    def test_hours_that_never_come_are_refused(self):
        skip = self.skip("2026-01-01", "2026-12-31", yearly=True)
        self.assertIn("for a year", self.problem(**self.hours(*OFFICE, skip_ids=skip)))

    def test_a_zone_that_is_not_known_is_refused(self):
        text = self.workflow(self.end(), **self.hours(*OFFICE)).export_xml()
        copy = self.env["crm.workflow"].import_xml(text.replace("UTC", "Moon/Crater"))
        self.assertIn("Moon/Crater", copy.problems[0]["text"])

    def test_a_negative_spread_is_refused(self):
        self.assertIn("0 to 1,440", self.problem(**self.hours(spread_minutes=-1)))

    def test_a_workflow_whose_hours_come_no_more_pauses_itself(self):
        calendar = self.calendar(self.saturday(), self.saturday() + timedelta(days=1))
        workflow = self.workflow(
            self.write_step(), **self.hours(*OFFICE, holiday_calendar_id=calendar.id)
        )
        calendar.global_leave_ids.date_to += timedelta(days=3 * 365)
        workflow.enroll(self.contacts(1))
        self.travel_to(self.saturday())
        self.tick()
        self.assertEqual(workflow.state, "paused")
        self.assertIn("for a year", workflow.pause_reason)
