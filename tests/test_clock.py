from datetime import datetime, time, timedelta

from odoo import fields
from odoo.tests import tagged

from .common import EventCase

OSLO = {"kind": "criteria", "domain": "[('city', '=', 'Oslo')]"}


@tagged("post_install", "-at_install")
class TestClock(EventCase):
    """A clock that goes wrong, and is set right again: nothing is lost, nothing is done twice.

    What is due is decided by the database's clock alone, which all workers share.
    """

    def setUp(self):
        super().setUp()
        self.noon = datetime.combine(fields.Date.today() + timedelta(days=1), time(12))

    def at(self, **amount):
        """The crons, so far from noon."""
        self.clock = self.noon + timedelta(**amount) - fields.Datetime.now()
        self.tick()

    def entering(self, workflow, **amount):
        """A contact that enters so far from noon, and its enrollment."""
        contact = self.contacts(1, city="Oslo")
        self.at(**amount)
        return contact, self.enrollments(workflow, contact)

    def assertDue(self, enrollment, **amount):
        late = enrollment.due_at - self.noon - timedelta(**amount)
        self.assertLess(abs(late), timedelta(minutes=1))

    def counted(self, *between):
        """A live workflow with two steps that lengthen the reference."""
        step = "for r in records: r.write({'ref': (r.ref or '') + 'x'})"
        return self.workflow(self.code_step(step), *between, self.code_step(step), triggers=[OSLO])

    def test_a_day_ahead_and_back_lets_nobody_act_twice(self):
        workflow = self.counted(self.delay(1, "days"))
        early, _enrollment = self.entering(workflow)
        self.at(days=1, hours=1)
        self.assertEqual(early.ref, "xx")
        late, _enrollment = self.entering(workflow, minutes=5)
        for hours in (1, 24, 25):
            self.at(hours=hours)
        self.assertEqual((early.ref, late.ref), ("xx", "xx"))
        self.assertEqual(set(self.enrollments(workflow).mapped("state")), {"completed"})

    def test_two_hours_back_in_the_middle_of_a_wait_do_not_move_it(self):
        workflow = self.counted(self.delay(3, "hours"))
        contact, enrollment = self.entering(workflow)
        due = enrollment.due_at
        for minutes in (60, -60, 0, 179):
            self.at(minutes=minutes)
            self.assertEqual((enrollment.due_at, contact.ref), (due, "x"))
        self.at(minutes=181)
        self.assertEqual(contact.ref, "xx")

    def test_a_step_reached_on_a_fast_clock_waits_from_then(self):
        workflow = self.counted(self.delay(1, "hours"))
        contact, enrollment = self.entering(workflow, days=1)
        self.assertDue(enrollment, days=1, hours=1)
        self.at(hours=2)
        self.assertEqual(contact.ref, "x")
        self.at(days=1, hours=2)
        self.assertEqual(contact.ref, "xx")

    def test_a_schedule_comes_once_a_day_whatever_the_clock_does(self):
        daily = {"kind": "schedule", "schedule_frequency": "days", "schedule_time": 15.0}
        city = "[('city', '=', 'Vardø')]"
        workflow = self.workflow(
            self.end(), triggers=[{**daily, "schedule_tz": "UTC", "domain": city, "reenroll": True}]
        )
        self.contacts(1, city="Vardø")
        self.at()
        before = len(self.enrollments(workflow))
        for hours in (4, 1, 2, 4, 5):
            self.at(hours=hours)
        self.assertEqual(len(self.enrollments(workflow)), before + 1)
        self.at(hours=28)
        self.assertEqual(len(self.enrollments(workflow)), before + 2)

    def test_what_a_day_brings_about_is_found_once(self):
        workflow = self.waits_for("activity_overdue", reenroll=True, steps=[self.end()])
        self.contact.activity_schedule("mail.mail_activity_data_todo", self.noon.date())
        for hours in (0, 24, 1, 10, 13, 24, 26):
            self.at(hours=hours)
        self.assertEqual(len(self.enrollments(workflow)), 1)

    def test_a_look_at_all_records_that_a_wrong_clock_put_off_is_made_up_for(self):
        workflow = self.workflow(self.end(), triggers=["[('city', '=', 'Oslo')]"])
        self.at(days=40)
        self.at(minutes=1)
        self.assertLess(workflow.evaluate_at, self.noon + timedelta(days=1, minutes=2))
        contact = self.contacts(1)
        self.env.cr.execute("UPDATE res_partner SET city = 'Oslo' WHERE id = %s", [contact.id])
        self.at(days=1, minutes=5)
        self.assertEntered(workflow, contact)

    def test_a_wait_over_a_change_of_the_clocks_ends_at_its_time_of_day(self):
        self.admin.tz, self.noon = "Europe/Oslo", datetime(2027, 3, 25, 12)
        workflow = self.workflow(
            self.delay(5, "days"), self.write_step(), triggers=[OSLO], run_as_id=self.admin.id
        )
        contact, enrollment = self.entering(workflow)
        self.assertDue(enrollment, days=5, hours=-1)
        self.at(days=5, hours=-2)
        self.assertFalse(contact.ref)
        self.at(days=5, minutes=-58)
        self.assertEqual(contact.ref, "been here")

    def test_another_time_zone_of_the_run_as_user_moves_no_wait_that_has_begun(self):
        self.admin.tz = "Europe/Oslo"
        workflow = self.workflow(
            self.delay(5, "days"), self.write_step(), triggers=[OSLO], run_as_id=self.admin.id
        )
        _contact, enrollment = self.entering(workflow)
        due = enrollment.due_at
        self.admin.tz = "Asia/Tokyo"
        self.at(hours=1)
        self.assertEqual(enrollment.due_at, due)
