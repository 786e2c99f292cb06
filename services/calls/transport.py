"""Speaking to a service: one call, whatever the other side does. Knows no database.

Runs in threads, several at a time, while no transaction is open.
"""

import os
import socket
from dataclasses import dataclass

import requests
import urllib3

from ...engine.call_address import destination_of
from ...engine.errors import CallError
from .route import Deadline, NoConnection, PinnedAdapter, addresses_of

#: All of a call, with its redirects and the answer's last byte.
TOTAL_SECONDS = 35
#: What is kept of an answer.
MAX_ANSWER = 64 * 1024
MAX_REDIRECTS = 3
#: What an exception means; the first that fits counts. All others: the connection broke.
_FAULTS = (
    (socket.gaierror, "unknown_host"),
    (NoConnection, "no_connection"),
    ((requests.exceptions.SSLError, urllib3.exceptions.SSLError), "certificate"),
    ((requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, TimeoutError), "timeout"),
    (ValueError, "url"),
)
#: What another attempt would not mend.
FINAL = {"url", "credentials", "private", "plain", "port", "redirects", "secret"}


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. ``secrets`` are headers for the first host alone."""

    method: str
    url: str
    headers: dict
    secrets: dict
    body: bytes
    allowed: object


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status and a text, or else the code of what went wrong.

    ``final`` is true when there is no sense in trying again.
    """

    status: int | None = None
    body: bytes = b""
    cut: bool = False
    retry_after: str = ""
    fault: str = ""
    detail: str = ""
    final: bool = False


def send(request):
    """Send a request and return the :class:`Answer`; raises nothing."""
    with Deadline(TOTAL_SECONDS) as deadline:
        try:
            return _exchange(request, deadline)
        except Exception as error:
            code, detail = _fault(error)
        if deadline.passed:
            return Answer(fault="timeout")
        return Answer(fault=code, detail=detail, final=code in FINAL)


def _exchange(request, deadline):
    with requests.Session() as session:
        session.trust_env = False
        session.headers.clear()
        prepared = session.prepare_request(
            requests.Request(
                request.method,
                request.url,
                headers=_as_bytes({**request.headers, **request.secrets}),
                data=request.body or None,
            )
        )
        for _hop in range(MAX_REDIRECTS + 1):
            response = _hop_once(session, prepared, request.allowed, deadline)
            target = session.get_redirect_target(response)
            if target is None:
                return _answer(response, deadline)
            response.close()
            prepared = _redirected(session, prepared, response, target, request.secrets)
    raise CallError("redirects")


def _hop_once(session, prepared, allowed, deadline):
    addresses = addresses_of(prepared.url, allowed)
    session.adapters.clear()
    session.mount("", PinnedAdapter(addresses, deadline))
    return session.send(prepared, stream=True, allow_redirects=False, verify=_certificates())


def _redirected(session, prepared, response, target, secrets):
    """The request to send next, as browsers and ``requests`` do it."""
    following = prepared.copy()
    following.url = requests.compat.urljoin(prepared.url, requests.utils.requote_uri(target))
    if response.status_code not in (307, 308):
        for name in ("Content-Length", "Content-Type", "Transfer-Encoding"):
            following.headers.pop(name, None)
        following.body = None
    session.rebuild_method(following, response)
    if destination_of(following.url) != destination_of(prepared.url):
        for name in secrets:
            following.headers.pop(name, None)
    return following


def _answer(response, deadline):
    """What is kept of a response; the rest of a long one is not even read."""
    body = response.raw.read(MAX_ANSWER + 1, decode_content=False) or b""
    if deadline.passed:
        raise TimeoutError
    if len(body) <= MAX_ANSWER and response.raw.length_remaining:
        raise ConnectionError  # it broke off
    answer = Answer(
        status=response.status_code,
        body=body[:MAX_ANSWER],
        cut=len(body) > MAX_ANSWER,
        retry_after=response.headers.get("Retry-After", ""),
    )
    response.close()
    return answer


def _fault(error):
    """(code, detail) of what went wrong."""
    if isinstance(error, CallError):
        return error.code, error.detail
    return next((code for kinds, code in _FAULTS if isinstance(error, kinds)), "broken"), ""


def _as_bytes(headers):
    """Headers as they travel: UTF-8, where they are not plain."""
    return {name: value.encode() for name, value in headers.items()}


def _certificates():
    """The authorities that are trusted: the system's, or those that its administrator names."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or True
