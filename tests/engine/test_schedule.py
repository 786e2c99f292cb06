"""Delays, against an oracle that tries every minute instead of calculating."""

import calendar
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.schedule import CALENDAR_UNITS, ELAPSED_UNITS, UNITS, after_delay

UTC = timezone.utc
MINUTE = timedelta(minutes=1)
MINUTES = range(1, 24 * 60 + 1)
ZONES = ("Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
#: Changes of the clocks in 2026, in UTC.
CHANGES = {
    "Europe/Oslo": (datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 1)),
    "America/New_York": (datetime(2026, 3, 8, 7), datetime(2026, 11, 1, 6)),
    "Australia/Lord_Howe": (datetime(2026, 4, 4, 15), datetime(2026, 10, 3, 15, 30)),
}

moments = st.datetimes(datetime(2020, 1, 1), datetime(2036, 12, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


@st.composite
def near_a_change(draw):
    """(start, days, zone) such that the wait ends within two hours of a change of the clocks."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    days = draw(st.integers(1, 40))
    minutes = draw(st.integers(-120, 120))
    change = draw(st.sampled_from(CHANGES[zone]))
    return change + timedelta(minutes=minutes) - timedelta(days=days), days, zone


def local(moment, zone):
    """What a clock on the wall shows, without any zone."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def moments_showing(wall, zone):
    """All minutes of UTC at which the clock shows ``wall``: none, one or two."""
    around = (wall + timedelta(minutes=minutes) for minutes in range(-15 * 60, 15 * 60 + 1, 15))
    return [moment for moment in around if local(moment, zone) == wall]


def oracle(wall, zone):
    """The first moment that shows ``wall``; in a gap, the shown time moves by the gap's length."""
    if found := moments_showing(wall, zone):
        return found[0]
    before = next(wall - n * MINUTE for n in MINUTES if moments_showing(wall - n * MINUTE, zone))
    after = next(wall + n * MINUTE for n in MINUTES if moments_showing(wall + n * MINUTE, zone))
    return moments_showing(wall + (after - before - MINUTE), zone)[0]


def months_later(wall, months):
    """The calendar counted by hand."""
    year, month = wall.year, wall.month
    for _step in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    day = min(wall.day, calendar.monthrange(year, month)[1])
    return wall.replace(year=year, month=month, day=day)


@given(moments, st.integers(1, 5000), st.sampled_from(ELAPSED_UNITS), st.sampled_from(ZONES))
def test_minutes_and_hours_elapse_whatever_the_clocks_do(start, amount, unit, zone):
    assert after_delay(start, amount, unit, zone) - start == timedelta(**{unit: amount})


@given(near_a_change())
def test_days_end_right_around_a_change_of_the_clocks(wait):
    start, days, zone = wait
    expected = oracle(local(start, zone) + timedelta(days=days), zone)
    assert after_delay(start, days, "days", zone) == expected


@given(moments, st.integers(1, 400), st.sampled_from(ZONES))
def test_days_and_weeks_keep_the_time_on_the_wall(start, amount, zone):
    assert after_delay(start, amount, "days", zone) == oracle(
        local(start, zone) + timedelta(days=amount), zone
    )
    assert after_delay(start, 7 * amount, "days", zone) == after_delay(start, amount, "weeks", zone)


@given(moments, st.integers(1, 60), st.sampled_from(ZONES))
def test_months_keep_the_day_or_end_on_the_last_one(start, months, zone):
    expected = oracle(months_later(local(start, zone), months), zone)
    assert after_delay(start, months, "months", zone) == expected


@given(moments, st.integers(1, 300), st.sampled_from(UNITS), st.sampled_from(ZONES))
def test_a_wait_ends_after_it_began_and_is_naive(start, amount, unit, zone):
    due = after_delay(start, amount, unit, zone)
    assert due > start and due.tzinfo is None


@given(moments, st.integers(1, 300), st.sampled_from(UNITS), st.sampled_from(ZONES))
def test_a_longer_wait_never_ends_earlier(start, amount, unit, zone):
    assert after_delay(start, amount, unit, zone) <= after_delay(start, amount + 1, unit, zone)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "zone", "due"),
    [
        ("2026-03-28 08:00", 1, "days", "Europe/Oslo", "2026-03-29 07:00"),
        ("2026-03-28 01:30", 1, "days", "Europe/Oslo", "2026-03-29 01:30"),  # 02:30 is skipped
        ("2026-03-28 08:00", 24, "hours", "Europe/Oslo", "2026-03-29 08:00"),
        ("2026-10-24 00:30", 1, "days", "Europe/Oslo", "2026-10-25 00:30"),  # the first 02:30
        ("2026-10-24 08:00", 1, "days", "Europe/Oslo", "2026-10-25 09:00"),
        ("2026-03-07 07:30", 1, "days", "America/New_York", "2026-03-08 07:30"),
        ("2026-03-07 17:00", 1, "weeks", "America/New_York", "2026-03-14 16:00"),
        ("2026-10-02 15:45", 1, "days", "Australia/Lord_Howe", "2026-10-03 15:45"),
        ("2026-10-02 18:00", 1, "days", "Australia/Lord_Howe", "2026-10-03 17:30"),
        ("2026-01-31 12:00", 1, "months", "UTC", "2026-02-28 12:00"),
        ("2028-01-31 12:00", 1, "months", "UTC", "2028-02-29 12:00"),
        ("2028-02-29 12:00", 12, "months", "UTC", "2029-02-28 12:00"),
        ("2028-02-28 12:00", 1, "days", "UTC", "2028-02-29 12:00"),
        ("2026-08-31 12:00", 6, "months", "UTC", "2027-02-28 12:00"),
        ("2026-01-30 23:30", 1, "months", "Europe/Oslo", "2026-02-27 23:30"),  # the 31st in Oslo
        ("2011-12-29 20:00", 1, "days", "Pacific/Apia", "2011-12-30 20:00"),  # no 30 December
    ],
)
def test_a_wait_ends_at_the_known_moment(start, amount, unit, zone, due):
    expected = datetime.fromisoformat(due)
    assert after_delay(datetime.fromisoformat(start), amount, unit, zone) == expected


def test_the_units_are_those_of_elapsed_time_and_of_the_calendar():
    assert UNITS == ELAPSED_UNITS + CALENDAR_UNITS
    assert set(UNITS) == {"minutes", "hours", "days", "weeks", "months"}
