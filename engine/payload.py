"""Payloads: what a caller sends, and where in it a value is.

Whatever is accepted here can be kept by the database as JSON and read back as the same.
"""

import json
import math
import re
from urllib.parse import parse_qsl

from .errors import PayloadError

MAX_DEPTH = 50
MAX_FIELDS = 1_000
MAX_PATH = 250
#: Characters that the database cannot keep: NUL, and halves of a pair.
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
#: What a path that leads nowhere finds; None is a value.
MISSING = object()


def storable(text):
    """A text as the database can keep it, with a mark in place of what it cannot.

    >>> storable("no" + chr(0) + "thing")
    'no\ufffdthing'
    """
    return UNSTORABLE.sub("\ufffd", text)


def payload_from_json(body):
    """The object that a JSON body spells.

    :raise PayloadError: when it is no JSON object, or cannot be kept

    >>> payload_from_json(b'{"contact": {"email": "ada@example.com"}}')
    {'contact': {'email': 'ada@example.com'}}
    """
    try:
        payload = json.loads(
            body.decode("utf-8-sig"), parse_float=_finite, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as error:
        reason = str(error) or "nested too deeply"
        raise PayloadError(f"The body is no JSON that can be read: {reason}") from error
    if not isinstance(payload, dict):
        raise PayloadError("The body is JSON, but no object: send {…}")
    _check_storable(payload)
    return payload


def payload_from_form(body):
    """The fields of a form; a field that is sent more than once is a list.

    :raise PayloadError: when it is no form, or cannot be kept

    >>> payload_from_form(b"email=ada%40example.com&tag=a&tag=b")
    {'email': 'ada@example.com', 'tag': ['a', 'b']}
    """
    try:
        text = body.decode()
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise PayloadError(f"The body is no form that can be read: {error}") from error
    fields = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    payload = {name: values[0] if len(values) == 1 else values for name, values in fields.items()}
    _check_storable(payload)
    return payload


def is_path(text):
    """True for a dotted path, such as ``contact.email`` or ``items.0.code``.

    >>> is_path("contact.email"), is_path("contact..email"), is_path("")
    (True, False, False)
    """
    return bool(text) and len(text) <= MAX_PATH and all(text.split("."))


def value_at(payload, path):
    """The value that a dotted path leads to, or :data:`MISSING`.

    A name that holds dots itself, as the fields of a form may, is found as it stands. Numbers
    count the items of a list, from 0.

    >>> value_at({"contact": {"emails": ["a@b.c"]}}, "contact.emails.0")
    'a@b.c'
    >>> value_at({"contact.email": "a@b.c"}, "contact.email")
    'a@b.c'
    >>> value_at({"contact": None}, "contact.email") is MISSING
    True
    """
    if path in payload:
        return payload[path]
    value = payload
    for name in path.split("."):
        value = _item(value, name)
        if value is MISSING:
            break
    return value


def _item(value, name):
    if isinstance(value, dict):
        return value.get(name, MISSING)
    if isinstance(value, list) and name.isascii() and name.isdigit() and len(name) < 10:
        return value[int(name)] if int(name) < len(value) else MISSING
    return MISSING


def _finite(text):
    number = float(text)
    if not math.isfinite(number):
        raise PayloadError("a number is too large")
    return number


def _refuse_constant(text):
    raise PayloadError(f"{text} is no number of JSON")


def _check_storable(payload):
    """Refuse, level by level, what is nested too deeply or holds a character of no use."""
    level = [payload]
    for _depth in range(MAX_DEPTH):
        if not level:
            return
        texts = [text for value in level for text in _texts(value)]
        if any(map(UNSTORABLE.search, texts)):
            raise PayloadError("The body holds a character that cannot be kept (NUL or half a one)")
        level = [inner for value in level for inner in _children(value)]
    if level:
        raise PayloadError(f"The body is nested more than {MAX_DEPTH} deep")


def _texts(value):
    if isinstance(value, dict):
        return value.keys()
    return (value,) if isinstance(value, str) else ()


def _children(value):
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def example_payload(paths):
    """A payload that has something at each of the paths, for people to start from.

    >>> example_payload(["contact.email", "contact.name", "items.0.code"])
    {'contact': {'email': 'ada@example.com', 'name': '…'}, 'items': [{'code': '…'}]}
    """
    payload = {}
    for path in paths:
        node, names = payload, path.split(".")
        for name in names[:-1]:
            node = node.setdefault(name, {}) if isinstance(node, dict) else {}
        if isinstance(node, dict):
            node.setdefault(names[-1], "ada@example.com" if "mail" in names[-1] else "…")
    return _with_lists(payload)


def _with_lists(value):
    """Objects whose only name is a number are lists."""
    if not isinstance(value, dict):
        return value
    if set(value) == {"0"}:
        return [_with_lists(value["0"])]
    return {name: _with_lists(inner) for name, inner in value.items()}
