from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.call_retry import PATIENCE, next_try, wish_of

START = datetime(2026, 1, 1)


def tries(wish=None):
    """The moments at which a call is tried that always fails."""
    moments, now = [START], START
    while now := next_try(now, START, len(moments), wish):
        moments.append(now)
    return moments


def test_the_delays_grow_up_to_eight_hours_for_three_days():
    moments = tries()
    gaps = [after - before for before, after in zip(moments, moments[1:], strict=False)]
    assert gaps[0] == timedelta(minutes=1)
    assert gaps == sorted(gaps)
    assert max(gaps) == timedelta(hours=8)
    assert timedelta(days=2, hours=12) < moments[-1] - START <= PATIENCE


def test_a_service_that_asks_for_ages_is_asked_after_a_day():
    assert next_try(START, START, 1, timedelta(days=30)) == START + timedelta(days=1)


def test_a_moment_that_is_past_is_soon():
    assert next_try(START, START, 1, timedelta(days=-1)) == START + timedelta(seconds=1)


@given(st.integers(400, 599), st.text(max_size=40))
def test_any_header_is_read_or_left(status, header):
    wish = wish_of(status, header, START)
    assert wish is None or isinstance(wish, timedelta)
