from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ..engine.call_retry import RESTS
from ..services.calls import courier, transport
from .calls import CallCase
from .http_server import hang

DEAD, GOOD = "127.0.0.1", "localhost"


@tagged("post_install", "-at_install")
class TestCallsSilence(CallCase):
    """A host that takes calls and never answers costs the others next to nothing."""

    def setUp(self):
        super().setUp()
        self.allow("127.0.0.1 localhost ::1")
        self.crons = type(self.env["ir.cron"])
        for owner, name, value in ((courier, "SLICE", 4), (transport, "TOTAL_SECONDS", 0.3)):
            patcher = patch.object(owner, name, value)
            patcher.start()
            self.addCleanup(patcher.stop)

    def many(self, call, count):
        """As many more calls as this one, due as long as it is."""
        names = [
            SQL.identifier(field.name)
            for field in call._fields.values()
            if field.store and field.column_type and field.name not in ("id", "key")
        ]
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_workflow_call (key, %(names)s)
                   SELECT c.key || n, %(names)s
                     FROM crm_workflow_call c, generate_series(1, %(count)s) AS n
                    WHERE c.id = %(call)s""",
                names=SQL(", ").join(names),
                count=count,
                call=call.id,
            )
        )
        self.env.invalidate_all()

    def silent(self, count=1, **vals):
        """(service, workflow) of a host that keeps silent, with so many calls due."""
        service = self.service(hang(2))
        workflow, _contacts = self.calling(service.url(host=DEAD), **vals)
        if count > 1:
            self.many(self.calls(workflow), count - 1)
        return service, workflow

    def sound(self):
        service = self.service()
        workflow, _contacts = self.calling(service.url(host=GOOD))
        return service, workflow

    def run_once(self):
        """A run that has time for one slice, as with a host that costs a minute."""
        seconds = iter([60.0])
        with patch.object(
            self.crons, "_commit_progress", lambda *_args, **_options: next(seconds, 0.0)
        ):
            self.deliver()

    def host(self):
        self.env.invalidate_all()
        return self.env["crm.workflow.call.host"].search([("host", "=", DEAD)])

    def attempts(self, workflow):
        return sum(self.calls(workflow).mapped("attempts"))

    def test_thousands_of_calls_to_a_silent_host_do_not_keep_another_from_its_turn(self):
        self.silent(1_200)
        good, _workflow = self.sound()
        self.run_once()
        self.assertEqual(len(good.received), 1)

    def test_a_silent_host_rests_though_the_run_is_over(self):
        _service, workflow = self.silent(20)
        self.run_once()
        tried = self.attempts(workflow)
        self.assertEqual(tried, 4)
        self.run_once()
        self.assertEqual(self.attempts(workflow), tried)
        self.silent()
        self.run_once()
        self.assertEqual(self.attempts(workflow), tried, "nor is a new call an occasion")

    def test_one_call_finds_out_and_each_rest_is_longer_than_the_last(self):
        _service, workflow = self.silent(20)
        self.run_once()
        before = self.attempts(workflow)
        for turn, rest in enumerate((*RESTS, RESTS[-1]), 1):
            self.assertEqual(self.host().silences, turn)
            now = self.env.cr.now() + self.clock
            self.assertAlmostEqual(self.host().rests_until, now + rest, delta=timedelta(minutes=1))
            self.travel(seconds=rest.total_seconds() + 1)
            self.run_once()
            self.assertEqual(self.attempts(workflow), before + turn)

    def test_a_host_that_answers_is_as_all_others(self):
        service, workflow = self.silent(9)
        self.run_once()
        service.replies = [200]
        self.travel(minutes=1, seconds=1)
        self.deliver()
        self.assertFalse(self.host())
        self.assertEqual(set(self.calls(workflow).mapped("state")), {"delivered"})

    def test_a_failure_that_is_told_is_no_silence(self):
        workflow, _contacts = self.calling(self.service(500).url(host=DEAD), count=3)
        self.deliver()
        self.assertFalse(self.host())
        self.assertEqual(self.attempts(workflow), 3)

    def test_what_a_silent_host_was_never_asked_is_given_up_after_three_days(self):
        _service, workflow = self.silent(20)
        self.run_once()
        self.travel(days=2)
        self.run_once()
        self.assertEqual(set(self.calls(workflow).mapped("state")), {"waiting"})
        self.travel(days=1, minutes=30)
        self.run_once()
        never_asked = self.calls(workflow).filtered(lambda call: not call.attempts)
        self.assertGreater(len(never_asked), 10)
        self.assertEqual(set(never_asked.mapped("state")), {"given_up"})
        self.assertEqual(set(never_asked.mapped("error")), {"The service took too long."})

    def test_what_is_new_to_a_silent_host_is_given_three_days_too(self):
        _service, old = self.silent()
        self.run_once()
        self.travel(days=2)
        _service, new = self.silent(2)
        self.run_once()
        self.travel(days=2)
        self.run_once()
        self.assertEqual(set(self.calls(old).mapped("state")), {"given_up"})
        self.assertEqual(set(self.calls(new).mapped("state")), {"waiting"})

    def test_a_paused_workflow_keeps_its_calls(self):
        _service, paused = self.silent()
        paused.action_pause()
        _service, workflow = self.silent()
        self.run_once()
        self.travel(days=4)
        self.run_once()
        self.assertEqual(self.calls(workflow).state, "given_up")
        self.assertEqual(self.tried(paused), ("waiting", 0, 0))

    def test_somebody_who_sends_again_need_not_wait(self):
        service, workflow = self.silent(3)
        self.run_once()
        call = self.calls(workflow)[0]
        self.assertTrue(call.rests_until)
        service.replies = [200]
        call.action_retry()
        self.assertFalse(call.rests_until)
        self.deliver()
        self.assertEqual(self.calls(workflow)[0].state, "delivered")

    def test_a_host_that_nobody_calls_any_more_is_forgotten(self):
        self.silent()
        self.run_once()
        hosts = self.env["crm.workflow.call.host"]
        hosts._gc_hosts()
        self.assertTrue(self.host())
        self.host().rests_until -= timedelta(days=2)
        hosts._gc_hosts()
        self.assertFalse(self.host())
