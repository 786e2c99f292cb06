"""Texts with placeholders, and how what is put in is spelt where it lands.

A value never breaks out of its place: in a URL it is percent-encoded, in JSON it is the inside
of a text, in a header it is one line.
"""

import json
import re
from html import escape
from urllib.parse import quote

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
XML = "application/xml"
PLAIN = "text/plain"
#: As Odoo finds them.
_PLACEHOLDER = re.compile(r"(\{\{.+?\}\})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: Headers that the connection or the signature decide about.
RESERVED = frozenset(
    ("host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer",
     "expect", "accept-encoding", "content-type", "proxy-authorization", "webhook-id",
     "webhook-timestamp", "webhook-signature")
)  # fmt: skip


def parts_of(template):
    """A template as [(text, whether it is a placeholder)].

    >>> parts_of("a/{{ record.id }}?x")
    [('a/', False), ('{{ record.id }}', True), ('?x', False)]
    """
    return [
        (part, position % 2 == 1)
        for position, part in enumerate(_PLACEHOLDER.split(template or ""))
        if part
    ]


def without_placeholders(template, filling="0"):
    """The template with the same text in each of its places.

    >>> without_placeholders('{"id": {{ record.id }}}')
    '{"id": 0}'
    """
    return "".join(filling if is_place else part for part, is_place in parts_of(template))


def in_url(text):
    """
    >>> in_url("a b/ü&c")
    'a%20b%2F%C3%BC%26c'
    """
    return quote(text, safe="")


def in_header(text):
    """
    >>> in_header(" one\\r\\nX-Other: two ")
    'one X-Other: two'
    """
    return _CONTROL.sub(" ", text).strip()


def in_json(text):
    """
    >>> in_json('say "no"')
    'say \\\\"no\\\\"'
    """
    return json.dumps(text, ensure_ascii=False)[1:-1]


def in_body(media_type):
    """The function that spells a value for a body of that type."""
    return {JSON: in_json, FORM: in_url, XML: escape}.get(media_type, str)


def is_header_name(text):
    """True for a header that a step may send.

    >>> is_header_name("X-Api-Key"), is_header_name("Host"), is_header_name("a b")
    (True, False, False)
    """
    return bool(_TOKEN.fullmatch(text or "")) and text.lower() not in RESERVED


def is_json(text):
    """
    >>> is_json("[1]"), is_json("{")
    (True, False)
    """
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def fixed_start(template):
    """What stands before the first placeholder."""
    parts = parts_of(template)
    return parts[0][0] if parts and not parts[0][1] else ""


def has_fixed_host(template):
    """True when scheme, host and port of a URL hold no placeholder.

    >>> has_fixed_host("https://a.example/{{ x }}"), has_fixed_host("https://{{ x }}.example/")
    (True, False)
    """
    start = fixed_start(template)
    whole = start == (template or "")
    return whole or bool(re.match(r"[a-z]+://[^/?#]+[/?#]", start, re.IGNORECASE))
