"""The door: who may come in, what is wrong with a call, and what the caller is told.

Nothing that is sent may break it, and nothing else is done here than to note the call.
"""

import math
import re
from typing import NamedTuple

from odoo.tools import consteq

from ...engine.errors import PayloadError
from ...engine.payload import payload_from_form, payload_from_json
from ...engine.signature import TOLERANCE, is_recent, is_signed
from ..queue.calls import add_call
from ..wake import wake

MINUTE = 60
MAX_DELIVERY = 200
_TOKEN = re.compile(r"([0-9a-f]{16})-([0-9a-f]{40})")
_READERS = {
    "application/json": payload_from_json,
    "application/x-www-form-urlencoded": payload_from_form,
}


class Arrival(NamedTuple):
    """A call as it came: its body, and those of its headers that count."""

    body: bytes
    media_type: str
    delivery: str
    timestamp: str
    signatures: str


class Answer(NamedTuple):
    """What the caller is told: a status, an object, and headers besides."""

    status: int
    content: dict
    headers: dict


class Refused(Exception):
    """The call is wrong, and its sender is told why."""

    def __init__(self, status, reason):
        super().__init__(reason)
        self.status = status


def receive(env, token, arrival):
    """Note a call, to be worked on by the cron, and answer it.

    :param env: a superuser's environment: the caller is nobody
    """
    webhook = webhook_of(env, token)
    trigger = webhook._live_trigger()
    if not trigger:
        # One answer for unknown, rotated, off and never published: none tells what there is.
        return _answer(404, error="There is no such webhook.")
    if seconds := _seconds_to_wait(webhook, trigger.webhook_rate):
        headers = {"Retry-After": str(seconds)}
        return _answer(429, headers, error="Too many calls; try again later.")
    try:
        _check(webhook, trigger, arrival)
        payload = _payload(arrival)
    except Refused as refused:
        add_call(env, webhook, refused.status, reason=str(refused))
        return _answer(refused.status, error=str(refused))
    return _note(env, webhook, payload, arrival.delivery or None)


def webhook_of(env, token):
    """The webhook that a token opens, or none; the secret part is compared in constant time."""
    webhooks = env["crm.workflow.webhook"]
    parts = _TOKEN.fullmatch(token)
    if not parts:
        return webhooks
    webhook = webhooks.search([("identifier", "=", parts[1])])
    return webhook.filtered(lambda known: consteq(known._token_sudo(), token))


def _note(env, webhook, payload, delivery):
    call_id = add_call(env, webhook, 202, payload, delivery)
    if call_id is None:
        known = [("webhook_id", "=", webhook.id), ("delivery", "=", delivery)]
        call = env["crm.workflow.webhook.call"].search(known)
        return _answer(200, id=call.id, status="known already")
    wake(env, "crm_workflow.ir_cron_enroll")
    return _answer(202, id=call_id, status="accepted")


def _seconds_to_wait(webhook, rate):
    """How long until one more call is within the rate; 0 when it is now.

    Asks for one row, without a lock: who calls at the same instant may get one more in.
    """
    now = webhook.env.cr.now()
    earlier = webhook.env["crm.workflow.webhook.call"].search_fetch(
        [("webhook_id", "=", webhook.id)], ["at"], order="at DESC", offset=rate - 1, limit=1
    )
    passed = (now - earlier.at).total_seconds() if earlier else MINUTE
    return math.ceil(max(MINUTE - passed, 0))


def _check(webhook, trigger, arrival):
    """Refuse what is wrong about a call besides its body.

    :raise Refused: with the status that says so
    """
    if arrival.media_type not in _READERS:
        raise Refused(415, "Send JSON (application/json) or a form (…/x-www-form-urlencoded).")
    delivery = arrival.delivery
    if len(delivery) > MAX_DELIVERY or not (delivery.isascii() and delivery.isprintable()):
        raise Refused(400, f"The id of a call is up to {MAX_DELIVERY} plain characters.")
    if trigger.webhook_signed:
        _check_signature(webhook, arrival)


def _check_signature(webhook, arrival):
    if not is_recent(arrival.timestamp, webhook.env.cr.now().timestamp()):
        raise Refused(
            401,
            f"The header webhook-timestamp is missing, or more than {TOLERANCE} seconds off.",
        )
    signed = (arrival.delivery, arrival.timestamp, arrival.body, arrival.signatures)
    if not is_signed(webhook.secret or "", *signed):
        raise Refused(401, "The signature is missing or wrong; it is over id.timestamp.body.")


def _payload(arrival):
    try:
        return _READERS[arrival.media_type](arrival.body)
    except PayloadError as error:
        raise Refused(400, str(error)) from error


def _answer(status, headers=None, /, **content):
    return Answer(status, content, headers or {})
