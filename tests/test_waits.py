from datetime import date, datetime, timedelta

from odoo import fields
from odoo.tests import tagged

from .waits_case import WaitsCase

ZONES = ("Europe/Oslo", "America/New_York", "Australia/Lord_Howe")
FEW, MANY, CHANCE = 2, 120, 2
MINUTE = timedelta(minutes=1)


def until_date(day, hour=None):
    """A step that waits until a date."""
    timed = {"until_date_timed": True, "until_date_time": hour} if hour is not None else {}
    return {"kind": "until_date", "until_date_day": day, **timed}


def until_weekday(*days, hour=None):
    """A step that waits until a day of the week."""
    timed = {"until_weekday_timed": True, "until_weekday_time": hour} if hour is not None else {}
    return {"kind": "until_weekday", **{f"until_weekday_{day}": True for day in days}, **timed}


def until_field(path, amount=0, unit="days", direction="before", hour=None, missing="go_on"):
    """A step that waits until a date of the record."""
    timed = {"until_field_timed": True, "until_field_time": hour} if hour is not None else {}
    return {
        "kind": "until_field",
        "until_field_path": path,
        "until_field_amount": amount,
        "until_field_unit": unit,
        "until_field_direction": direction,
        "until_field_missing": missing,
        **timed,
    }


@tagged("post_install", "-at_install")
class TestWorkingDays(WaitsCase):
    """A wait of working days passes over weekends and public holidays."""

    def calendar(self, zone="UTC", days="01234"):
        attendances = [
            fields.Command.create(
                {
                    "name": day,
                    "dayofweek": day,
                    "hour_from": 8,
                    "hour_to": 16,
                    "day_period": "morning",
                }
            )
            for day in days
        ]
        return self.env["resource.calendar"].create(
            {"name": "Ours", "tz": zone, "attendance_ids": [fields.Command.clear(), *attendances]}
        )

    def counted(self, start, amount, free=()):
        """The end, one day after another."""
        day = start
        while amount:
            day += timedelta(days=1)
            amount -= day.weekday() < 5 and day.date() not in free
        return day

    def test_weekends_do_not_count_and_the_time_of_day_is_kept(self):
        calendar = self.calendar()
        for amount in (1, 3, 7, 60):
            workflow = self.waiting(
                self.delay(amount, "working_days"),
                self.contacts(1),
                holiday_calendar_id=calendar.id,
                zone="UTC",
            )
            [due], reached = self.due(workflow), self.enrollments(workflow).reached_at
            self.assertAlmostEqual(due, self.counted(reached, amount), delta=MINUTE)

    def test_a_public_holiday_does_not_count(self):
        calendar = self.calendar("Europe/Oslo")
        free = next(day for day in map(self.day, range(1, 9)) if day.weekday() < 5)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Off",
                "calendar_id": calendar.id,
                "date_from": self.utc(free, 0, 0, "Europe/Oslo"),
                "date_to": self.utc(free, 23, 59, "Europe/Oslo"),
            }
        )
        workflow = self.waiting(
            self.delay(3, "working_days"),
            self.contacts(1),
            holiday_calendar_id=calendar.id,
            zone="UTC",
        )
        [due], reached = self.due(workflow), self.enrollments(workflow).reached_at
        self.assertAlmostEqual(due, self.counted(reached, 3, {free}), delta=MINUTE)

    def test_without_a_calendar_of_its_own_the_company_s_counts(self):
        company = self.env["res.company"].create({"name": "Four Days"})
        company.resource_calendar_id = self.calendar(days="0123")
        self.admin.company_ids |= company
        workflow = self.waiting(
            self.delay(10, "working_days"), self.contacts(1), company_id=company.id, zone="UTC"
        )
        [due] = self.due(workflow)
        self.assertIn(due.weekday(), range(4))
        self.assertGreater(due - self.now(), timedelta(days=15))

    def test_each_record_counts_on_its_own_clock_where_the_workflow_says_so(self):
        calendar = self.calendar()
        contacts = self.contacts(2)
        contacts[0].tz, contacts[1].tz = "Pacific/Auckland", "Pacific/Honolulu"
        workflow = self.waiting(
            self.delay(5, "working_days"),
            contacts,
            holiday_calendar_id=calendar.id,
            zone_source="record",
        )
        self.assertTrue(all(self.due(workflow)))
        self.travel(days=9)
        self.tick()
        self.assertEqual(set(contacts.mapped("ref")), {"through"})

    def test_hours_on_which_nobody_works_are_refused(self):
        workflow = self.workflow(
            self.delay(2, "working_days"),
            holiday_calendar_id=self.calendar(days="").id,
            publish=False,
        )
        self.assertIn("too few working days", workflow.problems[0]["text"])

    def test_it_is_told_and_travels(self):
        self.assertEqual(self.summary(self.delay(1, "working_days")), "Wait 1 working day")
        self.assertEqual(self.summary(self.delay(3, "working_days")), "Wait 3 working days")
        step, copy = self.round_trip(self.delay(3, "working_days"))
        self.assertEqual(copy.delay_unit, step.delay_unit)
        self.assertIn("ten years", self.problems(self.delay(2601, "working_days"))[0])

    def test_many_records_take_no_more_queries(self):
        calendar = self.calendar()

        def walk(count):
            workflow = self.workflow(
                self.delay(3, "working_days"), holiday_calendar_id=calendar.id, zone="UTC"
            )
            workflow.enroll(self.contacts(count))
            return self.queries(self.tick_run)

        walk(FEW)
        self.assertLessEqual(walk(MANY), walk(FEW) + CHANCE)


