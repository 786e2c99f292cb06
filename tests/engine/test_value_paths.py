"""Which path a value takes: the first that lists it, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.value_paths import place_of, places_of, repeated

values = st.none() | st.integers(0, 5) | st.sampled_from(["new", "won", ""])
paths = st.lists(st.lists(values, max_size=4), max_size=5)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("new", 0),
        ("won", 1),
        ("lost", None),
        (None, 1),
        ([], 1),
        (["lost"], None),
        (["won", "new"], 0),
        (0, None),
    ],
)
def test_a_value_takes_the_first_path_that_lists_it(value, place):
    assert place_of(value, places_of([["new"], ["won", None], ["won"]])) == place


def test_no_is_a_value_and_nothing_is_none():
    places = places_of([[True], [False]])
    assert [place_of(value, places) for value in (True, False, None)] == [0, 1, None]


@given(paths, values)
def test_no_earlier_path_lists_the_value(listed, value):
    place = place_of(value, places_of(listed))
    if place is None:
        assert not any(value in one for one in listed)
    else:
        assert value in listed[place]
        assert not any(value in one for one in listed[:place])


@given(paths)
def test_what_is_repeated_is_listed_by_several(listed):
    told = repeated(listed)
    assert len(set(told)) == len(told)
    for value in [value for one in listed for value in one]:
        assert (value in told) == (sum(value in one for one in listed) > 1)
