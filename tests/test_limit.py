import sys
import threading
import time
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..services import limit
from ..services.batch import Batch
from ..services.faults import TooLong
from .common import WorkflowCase

ENDLESS_ON_TWO = """
while any(r.name == 'Contact 2' for r in records):
    pass
records.write({'ref': 'fine'})
"""
ENDLESS_IN_TURN = """
while record.name == 'Contact 2':
    pass
record.write({'ref': 'fine'})
"""
STUBBORN = """
while record.name == 'Contact 2':
    try:
        while True:
            pass
    except Exception:
        continue
record.write({'ref': 'fine'})
"""
SLEEPS_IN_SQL = """
if record.name == 'Contact 2':
    env.cr.execute('SELECT pg_sleep(600)')
record.write({'ref': 'fine'})
"""
PASSES_OVER_IT = """
if record.name == 'Contact 2':
    try:
        env.cr.execute('SELECT pg_sleep(600)')
    except Exception:
        pass
record.write({'ref': 'fine'})
"""
ENDLESS = """
while True:
    pass
"""


@tagged("post_install", "-at_install")
class TestLimit(WorkflowCase):
    """A step that does not come to an end is cut off; its neighbours go on."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param(limit.PARAMETER, "0.3")

    def assertCut(self, code, count=7):
        workflow = self.workflow(self.code_step(code))
        contacts = self.contacts(count)
        workflow.enroll(contacts)
        with mute_logger("odoo.sql_db"):
            self.tick()
        self.assertEqual(contacts.filtered(lambda c: c.ref == "fine"), contacts - contacts[2])
        [parked] = self.enrollments(workflow).filtered(lambda row: row.state == "parked")
        self.assertEqual(parked.res_id, contacts[2].id)
        self.assertEqual(
            parked.reason,
            "Stopped: the step had not come to an end after 0.3 seconds. Mend it, then retry.",
        )
        self.assertEqual(workflow.state, "on")

    def test_a_loop_without_an_end_over_all_records_is_cut(self):
        self.assertCut(ENDLESS_ON_TWO)

    def test_a_loop_without_an_end_on_one_record_is_cut(self):
        self.assertCut(ENDLESS_IN_TURN)

    def test_a_loop_that_catches_every_error_is_cut(self):
        self.assertCut(STUBBORN)

    def test_a_query_without_an_end_is_cancelled(self):
        self.assertCut(SLEEPS_IN_SQL)

    def test_a_query_that_was_cancelled_cannot_be_passed_over(self):
        self.assertCut(PASSES_OVER_IT)

    def test_many_records_may_take_as_long_as_each_of_them_may(self):
        self.env["ir.config_parameter"].set_param(limit.PARAMETER, "1")
        workflow = self.workflow(self.code_step("time.sleep(0.1); record.write({'ref': 'fine'})"))
        contacts = self.contacts(12)
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual(set(contacts.mapped("ref")), {"fine"})

    def test_a_slow_set_is_run_record_by_record(self):
        self.env["ir.config_parameter"].set_param(limit.PARAMETER, "1")
        slow = "time.sleep(0.1 * len(records)); records.write({'ref': 'fine'})"
        workflow = self.workflow(self.code_step(slow))
        contacts = self.contacts(12)
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual(set(contacts.mapped("ref")), {"fine"})
        self.assertEqual(set(self.enrollments(workflow).mapped("state")), {"completed"})

    def test_a_step_that_never_ends_pauses_its_workflow_and_no_other(self):
        workflow = self.workflow(self.code_step(ENDLESS, name="Round and round"))
        other = self.workflow(self.write_step("ref", "fine"))
        contacts = self.contacts(20)
        workflow.enroll(contacts)
        other.enroll(contacts)
        self.tick()
        self.assertEqual(workflow.state, "paused")
        self.assertEqual(
            workflow.pause_reason,
            "The step “Round and round” does not come to an end: it was stopped after 0.3 seconds "
            "with each of several records. Mend it, then resume.",
        )
        states = self.enrollments(workflow).mapped("state")
        self.assertEqual((states.count("parked"), states.count("active")), (limit.MAX_IN_A_ROW, 17))
        self.assertEqual(set(self.enrollments(other).mapped("state")), {"completed"})

    def test_a_blow_that_comes_too_late_hits_nobody(self):
        self.env["ir.config_parameter"].set_param(limit.PARAMETER, "0.001")
        batch = Batch(self.env, "res.partner", [], self.env.cr.now())
        blows = 0
        with limit.Limit(self.env) as watch, patch.object(limit, "AGAIN_SECONDS", 0.001):
            for turn in range(300):
                ends = time.monotonic() + turn / 100_000
                try:
                    with watch.on(batch):
                        while time.monotonic() < ends:
                            pass
                except limit.Blow as blow:
                    blows += isinstance(watch.verdict(blow), TooLong)
        self.assertTrue(blows)
        # Whatever would still arrive arrives here.
        time.sleep(0.01)

    def test_the_interpreter_is_left_as_it_was(self):
        """What is raised in a thread, but called off, is looked for after each step from then on;
        where a profiler traces the step, it never gets further.
        """
        for code in ("record.write({'ref': 'fine'})", ENDLESS_IN_TURN):
            workflow = self.workflow(self.code_step(code))
            workflow.enroll(self.contacts(3))
            self.tick()
        done = threading.Event()

        def trace():
            sys.setprofile(lambda *_event: None)
            sum(number for number in range(10))
            sys.setprofile(None)
            done.set()

        threading.Thread(target=trace, daemon=True).start()
        self.assertTrue(done.wait(10), "a profiler holds the interpreter up")

    def test_without_a_limit_nothing_is_cut(self):
        self.env["ir.config_parameter"].set_param(limit.PARAMETER, "0")
        workflow = self.workflow(self.code_step("time.sleep(0.5); record.write({'ref': 'fine'})"))
        contacts = self.contacts(1)
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual(contacts.ref, "fine")

    def test_the_limit_is_that_of_the_settings_or_twenty_seconds(self):
        for text, seconds in (("5", 5), ("", 20), ("much", 20), ("-1", 0)):
            with self.subTest(text):
                self.env["ir.config_parameter"].set_param(limit.PARAMETER, text)
                self.assertEqual(limit.seconds_of(self.env), seconds)
