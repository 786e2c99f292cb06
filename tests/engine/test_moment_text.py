"""Moments as others name them."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.moment_text import moment_from

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1900, 1, 2), datetime(9999, 12, 30))


@given(moments, zones)
def test_the_zone_does_not_change_the_moment(moment, zone):
    moment = moment.replace(microsecond=0)
    elsewhere = moment.replace(tzinfo=timezone.utc).astimezone(zone)
    assert moment_from(elsewhere) == moment_from(elsewhere.isoformat()) == moment


@given(moments)
def test_without_a_zone_it_is_utc_and_seconds_are_whole(moment):
    assert moment_from(moment) == moment_from(moment.isoformat()) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    "text", ["2026-12-01T09:30:00Z", "2026-12-01 09:30:00", " 2026-12-01T09:30 ", "20261201T0930"]
)
def test_iso_text_is_read_in_its_usual_spellings(text):
    assert moment_from(text) == datetime(2026, 12, 1, 9, 30)


def test_a_day_begins_at_midnight():
    assert moment_from("2026-12-01") == datetime(2026, 12, 1)


@pytest.mark.parametrize(
    "value",
    ["", "tomorrow", "2026-13-01", "01/12/2026", 5, True, b"2026", date(2026, 12, 1), [], object()],
)
def test_what_names_no_moment_is_refused(value):
    with pytest.raises(ValueError):
        moment_from(value)


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00"])
def test_a_moment_beyond_the_calendar_is_refused(text):
    with pytest.raises(ValueError):
        moment_from(text)
