"""When a failed step is tried again, and when no more."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.retry import DELAYS, LONGEST, next_attempt

NOW = datetime(2026, 3, 29, 0, 30)
LIMIT = len(DELAYS)


def test_delays_grow():
    assert list(DELAYS) == sorted(set(DELAYS)) and DELAYS[0] > timedelta(0)


@pytest.mark.parametrize("attempts", range(1, LIMIT + 1))
def test_each_failure_waits_for_its_own_delay(attempts):
    assert next_attempt(NOW, attempts) == NOW + DELAYS[attempts - 1]


@given(st.integers(LIMIT + 1, 10**6), st.none() | st.integers(0, 100))
def test_after_the_last_delay_nothing_is_tried_whatever_the_step_asks(attempts, seconds):
    assert next_attempt(NOW, attempts, seconds) is None


@given(st.integers(1, LIMIT), st.integers(0, int(LONGEST.total_seconds())))
def test_a_step_may_ask_for_its_own_delay(attempts, seconds):
    assert next_attempt(NOW, attempts, seconds) == NOW + timedelta(seconds=seconds)


def test_asking_for_no_delay_is_not_the_same_as_not_asking():
    assert next_attempt(NOW, 3, 0) == NOW


@given(st.integers(1, LIMIT), st.integers() | st.floats())
def test_an_absurd_delay_neither_fails_nor_goes_back_in_time(attempts, seconds):
    assert NOW <= next_attempt(NOW, attempts, seconds) <= NOW + LONGEST


@given(st.integers(0, 20), st.integers(1, 30))
def test_as_often_as_was_said_and_no_more(retries, attempts):
    again = next_attempt(NOW, attempts, retries=retries)
    assert (again is not None) == (attempts <= retries)


def test_behind_the_last_delay_each_is_as_long_as_that():
    assert next_attempt(NOW, LIMIT + 3, retries=20) == NOW + DELAYS[-1]
