"""What a caller sends: read as it was meant, or refused; and found along a path."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import PayloadError
from engine.payload import (
    MAX_DEPTH,
    MISSING,
    example_payload,
    is_path,
    payload_from_form,
    payload_from_json,
    value_at,
)

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
names = st.text(st.characters(exclude_characters="\0.", exclude_categories=["Cs"]), min_size=1)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
jsons = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=10,
)
objects = st.dictionaries(names, jsons, max_size=4)
READERS = (payload_from_json, payload_from_form)


def nested(depth):
    return b'{"a":' * depth + b"1" + b"}" * depth


@given(objects)
def test_json_is_read_as_it_was_written(payload):
    assert payload_from_json(json.dumps(payload).encode()) == payload
    assert payload_from_json(json.dumps(payload, ensure_ascii=False).encode()) == payload


@given(st.dictionaries(names, st.lists(texts, min_size=1, max_size=3), max_size=4))
def test_a_form_is_read_as_it_was_written(fields):
    read = payload_from_form(urlencode(fields, doseq=True).encode())
    assert read == {name: given if len(given) > 1 else given[0] for name, given in fields.items()}


@pytest.mark.parametrize("read", READERS)
@given(body=st.binary())
def test_any_bytes_are_read_or_refused_and_what_is_read_can_be_kept(read, body):
    try:
        payload = read(body)
    except PayloadError as error:
        assert str(error)
        return
    kept = json.dumps(payload, allow_nan=False)
    assert "\\u0000" not in kept.replace("\\\\", "")
    assert json.loads(kept) == payload
    json.dumps(payload, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"1", b"[]", b"null", b"{", b"\xff", b'{"a": NaN}', b'{"a": Infinity}',
        b'{"a": 1e999}', b'{"a": "\\u0000"}', b'{"\\u0000": 1}', b'{"a": [["\\ud800"]]}',
        b"[" * 100_000, b'{"a": ' + b"9" * 10_000 + b"}", nested(MAX_DEPTH + 1),
    ],
)  # fmt: skip
def test_json_that_is_no_object_or_cannot_be_kept_is_refused(body):
    with pytest.raises(PayloadError):
        payload_from_json(body)


def test_json_may_be_nested_as_deep_as_allowed_and_carry_a_mark_of_its_encoding():
    assert payload_from_json(nested(MAX_DEPTH - 1))
    assert payload_from_json(b"\xef\xbb\xbf{}") == {}


@pytest.mark.parametrize("body", [b"\xff=1", b"a=%00", b"&".join([b"a=1"] * 1_001)])
def test_a_form_that_cannot_be_kept_is_refused(body):
    with pytest.raises(PayloadError):
        payload_from_form(body)


@given(objects, st.lists(names, min_size=1, max_size=4))
def test_a_path_finds_what_was_put_there(payload, path):
    inner = payload
    for name in path[:-1]:
        inner[name] = {}
        inner = inner[name]
    inner[path[-1]] = "here"
    assert value_at(payload, ".".join(path)) == "here"


@given(objects, st.text(max_size=12))
def test_any_path_finds_a_value_or_nothing(payload, path):
    value_at(payload, path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("items.1.code", "b"),
        ("items.2.code", MISSING),
        ("items.-1.code", MISSING),
        ("items.²", MISSING),
        ("items.99999999999", MISSING),
        ("items.code", MISSING),
        ("none", None),
        ("none.more", MISSING),
        ("text.0", MISSING),
        ("a.b", "flat"),
    ],
)
def test_lists_are_counted_and_nothing_is_guessed(path, expected):
    payload = {"items": [{"code": "a"}, {"code": "b"}], "none": None, "text": "x"}
    assert value_at(payload | {"a.b": "flat", "a": {"b": "deep"}}, path) is expected


@pytest.mark.parametrize("text", ["", None, False, ".", "a.", ".a", "a..b", "x" * 251])
def test_what_is_no_path_is_told(text):
    assert not is_path(text)


@given(st.lists(st.lists(names, min_size=1, max_size=3).map(".".join), min_size=1, max_size=4))
def test_an_example_has_something_at_the_first_path(paths):
    assert value_at(example_payload(paths), paths[0]) is not MISSING
