from datetime import datetime

from odoo.tests import tagged

from .schedule_case import ScheduleCase, scheduled


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
