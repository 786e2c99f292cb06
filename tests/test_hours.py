from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..engine.windows import Hours
from .common import WorkflowCase

OFFICE = [{"days": "workdays", "hour_from": 9.0, "hour_to": 17.0}]


@tagged("post_install", "-at_install")
class TestHours(WorkflowCase):
    """When a workflow acts: outside of its hours, steps that act are held, and nothing else is."""

    def hours(self, *windows, **vals):
        """Values of a workflow that acts at these hours, all at once and in UTC."""
        return {
            "window_ids": [fields.Command.create(window) for window in windows],
            "zone": "UTC",
            "spread_minutes": 0,
            **vals,
        }

    def skip(self, first, last=False, yearly=False):
        """Dates to skip, as values of a workflow."""
        vals = {"date_from": first, "date_to": last, "yearly": yearly}
        return [fields.Command.create(vals)]

    def travel_to(self, moment):
        """Move the clock of the crons on to a moment, such as the next Saturday at noon."""
        self.clock = moment - fields.Datetime.now()

    def saturday(self):
        """The noon of a Saturday to come."""
        today = fields.Date.today()
        return datetime.combine(
            today + timedelta(days=12 - today.weekday()), datetime.min.time()
        ) + timedelta(hours=12)

    def monday(self, hour=9):
        """The Monday after :meth:`saturday`."""
        return self.saturday() + timedelta(days=1, hours=12 + hour)

    def on_saturday(self, *steps, records=None, **vals):
        """(the contacts, the workflow), after one tick on a Saturday in a workflow of steps."""
        contacts = records if records is not None else self.contacts(1)
        workflow = self.workflow(*steps, **vals)
        workflow.enroll(contacts)
        self.travel_to(self.saturday())
        self.tick()
        return contacts, workflow

    # Held, and let go

    def test_an_action_is_held_and_done_at_the_opening(self):
        contact, workflow = self.on_saturday(self.write_step(), **self.hours(*OFFICE))
        enrollment = self.enrollments(workflow)
        self.assertFalse(contact.ref)
        self.assertEqual(enrollment.due_at, self.monday(9))
        self.assertEqual(self.ledger(enrollment), [(None, "entered")])
        self.travel_to(self.monday(9) - timedelta(minutes=1))
        self.tick()
        self.assertFalse(contact.ref)
        self.travel_to(self.monday(9))
        self.tick()
        self.assertEqual(contact.ref, "been here")
        self.assertEqual(enrollment.state, "completed")

    def test_within_its_hours_nothing_is_held(self):
        contact = self.contacts(1)
        workflow = self.workflow(self.write_step(), **self.hours(*OFFICE))
        workflow.enroll(contact)
        self.travel_to(self.monday(10))
        self.tick()
        self.assertEqual(contact.ref, "been here")

    def test_a_record_enters_and_waits_and_takes_its_branch_at_any_hour(self):
        branch = self.branch(("Named", "[('name', '!=', False)]", [self.delay(1, "hours")]))
        _contact, workflow = self.on_saturday(branch, self.write_step(), **self.hours(*OFFICE))
        enrollment = self.enrollments(workflow)
        self.assertTrue(enrollment.waiting)
        an_hour_later = self.saturday() + timedelta(hours=1)
        self.assertAlmostEqual(enrollment.due_at, an_hour_later, delta=timedelta(minutes=1))
        self.travel(hours=1)
        self.tick()
        self.assertFalse(enrollment.waiting)
        self.assertEqual(enrollment.due_at, self.monday(9))

    def test_a_record_comes_to_its_end_at_any_hour(self):
        _contact, workflow = self.on_saturday(self.end(), **self.hours(*OFFICE))
        self.assertEqual(self.enrollments(workflow).state, "completed")

    def test_the_pause_at_noon_holds_until_the_afternoon(self):
        windows = [
            {"days": "daily", "hour_from": 9.0, "hour_to": 12.0},
            {"days": "daily", "hour_from": 13.5, "hour_to": 17.0},
        ]
        _contact, workflow = self.on_saturday(self.write_step(), **self.hours(*windows))
        self.assertEqual(self.enrollments(workflow).due_at, self.saturday() + timedelta(minutes=90))

    def test_the_enrollment_says_that_it_is_held(self):
        _contact, workflow = self.on_saturday(self.write_step(name="Call"), **self.hours(*OFFICE))
        enrollment = self.enrollments(workflow)
        self.assertRegex(enrollment.standing, "“Call” is held until .*acts again")
        self.assertIn("Held until", enrollment.timeline[-1]["message"])

    def test_held_records_start_spread_over_some_minutes_and_always_at_the_same(self):
        contacts = self.contacts(60)
        vals = self.hours(*OFFICE, spread_minutes=10)
        _contacts, workflow = self.on_saturday(self.write_step(), records=contacts, **vals)
        due = self.enrollments(workflow).mapped("due_at")
        self.assertGreater(len(set(due)), 30)
        self.assertTrue(
            all(timedelta(0) <= at - self.monday(9) < timedelta(minutes=10) for at in due)
        )
        self.enrollments(workflow).action_skip_wait()
        self.tick()
        self.assertEqual(self.enrollments(workflow).mapped("due_at"), due)

    def test_all_that_were_held_are_done_within_a_short_window(self):
        window = {"days": "monday", "hour_from": 9.0, "hour_to": 9.1}
        contacts, workflow = self.on_saturday(
            self.write_step(), records=self.contacts(20), **self.hours(window, spread_minutes=60)
        )
        self.travel_to(self.monday(9) + timedelta(minutes=3))
        self.tick()
        self.assertEqual(set(contacts.mapped("ref")), {"been here"})

    def test_a_hold_survives_a_new_version(self):
        contact, workflow = self.on_saturday(self.write_step(), **self.hours(*OFFICE))
        workflow.action_edit()
        workflow.action_publish()
        enrollment = self.enrollments(workflow)
        self.assertEqual(enrollment.version_id, workflow.live_version_id)
        self.assertEqual(enrollment.due_at, self.monday(9))
        self.tick()
        self.assertFalse(contact.ref)
        self.travel_to(self.monday(9))
        self.tick()
        self.assertEqual(contact.ref, "been here")

    # Days off

    def test_a_date_to_skip_holds_until_the_day_after(self):
        day = self.saturday().date()
        _contact, workflow = self.on_saturday(
            self.write_step(), **self.hours(skip_ids=self.skip(day))
        )
        self.assertEqual(self.enrollments(workflow).due_at, self.monday(0) - timedelta(days=1))

    def test_a_range_to_skip_every_year_holds_until_it_is_over(self):
        first = self.saturday().date() - relativedelta(years=1, days=1)
        last = first + timedelta(days=3)
        _contact, workflow = self.on_saturday(
            self.write_step(), **self.hours(skip_ids=self.skip(first, last, yearly=True))
        )
        over = last + relativedelta(years=1) + timedelta(days=1)
        self.assertEqual(self.enrollments(workflow).due_at.date(), over)

    def calendar(self, first, last, **vals):
        """Working hours in Tokyo with one public holiday, from and to a moment of UTC."""
        calendar = self.env["resource.calendar"].create({"name": "Ours", "tz": "Asia/Tokyo"})
        self.env["resource.calendar.leaves"].create(
            {"name": "Off", "calendar_id": calendar.id, "date_from": first, "date_to": last, **vals}
        )
        return calendar

    def test_a_public_holiday_holds_until_it_is_over_on_the_clock_of_the_workflow(self):
        noon = self.saturday()
        # From Friday noon, for two days, on the clock of Tokyo, nine hours ahead.
        start = noon - timedelta(hours=24 + 9)
        calendar = self.calendar(start, start + timedelta(days=2, seconds=-1))
        _contact, workflow = self.on_saturday(
            self.write_step(), **self.hours(holiday_calendar_id=calendar.id)
        )
        self.assertEqual(self.enrollments(workflow).due_at, noon + timedelta(days=1))

    def test_the_time_off_of_a_person_is_no_holiday(self):
        noon = self.saturday()
        calendar = self.calendar(noon - timedelta(days=1), noon + timedelta(days=1))
        person = {"name": "Person", "calendar_id": calendar.id}
        calendar.global_leave_ids.resource_id = self.env["resource.resource"].create(person)
        contact, _workflow = self.on_saturday(
            self.write_step(), **self.hours(holiday_calendar_id=calendar.id)
        )
        self.assertEqual(contact.ref, "been here")

    # Whose clock

    def test_hours_are_read_on_the_clock_of_the_run_as_user_when_none_is_named(self):
        self.admin.tz = "Asia/Tokyo"
        vals = self.hours(*OFFICE, zone=False, run_as_id=self.admin.id)
        _contact, workflow = self.on_saturday(self.write_step(), **vals)
        self.assertEqual(self.enrollments(workflow).due_at, self.monday(0))

    def test_hours_are_read_on_the_clock_of_the_company(self):
        self.env.company.partner_id.tz = "Asia/Tokyo"
        vals = self.hours(*OFFICE, zone_source="company", company_id=self.env.company.id)
        _contact, workflow = self.on_saturday(self.write_step(), **vals)
        self.assertEqual(self.enrollments(workflow).due_at, self.monday(0))

    def test_hours_are_read_on_the_clock_of_each_record(self):
        contacts = self.contacts(3)
        for contact, zone in zip(contacts, ("Asia/Tokyo", "Asia/Kolkata", False), strict=True):
            contact.tz = zone
        vals = self.hours(*OFFICE, zone_source="record")
        _contacts, workflow = self.on_saturday(self.write_step(), records=contacts, **vals)
        self.assertEqual(
            self.enrollments(workflow).mapped("due_at"),
            [self.monday(0), self.monday(0) + timedelta(hours=3, minutes=30), self.monday(9)],
        )

    def test_a_deal_goes_by_the_clock_of_its_contact(self):
        contact = self.contacts(1, tz="Asia/Tokyo")
        deal = self.env["crm.lead"].create(
            {"name": "Deal", "type": "opportunity", "partner_id": contact.id}
        )
        vals = self.hours(*OFFICE, zone_source="record")
        step = self.write_step("referred", model="crm.lead")
        _deal, workflow = self.on_saturday(step, records=deal, object_type=self.deal_type, **vals)
        self.assertEqual(self.enrollments(workflow).due_at, self.monday(0))

    def test_an_opening_is_looked_for_once_per_zone(self):
        contacts = self.contacts(20, tz="Asia/Tokyo") + self.contacts(20, tz="UTC")
        asked = []
        next_open = Hours.next_open

        def remember(hours, moment):
            asked.append(hours.zone)
            return next_open(hours, moment)

        self.patch(Hours, "next_open", remember)
        workflow = self.workflow(
            self.write_step(), publish=False, **self.hours(*OFFICE, zone_source="record")
        )
        workflow.action_publish()
        workflow.enroll(contacts)
        self.travel_to(self.saturday())
        asked.clear()
        self.tick()
        self.assertEqual(sorted(asked), ["Asia/Tokyo", "UTC"])

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
            "Europe/Oslo; not on public holidays of Ours, 24 December–2 January.",
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
