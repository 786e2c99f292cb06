"""Whether a captured change fits what a trigger asks for."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.changes import accepted_values, accepts, is_change

texts = st.text(max_size=8)
ids = st.integers(1, 30)
scalars = st.one_of(st.just(False), ids, texts, st.floats(allow_nan=False), st.booleans())
id_lists = st.lists(ids, unique=True, max_size=5)
values = st.one_of(scalars, id_lists)
jsons = st.recursive(
    st.none() | scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(scalars, min_size=1))
def test_a_stored_list_is_read_as_it_was_written(accepted):
    assert accepted_values(json.dumps(accepted)) == accepted


@pytest.mark.parametrize("text", ["", None, False, "[]", " [ ] "])
def test_no_list_and_an_empty_list_accept_anything(text):
    assert accepted_values(text) is None


@pytest.mark.parametrize(
    "text", ["{}", "3", '"won"', "null", "won", "[1", "[[1]]", '[{"a": 1}]', "[1] [2]", "['won']"]
)
def test_what_is_no_list_of_plain_values_is_refused(text):
    with pytest.raises(ValueError):
        accepted_values(text)


def test_a_list_nested_without_end_is_refused():
    with pytest.raises(ValueError):
        accepted_values("[" * 100_000)


@given(st.text() | jsons.map(json.dumps))
def test_any_text_is_read_or_refused(text):
    try:
        accepted = accepted_values(text)
    except ValueError:
        return
    assert accepted is None or not any(isinstance(value, list | dict) for value in accepted)


@given(jsons.map(json.dumps), values)
def test_whatever_was_read_can_be_asked(text, value):
    try:
        accepted = accepted_values(text)
    except ValueError:
        return
    assert accepts(accepted, value) in (True, False)


@given(values)
def test_no_demand_accepts_every_value(value):
    assert accepts(None, value)


@given(st.lists(st.one_of(ids, texts), min_size=1), st.one_of(ids, texts))
def test_a_single_value_is_accepted_when_it_is_listed(accepted, value):
    assert accepts(accepted, value) == any(value == one for one in accepted)


@given(st.lists(ids, min_size=1), st.lists(ids, min_size=1))
def test_of_several_records_any_one_suffices(accepted, value):
    assert accepts(accepted, value) == any(one in accepted for one in value)


def test_false_stands_for_no_value_and_for_no_records():
    assert accepts([False], False) and accepts([False, 3], [])
    assert not accepts([3], False) and not accepts([3], [])
    assert not accepts([False], [3])


@given(values)
def test_a_value_that_stays_is_no_change(value):
    assert not is_change(value, value)


@given(values, values)
def test_a_change_back_is_a_change(old, new):
    assert is_change(old, new) == is_change(new, old)


@given(st.floats(allow_nan=False) | ids, st.floats(allow_nan=False) | ids)
def test_numbers_change_when_they_differ(old, new):
    assert is_change(old, new) == (old != new)


@pytest.mark.parametrize("old", [False, None, "", 0, []])
@pytest.mark.parametrize("new", [False, None, "", 0, []])
def test_two_kinds_of_nothing_are_no_change(old, new):
    assert not is_change(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [(False, 1), ("", "a"), ([], [1]), ([1], [1, 2]), ("a", "A"), (0, 5), (3, False)],
)
def test_something_new_is_a_change(old, new):
    assert is_change(old, new) and is_change(new, old)
