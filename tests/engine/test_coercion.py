"""Values from outside: taken for what they plainly mean, or refused."""

from datetime import date, datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.coercion import MAX_INTEGER, coerced, is_coercible
from engine.errors import CoercionError

KINDS = (
    "char", "text", "html", "integer", "float", "monetary", "boolean", "date", "datetime",
    "selection",
)  # fmt: skip
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@given(st.sampled_from(KINDS), anything)
def test_anything_is_read_or_refused_in_words(kind, value):
    try:
        coerced(value, kind, [("a", "A")])
    except CoercionError as error:
        assert str(error)


@given(st.integers(-MAX_INTEGER, MAX_INTEGER))
def test_whole_numbers_are_read_from_numbers_and_text(number):
    assert coerced(number, "integer") == coerced(str(number), "integer") == number
    assert coerced(float(number), "integer") == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_read_from_numbers_and_text(number):
    assert coerced(number, "float") == coerced(repr(number), "monetary") == number


@given(st.datetimes(min_value=datetime(1971, 1, 1), timezones=st.just(timezone.utc)))
def test_moments_are_read_in_any_zone_and_kept_in_utc(moment):
    naive = moment.replace(tzinfo=None)
    assert coerced(moment.isoformat(), "datetime") == naive
    assert coerced(naive.isoformat(), "datetime") == naive


@given(st.dates())
def test_days_are_read(day):
    assert coerced(day.isoformat(), "date") == day


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("  Ada ", "char", "Ada"),
        (7, "char", "7"),
        (True, "char", "true"),
        ("", "char", False),
        (None, "integer", False),
        ("", "integer", 0),
        ("7.0", "integer", 7),
        ("Yes", "boolean", True),
        ("off", "boolean", False),
        (0, "boolean", False),
        (1, "boolean", True),
        (False, "boolean", False),
        (0, "datetime", datetime(1970, 1, 1)),
        ("2026-03-01T23:30:00-02:00", "datetime", datetime(2026, 3, 2, 1, 30)),
        ("2026-03-01T23:30:00-02:00", "date", date(2026, 3, 1)),
        ("", "date", False),
        ("A", "selection", "a"),
        ("High", "selection", "2"),
        ("2", "selection", "2"),
        ("", "selection", False),
    ],
)
def test_values_are_taken_for_what_they_mean(value, kind, expected):
    assert coerced(value, kind, [("a", "Low"), ("2", "high"), ("a", "A")]) == expected


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({}, "char"),
        (["x"], "char"),
        ("x" * 100_001, "text"),
        ("12x", "integer"),
        ("1_000", "integer"),
        (1.5, "integer"),
        (2**31, "integer"),
        ("nan", "float"),
        (10**400, "float"),
        (float("inf"), "float"),
        ("maybe", "boolean"),
        ("01/03/2026", "date"),
        (True, "date"),
        (10**40, "datetime"),
        ("0001-01-01T00:00:00+23:00", "datetime"),
        ("z", "selection"),
    ],
)
def test_what_is_not_plain_is_refused(value, kind):
    with pytest.raises(CoercionError):
        coerced(value, kind, [("a", "A")])


def test_only_kinds_that_hold_a_single_value_can_be_filled():
    assert all(map(is_coercible, KINDS))
    assert not any(map(is_coercible, ("one2many", "many2many", "many2one", "binary", "json")))
