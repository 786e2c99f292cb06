"""Relative dates: what has a name, and that names are given to nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.relative_dates import closed_period, open_period

amounts = st.integers(0, 999)
units = st.sampled_from("dwm")


@given(amounts, units)
def test_a_date_further_away_than_a_time_has_a_name(amount, unit):
    assert open_period("<", f"today -{amount}{unit}") == ("ago", amount, unit)
    assert open_period(">=", f"today +{amount}{unit} +1d") == ("ahead", amount, unit)


@given(amounts, units)
def test_today_belongs_to_the_next_and_to_the_last_days(amount, unit):
    assert closed_period("today", f"today +{amount}{unit} +1d") == ("next", amount, unit)
    assert closed_period(f"today -{amount}{unit}", "today +1d") == ("last", amount, unit)


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        *(("<", value) for value in ("today", "today +7d", "now -7d", "today -7d +1d", 7, None)),
        *((">", value) for value in ("today -7d", "today +7d +1d")),
        *((">=", value) for value in ("today +7d", "today -7d", "today -7d +1d", "today +7y +1d")),
    ],
)
def test_any_other_bound_has_no_name(operator, value):
    assert open_period(operator, value) is None


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("today", "today"),
        ("today", "today +7d"),
        ("today", "today -7d +1d"),
        ("today +1d", "today +7d +1d"),
        ("today -7d", "today +2d"),
        ("today -7d +1d", "today +1d"),
        ("2030-01-01", "2030-02-01"),
        (False, 3),
    ],
)
def test_any_other_period_has_no_name(start, end):
    assert closed_period(start, end) is None


def test_periods_of_the_calendar_have_the_names_of_odoos_editor():
    assert closed_period("today -7d", "today")[0] == "last 7 days"
    assert closed_period("today", "today +1d")[0] == "today"
