from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import EventCase


@tagged("post_install", "-at_install")
class TestEventsOfActivitiesAndMeetings(EventCase):
    """What people plan, do, put off, and meet for."""

    def activity(self, record, days=0):
        deadline = fields.Date.today() + timedelta(days=days)
        return record.activity_schedule(
            "mail.mail_activity_data_todo", deadline, user_id=self.admin.id
        )

    def meeting(self, **vals):
        now = fields.Datetime.now()
        return self.env["calendar.event"].create(
            {"name": "Demo", "start": now, "stop": now + timedelta(hours=1), **vals}
        )

    def test_an_activity_is_planned(self):
        workflow = self.waits_for("activity_planned", self.deal_type)
        deal = self.deal()
        self.activity(deal)
        self.activity(self.contact)
        self.tick()
        self.assertInside(workflow, deal)

    def test_an_activity_is_done(self):
        done = self.waits_for("activity_done", self.deal_type)
        cancelled = self.waits_for("activity_cancelled", self.deal_type)
        deal, other = self.deal(), self.deal()
        self.activity(other)
        activity = self.activity(deal)
        self.tick()
        activity.action_feedback("Reached her")
        self.tick()
        activity.unlink()
        self.tick()
        self.assertInside(done, deal)
        self.assertEntered(cancelled, deal.browse())

    def test_an_activity_is_cancelled(self):
        done = self.waits_for("activity_done", self.deal_type)
        cancelled = self.waits_for("activity_cancelled", self.deal_type)
        deal = self.deal()
        activity = self.activity(deal)
        self.tick()
        activity.action_cancel()
        self.tick()
        self.assertInside(cancelled, deal)
        self.assertEntered(done, deal.browse())

    def test_an_activity_is_overdue_when_its_day_is_over(self):
        self.admin.tz = "UTC"
        late, done, later = deals = self.env["crm.lead"].union(*(self.deal() for _ in range(3)))
        workflow = self.waits_for(
            "activity_overdue", self.deal_type, domain=f"[('id', 'in', {deals.ids})]"
        )
        self.activity(late)
        self.activity(later, days=7)
        self.activity(done).action_feedback()
        self.tick()
        self.tick()
        self.assertEntered(workflow, late.browse())
        self.travel(days=1)
        self.tick()
        self.tick()
        self.assertInside(workflow, late)

    def test_the_day_is_over_on_the_clock_of_who_is_to_do_it(self):
        zones = {"Asia/Tokyo": 0, "America/New_York": 0, False: 0}
        with freeze_time("2027-03-10 12:00:00"):
            for zone in zones:
                user = self.user(f"in {zone}", "base.group_user", tz=zone)
                deal = self.deal(user_id=user.id)
                deal.activity_schedule(
                    "mail.mail_activity_data_todo", fields.Date.today(), user_id=user.id
                )
                zones[zone] = deal.id
            ids = list(zones.values())
            workflow = self.waits_for(
                "activity_overdue", self.deal_type, domain=f"[('id', 'in', {ids})]"
            )
        for moment, count in (
            ("2027-03-10 14:59:00", 0),
            ("2027-03-10 15:01:00", 1),
            ("2027-03-11 00:01:00", 2),
            ("2027-03-11 03:59:00", 2),
            ("2027-03-11 05:01:00", 3),
        ):
            with freeze_time(moment):
                self.tick()
                self.tick()
            entered = self.enrollments(workflow).mapped("res_id")
            self.assertEqual(len(entered), count, moment)

    def test_a_meeting_is_booked(self):
        by_contact = self.waits_for("meeting_booked")
        by_deal = self.waits_for("meeting_booked", self.deal_type)
        deal = self.deal()
        guests = self.contact + self.other
        self.meeting(partner_ids=[Command.set(guests.ids)], opportunity_id=deal.id)
        self.tick()
        self.assertInside(by_contact, guests)
        self.assertInside(by_deal, deal)

    def test_an_attendee_answers(self):
        accepted = self.waits_for("attendee_answered", value_to='["accepted"]')
        meeting = self.meeting(partner_ids=[Command.set((self.contact + self.other).ids)])
        self.tick()
        attendees = {attendee.partner_id: attendee for attendee in meeting.attendee_ids}
        attendees[self.contact].do_accept()
        attendees[self.other].do_decline()
        self.tick()
        self.assertInside(accepted, self.contact)
