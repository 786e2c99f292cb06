import time
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..engine.signature import signature_of
from .webhook import WebhookCase

#: What callers send, and what nobody should.
BODIES = st.one_of(
    st.binary(max_size=200),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
        max_leaves=8,
    ).map(lambda value: {"email": value}),
    st.sampled_from([b'{"a": "\\u0000"}', b'{"a": "\\ud800"}', b'{"a": 1e999}', b"[" * 50_000]),
    st.sampled_from([b'{"a":' * 500 + b"1" + b"}" * 500, b'{"a": ' + b"9" * 5_000 + b"}"]),
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["webhook-id", "webhook-timestamp", "webhook-signature", "Idempotency-Key", "Cookie"]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=12).map(str.strip),
)
MEDIA_TYPES = st.sampled_from(
    ["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "x", ""]
)
FEW_HUNDRED = settings(
    max_examples=300,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@tagged("post_install", "-at_install")
class TestWebhook(WebhookCase):
    """The door: who may come in, and what the caller is told."""

    def test_a_call_is_answered_at_once_and_worked_on_later(self):
        flow = self.hook()
        answer = self.post(flow, {"email": "ada@example.com"})
        call = self.calls(flow)
        self.assertEqual(answer.status_code, 202)
        self.assertEqual(answer.json(), {"id": call.id, "status": "accepted"})
        self.assertEqual((call.state, call.payload), ("new", {"email": "ada@example.com"}))
        self.assertFalse(self.enrollments(flow))
        self.tick_enroll()
        self.assertEqual((call.state, call.enrollment_id), ("entered", self.enrollments(flow)))

    def test_a_payload_may_speak_of_events_and_models_itself(self):
        formula = "concat(event.event, ' of ', event.model)"
        workflow = self.hook({"kind": "compute", "key": "said", "compute_formula": formula})
        contact = self.contacts(1, email="ada@test.example")
        self.called(
            workflow, {"email": contact.email, "event": "paid", "model": "card", "id": "c-1"}
        )
        self.tick()
        enrollment = self.enrollments(workflow, contact)
        self.assertEqual(enrollment.outputs["said"]["value"], "paid of card")
        self.assertFalse(enrollment.event_text)
        self.assertFalse(enrollment.event_ref)

    def test_an_arriving_call_wakes_the_cron(self):
        flow = self.hook()
        cron = self.env.ref("crm_workflow.ir_cron_enroll")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        self.post(flow, {"email": "ada@example.com"})
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    def test_a_form_is_taken_as_well(self):
        flow = self.hook()
        answer = self.post(
            flow, b"email=ada%40example.com&tag=a&tag=b", "application/x-www-form-urlencoded"
        )
        self.assertEqual(answer.status_code, 202)
        payload = {"email": "ada@example.com", "tag": ["a", "b"]}
        self.assertEqual(self.calls(flow).payload, payload)

    def test_a_body_that_cannot_be_read_is_refused_and_noted(self):
        flow = self.hook()
        bodies = (b"{", b"[1]", b"", b"\xff", b'{"a": NaN}', b'{"a": "\\u0000"}')
        for body in bodies:
            answer = self.post(flow, body)
            self.assertEqual((answer.status_code, body), (400, body))
            self.assertIn("body", answer.json()["error"].lower())
        calls = self.calls(flow)
        self.assertEqual(calls.mapped("state"), ["refused"] * len(bodies))
        self.assertEqual(set(calls.mapped("status")), {400})
        self.assertFalse(any(calls.mapped("payload")))

    def test_another_type_of_content_is_refused(self):
        flow = self.hook()
        for media_type in ("text/xml", "multipart/form-data; boundary=x", ""):
            self.assertEqual(self.post(flow, b"{}", media_type).status_code, 415)

    def test_only_post_is_allowed(self):
        path = self.path(self.hook())
        for method in ("GET", "PUT", "DELETE"):
            self.assertEqual(self.url_open(path, method=method).status_code, 405)

    def test_a_body_that_is_too_large_is_refused(self):
        flow = self.hook()
        self.assertEqual(self.post(flow, b'"' + b"x" * 300_000 + b'"').status_code, 413)
        self.assertEqual(self.post(flow, {"email": "a@b.co", "x": "x" * 200_000}).status_code, 202)

    def test_unknown_off_draft_and_removed_are_all_the_same_to_the_caller(self):
        flow = self.hook()
        path = self.path(flow)
        answers = [self.post("/crm_workflow/hook/nothing"), self.post(path[:-1] + "x")]
        other = path[:-1] + ("0" if path[-1] != "0" else "1")
        answers.append(self.post(other))
        flow.action_edit()
        flow.draft_version_id.trigger_ids.unlink()
        flow.action_publish()
        answers.append(self.post(path))
        off = self.hook()
        off.action_turn_off()
        answers.append(self.post(off))
        self.assertEqual({answer.status_code for answer in answers}, {404})
        self.assertEqual(len({answer.text for answer in answers}), 1)
        self.assertFalse(self.calls(flow) + self.calls(off))

    def test_there_is_no_address_before_publishing(self):
        flow = self.hook(publish=False)
        self.assertFalse(self.webhook(flow))
        self.assertFalse(flow.trigger_ids.webhook_url)

    def test_the_address_stays_from_version_to_version(self):
        flow = self.hook()
        path = self.path(flow)
        flow.action_edit()
        flow.draft_version_id.trigger_ids.webhook_path = "contact"
        flow.action_publish()
        self.assertEqual(self.path(flow), path)
        self.assertEqual(self.post(path, {"contact": "ada@example.com"}).status_code, 202)

    def test_a_new_address_kills_the_old_one_at_once(self):
        flow = self.hook()
        old = self.path(flow)
        self.webhook(flow).action_rotate()
        self.assertNotEqual(self.path(flow), old)
        self.assertEqual(self.post(old, {"email": "a@b.co"}).status_code, 404)
        self.assertEqual(self.post(flow, {"email": "a@b.co"}).status_code, 202)

    def test_a_delivery_that_comes_again_counts_once(self):
        flow, other = self.hook(), self.hook()
        for header in ("webhook_id", "Idempotency_Key"):
            first, again = (
                self.post(flow, {"email": "ada@example.com"}, **{header: f"{header} 1"})
                for _ in range(2)
            )
            self.assertEqual((first.status_code, again.status_code), (202, 200))
            self.assertEqual(first.json()["id"], again.json()["id"])
        self.assertEqual(len(self.calls(flow)), 2)
        answer = self.post(other, {"email": "ada@example.com"}, webhook_id="webhook_id 1")
        self.assertEqual(answer.status_code, 202)

    def test_a_delivery_that_was_refused_may_come_again(self):
        flow = self.hook()
        self.assertEqual(self.post(flow, b"{", webhook_id="1").status_code, 400)
        self.assertEqual(self.post(flow, {"email": "a@b.co"}, webhook_id="1").status_code, 202)

    def test_calls_above_the_rate_come_again_later(self):
        flow = self.hook(webhook_rate=3)
        answers = [self.post(flow, {"email": "a@b.co"}) for _ in range(4)]
        self.assertEqual([answer.status_code for answer in answers], [202, 202, 202, 429])
        self.assertIn(int(answers[-1].headers["Retry-After"]), range(50, 61))
        self.assertEqual(len(self.calls(flow)), 3)
        self.assertEqual(self.post(self.hook(), {"email": "a@b.co"}).status_code, 202)
        with freeze_time(fields.Datetime.now() + timedelta(seconds=61)):
            self.assertEqual(self.post(flow, {"email": "a@b.co"}).status_code, 202)

    def signed(self, flow, body=b'{"email": "a@b.co"}', delivery="1", at=None, **headers):
        """A call with its signature; ``headers`` replace what is right."""
        timestamp = str(int(time.time()) if at is None else at)
        right = {
            "webhook_id": delivery,
            "webhook_timestamp": timestamp,
            "webhook_signature": signature_of(self.webhook(flow).secret, delivery, timestamp, body),
        }
        return self.post(flow, body, **(right | headers))

    def test_a_signed_call_comes_in_and_comes_in_once(self):
        flow = self.hook(webhook_signed=True)
        self.assertEqual(self.signed(flow).status_code, 202)
        self.assertEqual(self.signed(flow).status_code, 200)
        several = "v1,AAAA v1,BBBB "
        right = signature_of(self.webhook(flow).secret, "2", "1", b"{}")
        with freeze_time("1970-01-01 00:00:01"):
            answer = self.signed(flow, b"{}", "2", 1, webhook_signature=several + right)
        self.assertEqual(answer.status_code, 202)
        form = b"email=a%40b.co"
        timestamp = str(int(time.time()))
        answer = self.post(
            flow,
            form,
            "application/x-www-form-urlencoded",
            webhook_id="3",
            webhook_timestamp=timestamp,
            webhook_signature=signature_of(self.webhook(flow).secret, "3", timestamp, form),
        )
        self.assertEqual(answer.status_code, 202)

    def test_a_call_without_a_right_signature_stays_out(self):
        flow = self.hook(webhook_signed=True)
        now = int(time.time())
        answers = [
            self.post(flow, {"email": "a@b.co"}),
            self.signed(flow, webhook_signature="v1,AAAA"),
            self.signed(flow, webhook_signature=""),
            self.signed(flow, webhook_id="other"),
            self.signed(flow, webhook_id=""),
            self.signed(flow, webhook_timestamp=str(now - 1)),
            self.signed(flow, at=now - 301),
            self.signed(flow, at=now + 310),
        ]
        self.assertEqual([answer.status_code for answer in answers], [401] * len(answers))
        self.assertEqual(set(self.calls(flow).mapped("state")), {"refused"})

    def test_a_new_signing_secret_replaces_the_old_one(self):
        flow = self.hook(webhook_signed=True)
        old = self.webhook(flow).secret
        self.webhook(flow).action_renew_secret()
        timestamp = str(int(time.time()))
        signature = signature_of(old, "1", timestamp, b"{}")
        answer = self.signed(flow, b"{}", at=timestamp, webhook_signature=signature)
        self.assertEqual(answer.status_code, 401)
        self.assertEqual(self.signed(flow, b"{}").status_code, 202)

    def test_calls_during_a_pause_are_kept(self):
        flow = self.hook()
        flow.action_pause()
        [call] = self.called(flow, {"email": "ada@example.com"})
        self.assertEqual(call.state, "new")
        flow.action_resume()
        self.tick_enroll()
        self.assertEqual(call.state, "entered")

    def test_calls_that_wait_when_the_workflow_is_turned_off_are_refused(self):
        flow = self.hook()
        self.post(flow, {"email": "ada@example.com"})
        flow.action_turn_off()
        self.tick_enroll()
        call = self.calls(flow)
        self.assertEqual(call.state, "refused")
        self.assertIn("turned off", call.reason)
        self.assertFalse(self.env["res.partner"].search([("email", "=", "ada@example.com")]))

    @mute_logger("odoo.http", "werkzeug")
    def test_nothing_that_is_sent_breaks_the_door_or_the_worker(self):
        flow = self.hook(webhook_rate=6_000, webhook_mapping=[["email", "comment", "always"]])
        signed = self.hook(webhook_rate=6_000, webhook_signed=True)
        statuses = set()

        @FEW_HUNDRED
        @given(st.sampled_from([flow, signed]), BODIES, MEDIA_TYPES, HEADERS)
        def send(where, body, media_type, headers):
            headers = {name: value.encode("latin-1") for name, value in headers.items()}
            answer = self.post(where, body, media_type, **headers)
            statuses.add(answer.status_code)
            self.assertIn(answer.status_code, (200, 202, 400, 401, 415))

        send()
        self.assertLessEqual({202, 400, 401, 415}, statuses)
        for _ in range(3):
            self.tick_enroll()
        self.assertEqual((flow.state, signed.state), ("on", "on"))
        self.assertNotIn("new", self.calls(flow).mapped("state"))

    @mute_logger("odoo.http", "werkzeug")
    def test_no_address_breaks_the_door(self):
        @settings(FEW_HUNDRED, max_examples=100)
        @given(st.text(st.characters(exclude_characters="/?#%\\"), min_size=1, max_size=70))
        def send(token):
            answer = self.post("/crm_workflow/hook/" + token, {})
            self.assertIn(answer.status_code, (404, 405, 308, 301, 303))

        send()
        for token in ("%00", "%ff%fe", "é" * 40, "0" * 16 + "-" + "é" * 40):
            self.assertEqual(self.post("/crm_workflow/hook/" + token, {}).status_code, 404)