@tagged("post_install", "-at_install")
class TestUntilDate(WaitsCase):
    """All records wait until one date, on the workflow's clock."""

    def test_the_day_begins_where_the_workflow_is(self):
        day = self.day(40)
        for zone in ZONES:
            workflow = self.waiting(until_date(day), self.contacts(1), zone=zone)
            self.assertEqual(self.due(workflow), [self.utc(day, 0, 0, zone)])

    def test_a_time_of_day_is_right_on_either_side_of_a_change_of_the_clocks(self):
        year = self.day(365).year
        for day in (date(year, 1, 15), date(year, 7, 15)):
            for zone in ZONES:
                workflow = self.waiting(until_date(day, 9.5), self.contacts(1), zone=zone)
                self.assertEqual(self.due(workflow), [self.utc(day, 9, 30, zone)])

    def test_each_record_has_its_own_clock_where_the_workflow_says_so(self):
        day, contacts = self.day(40), self.contacts(3)
        for contact, zone in zip(contacts, ZONES, strict=True):
            contact.tz = zone
        workflow = self.waiting(until_date(day, 9), contacts, zone_source="record")
        self.assertEqual(self.due(workflow), [self.utc(day, 9, 0, zone) for zone in ZONES])

    def test_who_is_past_the_date_goes_on_at_once(self):
        contact = self.contacts(1)
        self.waiting(until_date(self.day(-1)), contact)
        self.assertEqual(contact.ref, "through")

    def test_who_waits_goes_on_when_the_moment_comes(self):
        contact = self.contacts(1)
        self.waiting(until_date(self.day(2)), contact, zone="UTC")
        self.travel(days=1)
        self.tick()
        self.assertFalse(contact.ref)
        self.travel(days=1)
        self.tick()
        self.assertEqual(contact.ref, "through")

    def test_it_is_told_travels_and_is_refused_without_a_date(self):
        self.assertEqual(
            self.summary(until_date("2031-12-24", 9)), "Wait until Dec 24, 2031 at 09:00"
        )
        self.assertEqual(self.summary(until_date("2031-12-24")), "Wait until Dec 24, 2031")
        step, copy = self.round_trip(until_date("2031-12-24", 7.25))
        for name in step._document_fields_until_date():
            self.assertEqual(copy[name], step[name])
        self.assertIn("Choose the date", self.problems({"kind": "until_date"})[0])
        self.assertIn("time of day", self.problems(until_date("2031-12-24", 24))[0])


