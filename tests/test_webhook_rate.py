import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged

from ..engine.signature import signature_of
from ..services.webhook import door
from .webhook import WebhookCase


@tagged("post_install", "-at_install")
class TestWebhookRate(WebhookCase):
    """Nobody uses up another's calls, and a flood of refused ones leaves little behind."""

    def setUp(self):
        super().setUp()
        self.flow = self.hook(webhook_signed=True, webhook_rate=3)

    def signed(self, delivery, body=b'{"email": "a@b.co"}'):
        timestamp = str(int(time.time()))
        return self.post(
            self.flow,
            body,
            webhook_id=delivery,
            webhook_timestamp=timestamp,
            webhook_signature=signature_of(
                self.webhook(self.flow).secret, delivery, timestamp, body
            ),
        ).status_code

    def refused(self):
        """One call each of those that are refused, by what is wrong with it."""
        return [
            self.post(self.flow, {"email": "a@b.co"}).status_code,
            self.post(self.flow, {"email": "a@b.co"}, webhook_id="1").status_code,
            self.post(self.flow, b"x", "text/plain").status_code,
            self.post(self.flow, {}, webhook_id="x" * 300).status_code,
            self.post(self.flow, b'"' + b"x" * 300_000 + b'"').status_code,
        ]

    def test_refused_calls_are_nobodys_rate(self):
        for _time in range(3):
            self.assertEqual(self.refused(), [401, 401, 415, 400, 413])
        answers = [self.signed(str(number)) for number in range(4)]
        self.assertEqual(answers, [202, 202, 202, 429])

    def test_a_call_that_comes_again_is_nobodys_rate(self):
        self.assertEqual([self.signed("1") for _time in range(6)], [202] + [200] * 5)
        self.assertEqual([self.signed(delivery) for delivery in "234"], [202, 202, 429])
        self.assertEqual(self.signed("2"), 200)

    def test_a_signed_call_that_cannot_be_read_is_nobodys_rate(self):
        answers = [self.signed(str(number), b"{") for number in range(5)]
        self.assertEqual(answers, [400] * 5)
        self.assertEqual(self.signed("5"), 202)

    def test_of_a_flood_of_refused_calls_few_are_noted(self):
        for _time in range(door.REFUSED_NOTED + 5):
            self.assertEqual(self.post(self.flow, {"email": "a@b.co"}).status_code, 401)
        self.assertEqual(len(self.calls(self.flow)), door.REFUSED_NOTED)
        self.assertEqual(self.signed("1"), 202)
        with freeze_time(fields.Datetime.now() + timedelta(seconds=61)):
            self.post(self.flow, {"email": "a@b.co"})
        self.assertEqual(len(self.calls(self.flow)), door.REFUSED_NOTED + 2)

    def test_a_flood_takes_a_handful_of_queries_however_long_it_lasts(self):
        def flood():
            return self.queries(lambda: self.refuse_one())

        flood()
        first = flood()
        with patch.object(door, "REFUSED_NOTED", 2):
            later = [flood() for _time in range(3)]
        self.assertTrue(all(count < first for count in later), (first, later))

    def refuse_one(self):
        webhook = self.webhook(self.flow)
        call = door.Arrival(b"{}", "application/json", "", "", "")
        self.assertEqual(webhook._receive_sudo(webhook._token_sudo(), call).status, 401)
