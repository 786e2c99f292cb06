from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import WorkflowCase

#: Wednesday, 9:30 in Oslo.
NOW = datetime(2026, 11, 25, 8, 30)


def scheduled(frequency, **vals):
    """A trigger that comes by the clock; again and again, as the form proposes."""
    named = {f"schedule_{name}": value for name, value in vals.items() if name != "domain"}
    domain = vals.get("domain", "[]")
    return {
        "kind": "schedule",
        "schedule_frequency": frequency,
        "reenroll": True,
        "domain": domain,
        **named,
    }


class ScheduleCase(WorkflowCase):
    """A clock that stands at :data:`NOW` until a test travels, and contacts of a city."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin.tz = "Europe/Oslo"
        cls.start_clock()
        cls.people = cls.env["res.partner"].create(
            [{"name": f"Person {number}", "city": "Vardø"} for number in range(3)]
        )
        cls.vardo = "[('city', '=', 'Vardø')]"

    @classmethod
    def start_clock(cls):
        frozen = freeze_time(NOW)
        frozen.start()
        cls.addClassCleanup(frozen.stop)

    def on_schedule(self, frequency, *steps, object_type=None, **vals):
        """A live workflow of the people, with one schedule."""
        vals.setdefault("domain", self.vardo)
        return self.workflow(
            *(steps or [self.end()]),
            triggers=[scheduled(frequency, **vals)],
            object_type=object_type,
            run_as_id=self.admin.id,
        )

    def next_at(self, workflow):
        return workflow.live_version_id.trigger_ids.schedule_next_at

    def tick_at(self, moment):
        """The crons at a moment of UTC, written as ``11-26 07:59``."""
        self.clock = datetime.strptime(f"2026-{moment}", "%Y-%m-%d %H:%M") - NOW
        self.tick()

    def assertCame(self, workflow, times):
        """The people have all entered so many times."""
        self.assertEqual(len(self.enrollments(workflow)), times * len(self.people))
        self.assertEntered(workflow, self.people if times else self.people.browse())

    def assertComes(self, workflow, *moments):
        """Nobody enters a minute before each moment, and everybody at it."""
        for times, moment in enumerate(moments):
            at = datetime.fromisoformat(moment)
            self.clock = at - NOW - timedelta(minutes=1)
            self.tick()
            self.assertCame(workflow, times)
            self.clock = at - NOW
            self.tick()
            self.assertCame(workflow, times + 1)


@tagged("post_install", "-at_install")
class TestScheduleTrigger(ScheduleCase):
    """Records enter because it is time."""

    def test_once(self):
        workflow = self.on_schedule("once", start="2026-11-26", time=9.0)
        self.assertComes(workflow, "2026-11-26 08:00")
        self.assertFalse(self.next_at(workflow))
        self.assertEqual(set(self.enrollments(workflow).mapped("source")), {"schedule"})

    def test_every_few_minutes(self):
        workflow = self.on_schedule("minutes", every=15)
        self.assertComes(workflow, "2026-11-25 08:45", "2026-11-25 09:00", "2026-11-25 09:15")

    def test_every_few_hours(self):
        workflow = self.on_schedule("hours", every=4, start="2026-11-25", time=6.0)
        self.assertComes(workflow, "2026-11-25 09:00", "2026-11-25 13:00")

    def test_daily(self):
        workflow = self.on_schedule("days", time=8.25)
        self.assertComes(workflow, "2026-11-26 07:15", "2026-11-27 07:15")

    def test_every_third_day(self):
        workflow = self.on_schedule("days", every=3, start="2026-11-24")
        self.assertComes(workflow, "2026-11-27 08:00", "2026-11-30 08:00")

    def test_weekly(self):
        workflow = self.on_schedule("weeks", monday=True, friday=True)
        self.assertComes(workflow, "2026-11-27 08:00", "2026-11-30 08:00", "2026-12-04 08:00")

    def test_every_second_week(self):
        workflow = self.on_schedule("weeks", every=2, start="2026-11-25", monday=True, friday=True)
        self.assertComes(workflow, "2026-11-27 08:00", "2026-12-07 08:00", "2026-12-11 08:00")

    def test_on_days_of_the_month_or_its_last(self):
        workflow = self.on_schedule("month_days", days="15, 31")
        self.assertComes(workflow, "2026-11-30 08:00", "2026-12-15 08:00", "2026-12-31 08:00")

    def test_on_the_first_monday(self):
        workflow = self.on_schedule("month_week", week="1", weekday="monday")
        self.assertComes(workflow, "2026-12-07 08:00", "2027-01-04 08:00")

    def test_on_the_last_day_of_the_month(self):
        workflow = self.on_schedule("month_week", week="-1", weekday="day")
        self.assertComes(workflow, "2026-11-30 08:00", "2026-12-31 08:00")

    def test_on_the_last_workday_of_the_month(self):
        workflow = self.on_schedule("month_week", week="-1", weekday="workday")
        self.assertComes(workflow, "2026-11-30 08:00", "2026-12-31 08:00", "2027-01-29 08:00")

    def test_yearly_on_29_february(self):
        workflow = self.on_schedule("years", month="2", month_day=29)
        self.assertComes(workflow, "2027-02-28 08:00", "2028-02-29 08:00")

    def test_the_time_of_day_stays_when_the_clocks_change(self):
        workflow = self.on_schedule("days", start="2027-03-27")
        self.assertComes(workflow, "2027-03-27 08:00", "2027-03-28 07:00")

    def test_a_time_zone_of_its_own_goes_before_that_of_the_run_as_user(self):
        workflow = self.on_schedule("days", tz="America/New_York")
        self.assertComes(workflow, "2026-11-25 14:00")

    def test_it_ends(self):
        workflow = self.on_schedule("days", end="2026-11-26")
        self.assertComes(workflow, "2026-11-26 08:00")
        self.travel(days=10)
        self.tick()
        self.assertCame(workflow, 1)

    def test_only_records_that_match_enter(self):
        self.contacts(1, city="Bergen")
        archived = self.contacts(1, city="Vardø", active=False)
        workflow = self.on_schedule("days")
        self.assertComes(workflow, "2026-11-26 08:00")
        self.assertNotIn(archived.id, self.enrollments(workflow).mapped("res_id"))

    def test_without_a_condition_all_records_of_the_type_enter(self):
        workflow = self.on_schedule("days", domain="[]")
        self.tick_at("11-26 08:00")
        everybody = self.env["res.partner"].search(self.contact_type._records_domain())
        self.assertEntered(workflow, everybody)

    def test_who_enters_is_who_the_run_as_user_sees(self):
        hidden = self.people[0]
        hidden.ref = "hidden"
        self.env["ir.rule"].create(
            {
                "name": "Not the hidden",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('ref', '!=', 'hidden')]",
            }
        )
        workflow = self.on_schedule("days")
        self.tick_at("11-26 08:00")
        self.assertEntered(workflow, self.people - hidden)

    def test_a_record_that_is_inside_is_passed_over(self):
        workflow = self.on_schedule("days", self.delay(3, "days"))
        workflow.enroll(self.people[0])
        self.tick_at("11-26 08:00")
        self.assertEqual(len(self.enrollments(workflow)), 3)
        self.tick_at("11-27 08:00")
        self.assertEqual(len(self.enrollments(workflow)), 3)
        self.tick_at("11-29 08:30")
        self.tick_at("11-30 08:00")
        self.assertCame(workflow, 2)

    def test_a_record_enters_once_where_it_may_not_enter_again(self):
        workflow = self.workflow(
            self.end(),
            triggers=[{**scheduled("days", domain=self.vardo), "reenroll": False}],
            run_as_id=self.admin.id,
        )
        for moment in ("11-26 08:00", "11-27 08:00"):
            self.tick_at(moment)
        self.assertCame(workflow, 1)

    def test_choosing_how_often_proposes_to_enter_again(self):
        trigger = self.env["crm.workflow.trigger"].new({"kind": "schedule"})
        self.assertFalse(trigger.reenroll)
        trigger.schedule_frequency = "days"
        trigger._onchange_schedule_frequency()
        self.assertTrue(trigger.reenroll)

    def test_nothing_that_happens_lets_a_record_enter(self):
        workflow = self.on_schedule("days")
        self.people.write({"function": "Chief"})
        self.contacts(1, city="Vardø")
        self.tick()
        self.assertCame(workflow, 0)

    def test_two_ticks_in_the_same_minute_enter_once(self):
        workflow = self.on_schedule("days")
        self.tick_at("11-26 08:00")
        self.tick()
        self.assertCame(workflow, 1)

    def test_a_task_that_is_not_due_any_more_does_nothing(self):
        workflow, done = self.on_schedule("days"), self.on_schedule("days")
        self.travel(days=1)
        with self.cron_env() as env:
            paused, task = env["crm.workflow"]._tick_tasks()
            env["crm.workflow"].browse(workflow.id).action_pause()
            for each in (paused, task):
                each()
            env["crm.workflow"]._cron_run()
            task()
        self.assertCame(workflow, 0)
        self.assertCame(done, 1)

    def test_two_days_of_downtime_are_caught_up_once(self):
        workflow = self.on_schedule("days")
        self.assertComes(workflow, "2026-11-26 08:00")
        self.tick_at("11-29 09:13")
        self.assertCame(workflow, 2)
        self.assertEqual(self.next_at(workflow), datetime(2026, 11, 30, 8))

    def test_another_workflow_goes_on_when_one_fails(self):
        bad, good = self.on_schedule("days"), self.on_schedule("days")
        self.env.cr.execute(
            "UPDATE crm_workflow_trigger SET schedule_tz = 'Mars/Olympus' WHERE id = %s",
            [bad.live_version_id.trigger_ids.id],
        )
        with self.assertLogs("odoo.addons.crm_workflow.services.enroller", "WARNING"):
            self.tick_at("11-26 08:00")
        self.assertEqual((bad.state, good.state), ("paused", "on"))
        self.assertIn("time zone Mars/Olympus is not known", bad.pause_reason)
        self.assertCame(good, 1)
        self.assertEqual(self.next_at(bad), datetime(2026, 11, 26, 8))

    def test_the_moment_moves_when_the_run_as_user_moves_west(self):
        workflow = self.on_schedule("days")
        self.admin.tz = "America/New_York"
        self.tick_at("11-26 08:00")
        self.assertCame(workflow, 0)
        self.assertEqual(self.next_at(workflow), datetime(2026, 11, 26, 14))
        self.tick_at("11-26 14:00")
        self.assertCame(workflow, 1)

    def test_no_day_is_left_out_when_the_run_as_user_moves_east(self):
        self.admin.tz = "America/New_York"
        workflow = self.on_schedule("days", start="2026-11-26")
        self.admin.tz = "Europe/Oslo"
        self.tick_at("11-26 14:00")
        self.assertCame(workflow, 1)
        self.assertEqual(self.next_at(workflow), datetime(2026, 11, 27, 8))


@tagged("post_install", "-at_install")
class TestScheduleStates(ScheduleCase):
    """What pausing, switching off and publishing do to a schedule."""

    def test_a_draft_does_not_come(self):
        workflow = self.workflow(self.end(), triggers=[scheduled("days")], publish=False)
        self.travel(days=3)
        self.tick()
        self.assertCame(workflow, 0)

    def test_a_paused_workflow_catches_up_once(self):
        workflow = self.on_schedule("days")
        workflow.action_pause()
        self.tick_at("11-28 12:00")
        self.assertCame(workflow, 0)
        workflow.action_resume()
        self.tick()
        self.assertCame(workflow, 1)

    def test_a_workflow_that_was_off_begins_anew(self):
        workflow = self.on_schedule("days")
        workflow.action_turn_off()
        self.tick_at("11-28 12:00")
        with self.cron_env() as env:
            env["crm.workflow"].browse(workflow.id).action_publish()
        self.tick()
        self.assertCame(workflow, 0)
        self.assertEqual(self.next_at(workflow), datetime(2026, 11, 29, 8))

    def test_a_new_version_that_leaves_the_schedule_loses_no_moment(self):
        workflow = self.on_schedule("days")
        workflow.action_edit()
        self.clock = timedelta(days=1)
        with self.cron_env() as env:
            env["crm.workflow"].browse(workflow.id).action_publish()
        self.assertEqual(self.next_at(workflow), datetime(2026, 11, 26, 8))
        self.tick()
        self.assertCame(workflow, 1)
        self.assertEqual(self.enrollments(workflow).version_id, workflow.live_version_id)

    def test_a_new_version_that_changes_the_schedule_begins_anew(self):
        workflow = self.on_schedule("days")
        workflow.action_edit()
        workflow.draft_version_id.trigger_ids.schedule_time = 8.0
        self.clock = timedelta(days=1)
        with self.cron_env() as env:
            env["crm.workflow"].browse(workflow.id).action_publish()
        self.tick()
        self.assertCame(workflow, 0)
        self.assertEqual(self.next_at(workflow), datetime(2026, 11, 27, 7))

    def test_a_published_schedule_does_not_change(self):
        trigger = self.on_schedule("days").live_version_id.trigger_ids
        with self.assertRaises(UserError):
            trigger.schedule_time = 10.0

    def test_a_schedule_that_is_over_keeps_nobody_from_editing_the_workflow(self):
        workflow = self.on_schedule("once", start="2026-11-26")
        self.assertComes(workflow, "2026-11-26 08:00")
        with self.cron_env() as env:
            flow = env["crm.workflow"].browse(workflow.id)
            flow.action_edit()
            flow.action_publish()
        self.tick()
        self.assertCame(workflow, 1)


@tagged("post_install", "-at_install")
class TestScheduleByDate(ScheduleCase):
    """Each deal enters by a date of its own."""

    def deals(self, field, *values):
        return self.env["crm.lead"].create(
            [{"name": f"Deal {value}", "type": "opportunity", field: value} for value in values]
        )

    def by_date(self, field="date_deadline", **vals):
        return self.on_schedule(
            "date_field",
            object_type=self.deal_type,
            domain="[('name', '=like', 'Deal %')]",
            date_field=field,
            **vals,
        )

    def entered(self, workflow):
        """Names of those that have entered, oldest first, without their common word."""
        ids = self.enrollments(workflow).mapped("res_id")
        return [deal.name.removeprefix("Deal ") for deal in self.env["crm.lead"].browse(ids)]

    def test_days_before_the_date(self):
        self.deals("date_deadline", "2026-12-02", "2026-12-03", "2026-12-04", False)
        workflow = self.by_date(offset=7, time=8.0)
        self.tick_at("11-26 06:59")
        self.assertEqual(self.entered(workflow), [])
        self.tick_at("11-26 07:00")
        self.assertEqual(self.entered(workflow), ["2026-12-03"])
        self.tick_at("11-27 07:00")
        self.assertEqual(self.entered(workflow), ["2026-12-03", "2026-12-04"])

    def test_days_after_the_date(self):
        self.deals("date_deadline", "2026-11-15", "2026-11-16", "2026-11-17")
        workflow = self.by_date(offset=10, direction="after")
        self.tick_at("11-26 08:00")
        self.assertEqual(self.entered(workflow), ["2026-11-16"])

    def test_a_date_and_time_counts_by_its_day_in_the_time_zone(self):
        self.deals(
            "date_closed",
            "2026-11-25 22:59:59",
            "2026-11-25 23:00:00",
            "2026-11-26 22:59:59",
            "2026-11-26 23:00:00",
        )
        workflow = self.by_date("date_closed")
        self.tick_at("11-26 08:00")
        self.assertEqual(self.entered(workflow), ["2026-11-25 23:00:00", "2026-11-26 22:59:59"])

    def test_days_of_downtime_are_caught_up_with_those_that_were_due(self):
        self.deals("date_deadline", "2026-11-25", "2026-11-26", "2026-11-28", "2026-11-29")
        workflow = self.by_date()
        self.tick_at("11-28 20:00")
        self.assertEqual(self.entered(workflow), ["2026-11-26", "2026-11-28"])

    def test_it_pauses_with_the_reason_when_the_field_is_gone(self):
        workflow = self.by_date()
        self.env.cr.execute(
            "UPDATE crm_workflow_trigger SET schedule_date_field = 'gone' WHERE id = %s",
            [workflow.live_version_id.trigger_ids.id],
        )
        with self.assertLogs("odoo.addons.crm_workflow.services.enroller", "WARNING"):
            self.tick_at("11-26 08:00")
        self.assertEqual(workflow.state, "paused")
        self.assertIn("Choose a date that is stored", workflow.pause_reason)

    def test_no_date_is_left_out_when_the_run_as_user_moves_east(self):
        self.deals("date_deadline", "2026-11-25", "2026-11-26", "2026-11-27")
        self.admin.tz = "America/New_York"
        workflow = self.by_date()
        self.tick_at("11-25 14:00")
        self.admin.tz = "Europe/Oslo"
        self.tick_at("11-26 14:00")
        self.tick_at("11-27 08:00")
        self.assertEqual(self.entered(workflow), ["2026-11-25", "2026-11-26", "2026-11-27"])

    def test_every_year_only_month_and_day_count(self):
        self.deals("date_deadline", "1990-11-26", "2026-11-26", "1990-11-27", "1990-12-26", False)
        workflow = self.by_date(yearly=True)
        self.tick_at("11-26 08:00")
        self.assertEqual(self.entered(workflow), ["1990-11-26", "2026-11-26"])
        self.tick_at("12-26 08:00")
        self.assertIn("1990-12-26", self.entered(workflow))

    def test_every_year_the_day_is_that_of_the_time_zone(self):
        self.deals("date_closed", "1990-11-27 04:59:59", "1990-11-27 05:00:00")
        workflow = self.by_date("date_closed", yearly=True, tz="America/New_York")
        self.tick_at("11-26 14:00")
        self.assertEqual(self.entered(workflow), ["1990-11-27 04:59:59"])

    def test_29_february_is_the_28th_in_other_years(self):
        self.deals("date_deadline", "1992-02-28", "1992-02-29", "1992-03-01")
        workflow = self.by_date(yearly=True, offset=1)
        self.clock = datetime(2027, 2, 26, 9) - NOW
        with self.cron_env() as env:
            flow = env["crm.workflow"].browse(workflow.id)
            flow.action_turn_off()
            flow.action_publish()
        self.clock = datetime(2027, 2, 27, 8) - NOW
        self.tick()
        self.assertEqual(self.entered(workflow), ["1992-02-28", "1992-02-29"])


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
        self.assertProblem("between 1 and 1000", "hours", every=0)
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
