import time
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged

from ..services.calls import courier, route, transport
from ..services.queue import outbox
from .calls import CallCase
from .http_server import close_early, drip, drip_headers, garbage, hang, redirect

#: Tests have less patience.
LONGEST_CALL = transport.TOTAL_SECONDS


@tagged("post_install", "-at_install")
class TestCallsDelivery(CallCase):
    """The outbox: each call arrives, whatever the other side does, or is given up with a cause."""

    def test_a_failing_service_is_tried_again_under_the_same_id(self):
        service = self.service(500, 503, 200)
        workflow, _contact = self.calling(service)
        self.deliver()
        self.assertEqual(self.tried(workflow), ("waiting", 1, 500))
        self.deliver()
        self.assertEqual(len(service.received), 1)
        self.travel(minutes=1, seconds=1)
        self.deliver()
        self.assertEqual(self.tried(workflow), ("waiting", 2, 503))
        self.travel(minutes=5, seconds=1)
        self.deliver()
        self.assertEqual(self.tried(workflow), ("delivered", 3, 200))
        self.assertEqual(
            {request.headers["webhook-id"] for request in service.received},
            {self.calls(workflow).key},
        )

    def test_a_service_says_when_to_come_again(self):
        for status, header, seconds in (
            (429, "600", 600),
            (503, "600", 600),
            (429, "999999999", 24 * 3600),
            (500, "600", 60),
            (429, "nonsense", 60),
        ):
            workflow, _contact = self.calling(self.service((status, b"", {"Retry-After": header})))
            self.deliver()
            call = self.calls(workflow)
            wait = (call.next_at - call.last_try_at).total_seconds()
            self.assertAlmostEqual(wait, seconds, delta=5, msg=(status, header))

    def test_a_service_names_the_moment_to_come_again(self):
        moment = datetime.utcnow().replace(microsecond=0) + timedelta(hours=3)
        date = moment.strftime("%a, %d %b %Y %H:%M:%S GMT")
        workflow, _contact = self.calling(self.service((503, b"", {"Retry-After": date})))
        self.deliver()
        self.assertEqual(self.calls(workflow).next_at, moment)

    def test_what_is_refused_for_good_is_given_up_at_once(self):
        for status in (400, 401, 403, 404, 410, 422, 304):
            workflow, _contact = self.calling(self.service(status))
            self.deliver()
            self.assertEqual(self.tried(workflow), ("given_up", 1, status))
            self.assertIn(str(status), self.calls(workflow).error)
        for status in (408, 409, 425, 429, 500, 502, 504):
            workflow, _contact = self.calling(self.service(status))
            self.deliver()
            self.assertEqual(self.tried(workflow), ("waiting", 1, status))

    def test_whatever_comes_back_the_call_ends(self):
        with patch.object(transport, "TOTAL_SECONDS", 0.5):
            for reply, state, part in (
                (garbage, "waiting", "broke"),
                (close_early, "waiting", "broke"),
                (hang(20), "waiting", "too long"),
                (drip(20), "waiting", "too long"),
                (drip_headers(20), "waiting", "too long"),
                (redirect("http://10.0.0.1/"), "given_up", "public internet"),
                (redirect("/hook"), "given_up", "from one address to the next"),
                (redirect("file:///etc/passwd"), "given_up", "none that can be called"),
            ):
                workflow, _contact = self.calling(self.service(reply))
                # All of them are one host, which would rest after it kept silent.
                self.env["crm.workflow.call.host"].search([]).unlink()
                started = time.monotonic()
                self.deliver()
                # The other side would go on for longer.
                self.assertLess(time.monotonic() - started, 5)
                call = self.calls(workflow)
                self.assertEqual(call.state, state, (reply, call.error))
                self.assertIn(part, call.error)

    def test_a_service_that_is_not_there_is_tried_again(self):
        service = self.service()
        service.__exit__()
        workflow, _contact = self.calling(service)
        self.deliver()
        self.assertEqual(self.tried(workflow), ("waiting", 1, 0))
        self.assertIn("takes no connection", self.calls(workflow).error)

    def test_of_a_long_answer_the_beginning_is_kept(self):
        workflow, _contact = self.calling(self.service((200, b"x\0" * 100_000, {})))
        self.deliver()
        call = self.calls(workflow)
        self.assertEqual(call.state, "delivered")
        self.assertEqual(call.response, "x" * (transport.MAX_ANSWER // 2))

    def test_redirects_are_followed_as_browsers_do(self):
        target = self.service()
        for status, method in ((307, "POST"), (308, "POST"), (302, "GET"), (303, "GET")):
            workflow, _contact = self.calling(self.service(redirect(target.url("/other"), status)))
            self.deliver()
            self.assertEqual(self.calls(workflow).state, "delivered")
            request = target.received[-1]
            self.assertEqual((request.method, request.path), (method, "/other"))
            self.assertEqual(bool(request.body), method == "POST")

    def test_after_three_days_a_call_is_given_up(self):
        workflow, _contact = self.calling(self.service(500))
        for _attempt in range(30):
            self.deliver()
            if self.calls(workflow).state != "waiting":
                break
            self.travel(hours=8, seconds=1)
        call = self.calls(workflow)
        self.assertEqual((call.state, call.status), ("given_up", 500))
        self.assertIn(call.attempts, range(8, 13))
        self.assertFalse(call.next_at)

    def claim(self):
        """Take what is due, as a worker does that dies afterwards."""
        with self.cron_env() as env:
            return outbox.claim_calls(env, 20, courier.LEASE)

    def test_a_call_of_a_dead_worker_is_sent_when_its_lease_ends(self):
        service = self.service()
        workflow, _contact = self.calling(service)
        [claimed] = self.claim()
        self.deliver()
        self.assertFalse(service.received)
        self.travel(minutes=6)
        self.deliver()
        self.assertEqual(self.tried(workflow), ("delivered", 2, 200))
        self.assertEqual(service.received[0].headers["webhook-id"], claimed["key"])

    def test_a_worker_that_was_given_up_for_dead_overwrites_nothing(self):
        workflow, _contact = self.calling(self.service(500))
        [claimed] = self.claim()
        self.travel(minutes=6)
        self.deliver()
        late = outbox.Settled(claimed["id"], claimed["attempts"], "given_up", None, 500, "x", None)
        outbox.settle_calls(self.env, [late])
        self.assertEqual(self.tried(workflow), ("waiting", 2, 500))

    def test_nothing_is_open_while_the_service_has_the_word(self):
        """The claim is committed before anything is sent, and what came back is written after."""
        self.calling(self.service())
        order = []

        def noting(name, work):
            def noted(*arguments, **options):
                order.append(name)
                return work(*arguments, **options)

            return noted

        with self.cron_env() as env:
            patches = [
                patch.object(env.cr, "commit", noting("commit", env.cr.commit)),
                patch.object(outbox, "claim_calls", noting("claim", outbox.claim_calls)),
                patch.object(transport, "send", noting("send", transport.send)),
                patch.object(outbox, "settle_calls", noting("settle", outbox.settle_calls)),
            ]
            for patcher in patches:
                patcher.start()
            env["crm.workflow"]._cron_call()
            for patcher in patches:
                patcher.stop()
        story = order[order.index("claim") : order.index("settle") + 2]
        self.assertEqual(story, ["claim", "commit", "commit", "send", "settle", "commit"])

    def test_a_lease_is_far_longer_than_the_slowest_slice(self):
        one, rounds = LONGEST_CALL, -(-courier.SLICE // courier.THREADS)
        # Besides, one call a second is the least that the settings allow.
        slowest = timedelta(seconds=rounds * one + courier.SLICE)
        self.assertGreaterEqual(courier.LEASE, 2 * slowest)

    def test_one_dead_host_does_not_hold_up_the_others(self):
        dead, good = self.service(hang(5)), self.service()
        with patch.object(courier, "SLICE", 2), patch.object(transport, "TOTAL_SECONDS", 0.3):
            slow, _contacts = self.calling(dead.url(host="127.0.0.1"), count=5)
            quick, _contacts = self.calling(good.url(host="localhost"), count=5)
            self.allow("127.0.0.1 localhost ::1")
            self.deliver()
        self.assertEqual(set(self.calls(quick).mapped("state")), {"delivered"})
        self.assertEqual(sum(self.calls(slow).mapped("attempts")), 1)

    def test_a_host_gets_so_many_calls_a_second(self):
        self.env["ir.config_parameter"].set_param(courier.PER_SECOND, "20")
        service = self.service()
        self.calling(service, count=11)
        started = time.monotonic()
        self.deliver()
        self.assertGreaterEqual(time.monotonic() - started, 0.5)
        self.assertEqual(len(service.received), 11)

    def test_many_calls_take_as_many_queries_for_each_slice_as_few(self):
        service = self.service()
        workflow = self.workflow(self.step(service))

        def deliver(count):
            workflow.enroll(self.contacts(count))
            self.tick_run()
            with patch.object(courier, "SLICE", 200):
                return self.queries(self.deliver)

        deliver(1)
        few = deliver(1)
        self.assertLessEqual(deliver(100), few + 2)
        self.assertEqual(len(service.received), 102)

    def test_what_was_given_up_is_sent_again_on_demand(self):
        service = self.service(404, 200)
        workflow, _contact = self.calling(service)
        self.deliver()
        call = self.calls(workflow)
        call.action_retry()
        self.assertEqual((call.state, call.attempts), ("waiting", 0))
        self.deliver()
        self.assertEqual(self.tried(workflow), ("delivered", 1, 200))

    def test_what_is_cancelled_is_not_sent(self):
        service = self.service()
        workflow, _contact = self.calling(service)
        self.calls(workflow).action_cancel()
        self.deliver()
        self.assertFalse(service.received)
        self.assertEqual(self.calls(workflow).state, "cancelled")

    def test_what_is_being_sent_is_left_alone(self):
        workflow, _contact = self.calling(self.service())
        self.claim()
        call = self.calls(workflow)
        for button in (call.action_cancel, call.action_retry):
            with self.assertRaisesRegex(UserError, "being sent"):
                button()

    def test_a_copy_of_the_database_sends_nothing(self):
        service = self.service()
        workflow, contact = self.calling(service, headers=[("X-Key", "hush", True)])
        self.env.flush_all()
        [query] = [
            query
            for query in get_neutralization_queries(["crm_workflow"])
            if "crm_workflow_call" in query
        ]
        self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertEqual(self.calls(workflow).state, "cancelled")
        self.assertFalse(self.env["crm.workflow.call.secret"].search([]))
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        other, _contact = self.calling(service)
        self.deliver()
        self.assertFalse(service.received)
        self.assertEqual(self.calls(other).state, "waiting")

    def test_calls_are_forgotten_with_the_ledger_unless_they_wait(self):
        workflow, _contacts = self.calling(self.service(200, 500), count=2)
        self.deliver()
        self.env["crm.workflow"]._gc_history()
        self.assertEqual(set(self.calls(workflow).mapped("state")), {"delivered", "waiting"})
        self.env.cr.execute(
            "UPDATE crm_workflow_enrollment SET finished_at = '2026-06-15' WHERE workflow_id = %s",
            [workflow.id],
        )
        self.env["ir.config_parameter"].set_param("crm_workflow.enrollment_days", "10000")
        self.env["crm.workflow"]._gc_history()
        self.env.invalidate_all()
        self.assertEqual(self.calls(workflow).mapped("state"), ["waiting"])

    def test_a_deadline_ends_what_it_watches(self):
        with route.Deadline(0.01) as deadline:
            time.sleep(0.05)
            self.assertTrue(deadline.passed)
            self.assertGreater(deadline.left(), 0)