@tagged("post_install", "-at_install")
class TestUntilWeekday(WaitsCase):
    """Records wait until the next of some days of the week, or a time of day."""

    def test_the_next_of_the_days_is_waited_for(self):
        for zone in ZONES:
            today = self.day(0, zone)
            ahead = today + timedelta(days=2)
            name = ahead.strftime("%A").lower()
            workflow = self.waiting(until_weekday(name, hour=9.25), self.contacts(1), zone=zone)
            self.assertEqual(self.due(workflow), [self.utc(ahead, 9, 15, zone)])

    def test_without_a_time_a_day_is_waited_for_from_its_beginning(self):
        ahead = self.day(1, "Europe/Oslo")
        name = ahead.strftime("%A").lower()
        workflow = self.waiting(until_weekday(name), self.contacts(1), zone="Europe/Oslo")
        self.assertEqual(self.due(workflow), [self.utc(ahead, 0, 0, "Europe/Oslo")])

    def test_one_that_is_today_is_met_at_once(self):
        contact = self.contacts(1)
        name = self.day(0).strftime("%A").lower()
        self.waiting(until_weekday(name), contact, zone="UTC")
        self.assertEqual(contact.ref, "through")

    def test_a_time_of_day_alone_is_waited_for_on_any_day(self):
        now = fields.Datetime.now()
        hour = (now + timedelta(hours=3)).hour
        workflow = self.waiting(until_weekday(hour=hour), self.contacts(1), zone="UTC")
        [due] = self.due(workflow)
        self.assertEqual((due.hour, due.minute), (hour, 0))
        self.assertLess(due - now, timedelta(hours=24))

    def test_it_is_told_travels_and_is_refused_without_a_day(self):
        both = until_weekday("monday", "thursday", hour=9)
        self.assertEqual(self.summary(both), "Wait until Monday or Thursday, 09:00")
        three = until_weekday("monday", "friday", "sunday")
        self.assertEqual(self.summary(three), "Wait until Monday, Friday or Sunday")
        self.assertEqual(self.summary(until_weekday(hour=8.5)), "Wait until 08:30")
        step, copy = self.round_trip(both)
        for name in step._document_fields_until_weekday():
            self.assertEqual(copy[name], step[name])
        self.assertIn("Choose the days", self.problems(until_weekday())[0])
        self.assertIn("time of day", self.problems(until_weekday(hour=25))[0])


