"""The courier: takes calls that are due out of the outbox, delivers them, and notes the answers.

No transaction is open while the other side has the word: a claim is committed before, and what
came back is written after. Threads do nothing but HTTP.
"""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from ...engine.call_address import allowed_from_text
from ...engine.call_retry import PATIENCE, RESTS, is_delivered, may_pass, next_try, wish_of
from ...engine.errors import CallError
from ...engine.signature import signature_of
from .. import races, workers
from ..queue import hosts, outbox
from ..queue.outbox import Settled
from ..wake import wake
from . import transport
from .request import CRON
from .words import fault_text, status_text

_logger = logging.getLogger(__name__)

ALLOWED = "crm_workflow.calls_allowed"
PER_SECOND = "crm_workflow.calls_per_second"
DEFAULT_PER_SECOND = 20
THREADS = 10
#: Calls in one claim: their deliveries end within two of the longest calls.
SLICE = 20
#: A worker that has not said a word for so long is taken for dead.
LEASE = timedelta(minutes=5)
RESERVE_SECONDS = 1
#: What tells that a host is in no state to be called for a while.
SILENCE = {"timeout", "no_connection", "unknown_host"}


class Courier:
    """Delivers what is due until nothing is, or time is up. Commits."""

    def __init__(self, env):
        self.env = env
        self.crons = env["ir.cron"]
        self.allowed = allowed_of(env)
        self.pace = Pace(_per_second(env))

    def run(self):
        """Deliver; returns the number of attempts. In a copy of a database nothing is sent."""
        self._wake()
        seconds_left, total = self.crons._commit_progress(), 0
        if is_silenced(self.env):
            return 0
        while seconds_left > RESERVE_SECONDS:
            calls = self._claim()
            if not calls:
                # What is left belongs to hosts that rest: no reason to come at once.
                self.crons._commit_progress(remaining=0)
                break
            self.crons._commit_progress()
            answers = self._deliver(calls)
            self._settle(calls, answers)
            seconds_left = self.crons._commit_progress(len(calls), remaining=len(calls) // SLICE)
            self._wake()
            self.env.cr.commit()  # pylint: disable=invalid-commit
            total += len(calls)
        else:
            # Odoo would go on within a minute only.
            wake(self.env, CRON)
        return total

    def _claim(self):
        try:
            return races.run(self.env, lambda: outbox.claim_calls(self.env, SLICE, LEASE))
        except races.LostRaces:
            return []

    def _deliver(self, calls):
        """The answer to each call, in their order. No transaction is open meanwhile."""
        secrets_sudo = self.env["crm.workflow.call.secret"].sudo()
        keyring = Keyring(secrets_sudo._of_steps({call["step_key"] for call in calls}))
        requests = [self._request(call, keyring) for call in calls]
        # Reading the secrets has begun a transaction: it must not last as long as the calls.
        self.env.cr.commit()  # pylint: disable=invalid-commit
        with ThreadPoolExecutor(THREADS, "crm_workflow_call") as pool:
            return list(pool.map(self._send, calls, requests))

    def _send(self, call, request):
        if isinstance(request, transport.Answer):
            return request
        time.sleep(self.pace.wait(call["host"]))
        return transport.send(request)

    def _request(self, call, keyring):
        """What is sent, with the secrets; or the answer that there is none to send."""
        body = (call["body"] or "").encode()
        headers = {name: value for name, value in call["headers"].items() if value is not None}
        try:
            secrets = {
                name: keyring.secret(call, name)
                for name, value in call["headers"].items()
                if value is None
            }
            headers |= self._signing(call, keyring, body)
        except CallError as error:
            return transport.Answer(fault=error.code, detail=error.detail, final=True)
        return transport.Request(call["method"], call["url"], headers, secrets, body, self.allowed)

    def _signing(self, call, keyring, body):
        """Headers of the Standard Webhooks: the id is the same each time the call is sent."""
        timestamp = str(int(self.env.cr.now().timestamp()))
        headers = {"webhook-id": call["key"], "webhook-timestamp": timestamp}
        if call["signed"]:
            secret = keyring.secret(call, "")
            headers["webhook-signature"] = signature_of(secret, call["key"], timestamp, body)
        return headers

    def _settle(self, calls, answers):
        now, pairs = self.env.cr.now(), list(zip(calls, answers, strict=True))
        settled = [self._outcome(call, answer, now) for call, answer in pairs]

        def write():
            outbox.settle_calls(self.env, settled)
            self._settle_hosts(pairs)

        try:
            races.run(self.env, write)
        except races.LostRaces:
            _logger.info("%s calls lost their races: they are sent again", len(calls))

    def _settle_hosts(self, pairs):
        """A host that kept silent rests; one that was known for it and answers is as all others."""
        silent = {
            call["host"]: fault_text(self.env, answer.fault, answer.detail)
            for call, answer in pairs
            if answer.fault in SILENCE
        }
        heard = {
            call["host"] for call, answer in pairs if call["on_trial"] and answer.status is not None
        }
        if silent:
            hosts.rest(self.env, silent, RESTS)
            hosts.give_up(self.env, silent, PATIENCE)
        if heard - silent.keys():
            hosts.forget(self.env, heard - silent.keys())

    def _outcome(self, call, answer, now):
        """What is written about an attempt."""
        state, moment, error = self._verdict(call, answer, now)
        text = answer.body.decode(errors="replace").replace("\0", "")
        return Settled(
            call["id"], call["attempts"], state, moment, answer.status, error, text or None
        )

    def _verdict(self, call, answer, now):
        """(state, when to try again, what went wrong)."""
        if answer.status is not None and is_delivered(answer.status):
            return "delivered", None, None
        if answer.status is None:
            error, again = fault_text(self.env, answer.fault, answer.detail), not answer.final
        else:
            error, again = status_text(self.env, answer.status), may_pass(answer.status)
        wish = wish_of(answer.status, answer.retry_after, now)
        moment = again and next_try(now, call["first_try_at"], call["attempts"], wish)
        return ("waiting", moment, error) if moment else ("given_up", None, error)

    def _wake(self):
        """Those who wait for calls that are through go on."""
        try:
            if races.run(self.env, lambda: outbox.wake_waiting(self.env)):
                workers.wake(self.env)
        except races.LostRaces:
            _logger.info("Waking lost its races: the next tick's")


class Keyring:
    """Secrets of the steps whose calls are in hands."""

    def __init__(self, secrets):
        self._secrets = secrets

    def secret(self, call, name):
        """The value of a secret header, or with an empty name the one that signs.

        :raise CallError: when there is none, or it was entered for another host
        """
        host, value = self._secrets.get((call["workflow_id"], call["step_key"], name), ("", ""))
        if not value or name and host != call["host"]:
            raise CallError("secret", name or "webhook-signature")
        return value


class Pace:
    """So many calls a second to one host, evenly; whoever asks is told how long to wait."""

    def __init__(self, per_second):
        self._gap = 1 / per_second
        self._next = {}
        self._lock = threading.Lock()

    def wait(self, host):
        """Seconds until the next call to the host."""
        with self._lock:
            now = time.monotonic()
            moment = max(now, self._next.get(host, now))
            self._next[host] = moment + self._gap
        return moment - now


def is_silenced(env):
    """True in a copy that was made silent; its calls wait."""
    return bool(env["ir.config_parameter"].sudo().get_param("database.is_neutralized"))


def allowed_of(env):
    """What the settings allow; nothing when they cannot be read."""
    try:
        return allowed_from_text(env["ir.config_parameter"].sudo().get_param(ALLOWED))
    except CallError:
        _logger.warning("The hosts that may be called are not readable: none are allowed")
        return allowed_from_text("")


def _per_second(env):
    return int(env["ir.config_parameter"].sudo().get_param(PER_SECOND) or DEFAULT_PER_SECOND)
