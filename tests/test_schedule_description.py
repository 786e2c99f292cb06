from datetime import datetime

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .schedule_case import ScheduleCase, scheduled


@tagged("post_install", "-at_install")
class TestScheduleDescription(ScheduleCase):
    """What a schedule says of itself, and what it lacks."""

    def draft(self, frequency, object_type=None, **vals):
        return self.workflow(
            self.end(),
            triggers=[scheduled(frequency, **vals)],
            object_type=object_type,
            publish=False,
            run_as_id=self.admin.id,
        )

    def assertTold(self, sentence, frequency, **vals):
        workflow = self.draft(frequency, object_type=self.deal_type, **vals)
        self.assertEqual(workflow.trigger_ids.summary, sentence)

    def assertProblem(self, words, frequency, **vals):
        workflow = self.draft(frequency, object_type=self.deal_type, **vals)
        with self.assertRaisesRegex(ValidationError, words):
            workflow.action_publish()
        self.assertNotIn("Next", workflow.trigger_ids.schedule_preview or "")

    def test_it_is_told_in_a_sentence(self):
        self.assertTold("Once, on Nov 30, 2026 at 09:00", "once", start="2026-11-30")
        self.assertTold("Every minute", "minutes")
        self.assertTold("Every 15 minutes", "minutes", every=15)
        self.assertTold("Every hour", "hours")
        self.assertTold("Every 4 hours", "hours", every=4)
        self.assertTold("Every day at 08:30", "days", time=8.5)
        self.assertTold("Every 3 days at 09:00", "days", every=3, start="2026-11-24")
        self.assertTold("Every Monday and Friday at 09:00", "weeks", monday=True, friday=True)
        self.assertTold(
            "Every 2 weeks on Monday, Tuesday and Sunday at 09:00",
            "weeks",
            every=2,
            start="2026-11-24",
            monday=True,
            tuesday=True,
            sunday=True,
        )
        self.assertTold("Every month on day 1, 15 and 31, at 09:00", "month_days", days="31 1,15")
        self.assertTold("Every month on the first Monday, at 09:00", "month_week")
        self.assertTold(
            "Every 3 months on the last day, at 09:00",
            "month_week",
            every=3,
            start="2026-11-01",
            week="-1",
            weekday="day",
        )
        self.assertTold("Every year on February 29 at 09:00", "years", month="2", month_day=29)

    def test_a_schedule_by_date_is_told_in_a_sentence(self):
        by_date = {"date_field": "date_deadline"}
        self.assertTold("On Expected Closing, at 09:00", "date_field", **by_date)
        self.assertTold(
            "1 day before Expected Closing, at 09:00", "date_field", offset=1, **by_date
        )
        self.assertTold(
            "7 days before Expected Closing, at 08:00", "date_field", offset=7, time=8, **by_date
        )
        self.assertTold(
            "30 days after Expected Closing, at 09:00, every year",
            "date_field",
            offset=30,
            direction="after",
            yearly=True,
            **by_date,
        )

    def test_zone_end_and_condition_are_told_as_well(self):
        self.assertTold(
            "Every day at 09:00, until Dec 31, 2026 (America/New_York), for those that match: "
            "Probability is more than 10",
            "days",
            end="2026-12-31",
            tz="America/New_York",
            domain="[('probability', '>', 10)]",
        )

    def test_the_next_times_are_told(self):
        trigger = self.draft("weeks", monday=True, friday=True).trigger_ids
        self.assertEqual(
            trigger.schedule_preview,
            "Next: Fri, Nov 27, 09:00; then Mon, Nov 30, 09:00; then Fri, Dec 4, 09:00 "
            "(Europe/Oslo)",
        )
        trigger.write({"schedule_frequency": "once", "schedule_start": "2027-01-04"})
        self.assertEqual(trigger.schedule_preview, "Next: Mon, Jan 4, 2027, 09:00 (Europe/Oslo)")
        trigger.schedule_start = "2026-11-24"
        self.assertEqual(trigger.schedule_preview, "Never: its time has passed.")
        trigger.schedule_start = False
        self.assertFalse(trigger.schedule_preview)

    def test_the_next_dates_are_told(self):
        trigger = self.draft(
            "date_field", object_type=self.deal_type, date_field="date_deadline", offset=7
        ).trigger_ids
        first, *_others = trigger.schedule_preview.split(";")
        self.assertEqual(first, "Next: Thu, Nov 26, 09:00 for Expected Closing Dec 3, 2026")

    def test_what_is_missing_is_told(self):
        self.assertProblem("Choose how often", False)
        self.assertProblem("Choose the day of the schedule", "once")
        self.assertProblem("has passed", "once", start="2026-11-25")
        self.assertProblem("between 00:00 and 23:59", "days", time=24.0)
        self.assertProblem("from 1 to 1000", "hours", every=0)
        self.assertProblem("on which day the schedule starts", "days", every=2)
        self.assertProblem("ends before it starts", "days", start="2027-02-01", end="2027-01-01")
        self.assertProblem("at least one day of the week", "weeks")
        self.assertProblem("numbers from 1 to 31", "month_days", days="32")
        self.assertProblem("which day of the month", "month_week", week=False)
        self.assertProblem("a day that it has", "years", month="4", month_day=31)
        self.assertProblem("a date that is stored", "date_field", date_field="name")
        self.assertProblem("a date that is stored", "date_field")
        self.assertProblem(
            "between 0 and 3650", "date_field", date_field="date_deadline", offset=-1
        )

    def test_it_travels_in_the_document(self):
        trigger = scheduled(
            "weeks",
            every=2,
            start="2026-11-24",
            end="2027-11-24",
            time=0.0,
            tz="America/New_York",
            monday=True,
            sunday=True,
            domain=self.vardo,
        )
        workflow = self.workflow(self.end(), triggers=[trigger])
        copy = self.env["crm.workflow"].import_xml(workflow.export_xml())
        self.assertEqual(copy.export_xml(), workflow.export_xml())
        original, found = workflow.trigger_ids, copy.trigger_ids
        for name in (*original._document_fields_schedule(), "reenroll", "domain", "summary"):
            self.assertEqual(found[name], original[name], name)
        self.assertFalse(found.schedule_next_at)

    def test_every_kind_of_schedule_travels(self):
        for vals in (
            scheduled("month_days", days="1, 31"),
            scheduled("month_week", week="-1", weekday="workday"),
            scheduled("years", month="2", month_day=29),
            scheduled(
                "date_field",
                date_field="create_date",
                offset=3,
                direction="after",
                yearly=True,
            ),
        ):
            workflow = self.workflow(self.end(), triggers=[vals])
            copy = self.env["crm.workflow"].import_xml(workflow.export_xml())
            self.assertEqual(copy.trigger_ids.summary, workflow.trigger_ids.summary)

    def test_a_start_is_a_day(self):
        workflow = self.on_schedule("days", start="2026-12-24")
        self.assertEqual(workflow.trigger_ids.schedule_start, fields.Date.to_date("2026-12-24"))
        self.assertEqual(self.next_at(workflow), datetime(2026, 12, 24, 8))
