"""The door: who may come in, what is wrong with a call, and what the caller is told.

Nothing that is sent may break it, and nothing else is done here than to note the call.
"""

import math
import re
from datetime import timedelta
from typing import NamedTuple

from odoo.fields import Domain
from odoo.tools import consteq

from ...engine.errors import PayloadError
from ...engine.payload import payload_from_form, payload_from_json
from ...engine.signature import TOLERANCE, is_recent, is_signed
from ..queue.calls import add_call
from ..wake import wake

MINUTE = 60
#: So many refused calls of a webhook are noted in a minute; those beyond leave nothing behind.
REFUSED_NOTED = 10
MAX_DELIVERY = 200
ACCEPTED = Domain("status", "=", 202)
REFUSED = ~ACCEPTED
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
    try:
        _check(webhook, trigger, arrival)
        return _take(webhook, trigger, arrival)
    except Refused as refused:
        return _refuse(webhook, refused)


def webhook_of(env, token):
    """The webhook that a token opens, or none; the secret part is compared in constant time."""
    webhooks = env["crm.workflow.webhook"]
    parts = _TOKEN.fullmatch(token)
    if not parts:
        return webhooks
    webhook = webhooks.search([("identifier", "=", parts[1])])
    return webhook.filtered(lambda known: consteq(known._token_sudo(), token))


def _take(webhook, trigger, arrival):
    """Note a call of somebody who may call, if it is new and within the rate.

    :raise Refused: when it cannot be read
    """
    delivery = arrival.delivery or None
    if answer := _known(webhook, delivery):
        return answer
    if seconds := _seconds_to_wait(webhook, trigger.webhook_rate, ACCEPTED):
        headers = {"Retry-After": str(seconds)}
        return _answer(429, headers, error="Too many calls; try again later.")
    call_id = add_call(webhook.env, webhook, 202, _payload(arrival), delivery)
    if call_id is None:
        return _known(webhook, delivery)  # it came twice at this instant
    wake(webhook.env, "crm_workflow.ir_cron_enroll")
    return _answer(202, id=call_id, status="accepted")


def _known(webhook, delivery):
    """The answer to a call that was noted before, or None."""
    if delivery is None:
        return None
    known = [("webhook_id", "=", webhook.id), ("delivery", "=", delivery)]
    call = webhook.env["crm.workflow.webhook.call"].search(known)
    return _answer(200, id=call.id, status="known already") if call else None


def _refuse(webhook, refused):
    """Whoever knows the address can be refused as often as he likes: only the first are noted."""
    if not _seconds_to_wait(webhook, REFUSED_NOTED, REFUSED):
        add_call(webhook.env, webhook, refused.status, reason=str(refused))
    return _answer(refused.status, error=str(refused))


def _seconds_to_wait(webhook, rate, kind):
    """How long until one more call of a kind is within the rate; 0 when it is now.

    Asks for one row of the last minute, without a lock: who calls at the same instant may get one
    more in.

    :param kind: ``ACCEPTED`` or ``REFUSED``; neither uses up the other's rate
    """
    now = webhook.env.cr.now()
    recent = Domain("webhook_id", "=", webhook.id) & Domain(
        "at", ">", now - timedelta(seconds=MINUTE)
    )
    earlier = webhook.env["crm.workflow.webhook.call"].search_fetch(
        recent & kind, ["at"], order="at DESC", offset=rate - 1, limit=1
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