@tagged("post_install", "-at_install")
class TestUntilField(WaitsCase):
    """Each record waits until a date of its own, and follows it when it moves."""

    def test_a_date_is_waited_for_on_the_workflow_s_clock(self):
        day = self.day(30)
        for zone in ZONES:
            deal = self.deals(1, date_deadline=day)
            workflow = self.waiting(until_field("date_deadline", hour=9), deal, zone=zone)
            self.assertEqual(self.due(workflow), [self.utc(day, 9, 0, zone)])

    def test_offsets_go_before_and_after(self):
        day = self.day(30)
        for amount, unit, direction, expected in (
            (2, "days", "before", day - timedelta(days=2)),
            (3, "days", "after", day + timedelta(days=3)),
            (1, "weeks", "before", day - timedelta(days=7)),
        ):
            step = until_field("date_deadline", amount, unit, direction)
            workflow = self.waiting(step, self.deals(1, date_deadline=day), zone="Europe/Oslo")
            self.assertEqual(self.due(workflow), [self.utc(expected, 0, 0, "Europe/Oslo")])

    def test_a_date_and_time_is_met_to_the_minute_unless_a_time_is_named(self):
        moment = fields.Datetime.now().replace(second=0) + timedelta(days=9)
        deals = self.deals(1, date_closed=moment)
        plain = self.waiting(until_field("date_closed", 90, "minutes"), deals)
        self.assertEqual(self.due(plain), [moment - timedelta(minutes=90)])
        timed = self.waiting(until_field("date_closed", hour=9), deals, zone="UTC")
        self.assertEqual(self.due(timed), [datetime(moment.year, moment.month, moment.day, 9)])

    def test_who_is_past_its_date_goes_on_and_others_wait_for_theirs(self):
        past, soon, late = deals = self.deals(3)
        past.date_deadline, soon.date_deadline = self.day(-1), self.day(2)
        late.date_deadline = self.day(4)
        self.waiting(until_field("date_deadline"), deals, zone="UTC")
        self.assertEqual(deals.mapped("referred"), ["through", False, False])
        self.travel(days=2)
        self.tick()
        self.assertEqual(deals.mapped("referred"), ["through", "through", False])

    def test_a_date_of_an_associated_record_is_waited_for(self):
        deal = self.deals(1, partner_id=self.contacts(1).id)
        step = until_field("partner_id.create_date", 40, "days", "after")
        workflow = self.waiting(step, deal)
        [due] = self.due(workflow)
        self.assertAlmostEqual(
            due, deal.partner_id.create_date + timedelta(days=40), delta=timedelta(hours=2)
        )

    def test_when_the_date_moves_the_wait_follows(self):
        # Beforehand: an hour later, it may be tomorrow.
        early, planned, late = map(self.day, (2, 5, 9))
        deal = self.deals(1, date_deadline=planned)
        workflow = self.waiting(until_field("date_deadline"), deal, zone="UTC")
        with self.later(deal, hours=1) as seen:
            seen.date_deadline = late
        self.tick()
        self.assertEqual(self.due(workflow), [self.utc(late, 0, 0, "UTC")])
        with self.later(deal, hours=1) as seen:
            seen.date_deadline = early
        self.tick()
        self.assertEqual(self.due(workflow), [self.utc(early, 0, 0, "UTC")])
        self.travel(days=2)
        self.tick()
        self.assertEqual(deal.referred, "through")

    def test_when_it_is_linked_to_another_record_that_one_s_date_counts(self):
        early, late = self.contacts(2)
        deal = self.deals(1, partner_id=early.id)
        workflow = self.waiting(until_field("partner_id.create_date", 3, "days", "after"), deal)
        [first] = self.due(workflow)
        late_moment = first + timedelta(days=4)
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = %s WHERE id = %s",
            (late_moment - timedelta(days=3), late.id),
        )
        self.env.invalidate_all()
        with self.later(deal, hours=1) as seen:
            seen.partner_id = late.id
        self.tick()
        self.assertEqual(self.due(workflow), [late_moment])

    def test_without_a_date_records_do_as_chosen(self):
        goes, waits, leaves = (self.deals(1) for _choice in range(3))
        self.waiting(until_field("date_deadline"), goes)
        waiting = self.waiting(until_field("date_deadline", missing="wait"), waits, zone="UTC")
        leaving = self.waiting(until_field("date_deadline", missing="leave"), leaves)
        self.assertEqual(goes.referred, "through")
        self.assertEqual((self.states(waiting), self.due(waiting)), (["active"], [False]))
        left = self.enrollments(leaving)
        self.assertEqual((left.state, left.reason), ("exited", "no_date"))
        self.assertEqual(left.reason_text, "It has no date to wait for")
        day = self.day(6)
        with self.later(waits, hours=1) as seen:
            seen.date_deadline = day
        self.tick()
        self.assertEqual(self.due(waiting), [self.utc(day, 0, 0, "UTC")])

    def test_a_date_that_goes_away_is_no_date(self):
        deal = self.deals(1, date_deadline=self.day(5))
        workflow = self.waiting(until_field("date_deadline", missing="leave"), deal)
        with self.later(deal, hours=1) as seen:
            seen.date_deadline = False
        self.tick()
        self.assertEqual(self.enrollments(workflow).reason, "no_date")

    def test_somebody_may_skip_the_wait_although_the_date_lies_ahead(self):
        deal = self.deals(1, date_deadline=self.day(5))
        workflow = self.waiting(until_field("date_deadline"), deal)
        self.enrollments(workflow).action_skip_wait()
        self.tick()
        self.assertEqual(deal.referred, "through")

    def test_a_new_version_moves_the_wait(self):
        deal = self.deals(1, date_deadline=self.day(9))
        workflow = self.waiting(until_field("date_deadline"), deal, zone="UTC")
        workflow.action_edit()
        step = workflow.draft_version_id.action_ids.filtered("until_field_path")
        step.until_field_amount = 3
        workflow.action_publish()
        self.tick()
        self.tick()
        self.assertEqual(self.due(workflow), [self.utc(self.day(6), 0, 0, "UTC")])
        self.assertEqual(self.enrollments(workflow).version_id, workflow.live_version_id)

    def test_a_record_that_is_deleted_leaves_and_its_neighbours_wait(self):
        gone, stays = deals = self.deals(2, date_deadline=self.day(5))
        workflow = self.waiting(until_field("date_deadline"), deals)
        gone.unlink()
        self.tick()
        self.assertInside(workflow, stays)

    def test_an_associated_record_that_the_run_as_user_may_not_see_has_no_date(self):
        user = self.user("designer", "crm_workflow.group_manager", "sales_team.group_sale_manager")
        self.env["ir.rule"].create(
            {
                "name": "Hidden",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('ref', '!=', 'hidden')]",
            }
        )
        hidden, seen = self.contacts(2)
        deals = self.deals(2)
        deals[0].partner_id, deals[1].partner_id = hidden, seen
        hidden.ref = "hidden"
        step = until_field("partner_id.create_date", 5, "days", "after", missing="wait")
        workflow = self.waiting(step, deals, run_as_id=user.id)
        self.assertEqual(set(self.states(workflow)), {"active"})
        self.assertFalse(self.due(workflow, deals[0])[0])
        self.assertTrue(self.due(workflow, deals[1])[0])

    def test_it_is_told_and_travels(self):
        before = until_field("date_deadline", 2, "days")
        self.assertEqual(
            self.summary(before, self.deal_type), "Wait until 2 days before Expected Closing"
        )
        timed = until_field("partner_id.create_date", 1, "months", "after", hour=9)
        self.assertEqual(
            self.summary(timed, self.deal_type),
            "Wait until 1 month after Contact › Created on, 09:00",
        )
        self.assertEqual(
            self.summary(until_field("date_deadline"), self.deal_type),
            "Wait until Expected Closing",
        )
        step, copy = self.round_trip(timed, self.deal_type)
        for name in step._document_fields_until_field():
            self.assertEqual(copy[name], step[name])

    def test_wrong_paths_and_offsets_are_refused(self):
        for path in ("name", "tag_ids.create_date", "nothing", "partner_id", ""):
            [text] = self.problems(until_field(path), self.deal_type)
            self.assertIn("Choose", text)
        self.assertIn("below 0", self.problems(until_field("date_deadline", -1), self.deal_type)[0])
        self.assertIn(
            "ten years", self.problems(until_field("date_deadline", 9999), self.deal_type)[0]
        )

    def test_a_field_that_the_run_as_user_may_not_see_is_refused(self):
        user = self.user("designer", "crm_workflow.group_manager", "sales_team.group_sale_manager")
        field = self.env["res.partner"]._fields["create_date"]
        self.patch(field, "groups", "base.group_system")
        workflow = self.workflow(
            until_field("partner_id.create_date"),
            object_type=self.deal_type,
            run_as_id=user.id,
            publish=False,
        )
        self.assertIn("may not see the field", workflow.problems[0]["text"])

    def test_many_records_take_no_more_queries(self):
        def walk(count):
            deals = self.deals(count)
            for number, (deal, contact) in enumerate(zip(deals, self.contacts(count), strict=True)):
                deal.write({"partner_id": contact.id, "date_deadline": self.day(5 + number)})
            step = until_field("partner_id.create_date", 9, "days", "after")
            workflow = self.workflow(step, object_type=self.deal_type)
            workflow.enroll(deals)
            queries = self.queries(self.tick_run)
            self.assertEqual(len(self.enrollments(workflow).filtered("waiting")), count)
            return queries

        walk(FEW)
        self.assertLessEqual(walk(MANY), walk(FEW) + CHANCE)

    def test_dates_that_move_take_no_more_queries_for_many(self):
        def follow(count):
            deals = self.deals(count, date_deadline=self.day(5))
            workflow = self.waiting(until_field("date_deadline"), deals, zone="UTC")
            deals.date_deadline = self.day(8)
            queries = self.queries(self.tick)
            self.assertEqual(set(self.due(workflow)), {self.utc(self.day(8), 0, 0, "UTC")})
            workflow.action_turn_off("end")
            return queries

        follow(FEW)
        self.assertLessEqual(follow(MANY), follow(FEW) + CHANCE)
