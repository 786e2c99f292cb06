from datetime import datetime

from odoo.tests import tagged

from .schedule_case import NOW, ScheduleCase


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
