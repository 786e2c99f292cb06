"""When records start, where no more than so many may start within an hour."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.admission import HOUR, admission

NOON = datetime(2026, 3, 29, 12)
limits = st.integers(1, 7)
#: Parties of records that enter, each some minutes after the one before.
parties = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 20)), max_size=6)


def starts_of(parties, per_hour):
    """When each record starts, party by party, in the order of entry."""
    now, starts = NOON, []
    for minutes, size in parties:
        now += timedelta(minutes=minutes)
        earlier = tuple(reversed(starts))
        starts += [admission(now, place, per_hour, earlier) for place in range(size)]
    return starts


def test_within_the_limit_everyone_starts_at_once():
    assert [admission(NOON, place, 3) for place in range(3)] == [NOON] * 3


def test_beyond_the_limit_records_start_hour_by_hour():
    assert [admission(NOON, place, 2) for place in (2, 3, 4)] == [
        NOON + HOUR,
        NOON + HOUR,
        NOON + 2 * HOUR,
    ]


def test_twelve_thousand_at_five_hundred_an_hour_are_all_in_after_a_day():
    assert admission(NOON, 11_999, 500) == NOON + 23 * HOUR


@pytest.mark.parametrize("ago", (HOUR, 5 * HOUR))
def test_who_started_an_hour_ago_is_in_nobodys_way(ago):
    assert admission(NOON, 0, 1, (NOON - ago,)) == NOON


@given(parties, limits)
def test_in_any_hour_no_more_than_the_limit_start(parties, per_hour):
    starts = starts_of(parties, per_hour)
    for first, next_round in zip(starts, starts[per_hour:], strict=False):
        assert next_round - first >= HOUR


@given(parties, limits)
def test_nobody_starts_before_those_who_came_earlier(parties, per_hour):
    starts = starts_of(parties, per_hour)
    assert starts == sorted(starts)


@given(parties, limits, st.integers(0, 20))
def test_only_the_last_hour_of_those_before_counts(parties, per_hour, place):
    earlier = tuple(reversed(starts_of(parties, per_hour)))
    assert admission(NOON, place, per_hour, earlier) == admission(
        NOON, place, per_hour, earlier[:per_hour]
    )


@given(limits, st.integers(0, 50))
def test_nobody_waits_longer_than_it_takes(per_hour, place):
    assert admission(NOON, place, per_hour) == NOON + place // per_hour * HOUR
