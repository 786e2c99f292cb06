"""Counts: what number says that there are none, or some."""

from hypothesis import given
from hypothesis import strategies as st

from engine.domain_forms import COMPARISONS, Count, FieldReference

HOLDS = {
    "=": int.__eq__,
    "!=": int.__ne__,
    "<": int.__lt__,
    "<=": int.__le__,
    ">": int.__gt__,
    ">=": int.__ge__,
}


@given(st.sampled_from(COMPARISONS), st.integers(0, 5))
def test_a_count_says_none_or_some_when_just_that_fits(comparison, number):
    count = Count(comparison, number, [])
    fitting = [found for found in range(9) if HOLDS[comparison](found, number)]
    assert count.says_none == (fitting == [0])
    assert count.says_some == (fitting == list(range(1, 9)))


def test_a_count_and_a_field_are_spelled_as_they_were_read():
    value = (">=", 3, [("a", "=", 1)])
    assert Count.of(value).literal == value
    assert repr(FieldReference("date")) == "field('date')"
