from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.tests import tagged

from ..engine.windows import Hours
from .common_hours import OFFICE, HoursCase


@tagged("post_install", "-at_install")
class TestHours(HoursCase):
    """When a workflow acts: outside of its hours, steps that act are held, and nothing else is."""

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
