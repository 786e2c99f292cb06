"""Waits that end on a day of the week, on a working day or near a date, against brute force."""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.schedule import after_delay, after_working_days, moment_near, next_weekday

UTC = timezone.utc
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ZONES = ("Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "America/Havana", "UTC")
#: Changes of the clocks in 2026, in UTC.
CHANGES = {
    "Europe/Oslo": (datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 1)),
    "America/New_York": (datetime(2026, 3, 8, 7), datetime(2026, 11, 1, 6)),
    "Australia/Lord_Howe": (datetime(2026, 4, 4, 15), datetime(2026, 10, 3, 15, 30)),
    "America/Havana": (datetime(2026, 3, 8, 5), datetime(2026, 11, 1, 5)),
}


@st.composite
def near_a_change(draw):
    """(moment, zone) some days before or after a change of the clocks, to the minute."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    change = draw(st.sampled_from(CHANGES[zone]))
    return change + draw(st.integers(-9 * 24 * 60, 3 * 24 * 60)) * MINUTE, zone


times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
early = st.builds(time, st.integers(0, 3), st.sampled_from((0, 10, 15, 30, 45, 59)))
days_of_week = st.frozensets(st.integers(0, 6))


def local(moment, zone):
    """What a clock on the wall shows, without any zone."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def minutes_from(now):
    """Every minute from a moment on, for as long as a wait may take."""
    return (now + number * MINUTE for number in range(16 * 24 * 60))


def brute_weekday(now, weekdays, at, zone):
    """The first minute at which the clock shows the day and the time, tried one after another."""
    for moment in minutes_from(now):
        shown = local(moment, zone)
        if weekdays and shown.weekday() not in weekdays:
            continue
        if at is None:
            return moment
        for day in (shown.date(), shown.date() - DAY):
            wanted = datetime.combine(day, at)
            if (not weekdays or day.weekday() in weekdays) and moment == first_showing(
                wanted, zone
            ):
                return moment
    raise AssertionError("no such minute")


def first_showing(wall, zone):
    """The first minute that shows ``wall``; in a gap, as long after it as ``wall`` lies in it."""
    around = [wall + number * 15 * MINUTE for number in range(-15 * 4, 15 * 4 + 1)]
    found = [moment for moment in around if local(moment, zone) == wall]
    if found:
        return found[0]
    before = next(m for m in around if local(m, zone) > wall) - 15 * MINUTE
    return before + (wall - local(before, zone))


@given(near_a_change(), days_of_week, st.none() | times | early)
@example((datetime(2026, 3, 28, 12), "Europe/Oslo"), frozenset({6}), time(2, 30))
@example((datetime(2026, 10, 25, 0, 45), "Europe/Oslo"), frozenset(), time(2, 30))
@example((datetime(2026, 10, 3, 12), "Australia/Lord_Howe"), frozenset({6}), time(2, 15))
@example((datetime(2026, 3, 7, 12), "America/Havana"), frozenset({6}), None)
def test_the_next_weekday_is_the_first_minute_that_shows_it(start, weekdays, at):
    now, zone = start
    assert next_weekday(now, weekdays, at, zone) == brute_weekday(now, weekdays, at, zone)


@given(near_a_change(), days_of_week, st.none() | times)
def test_a_wait_for_a_weekday_ends_where_it_goes_on_at_once(start, weekdays, at):
    now, zone = start
    due = next_weekday(now, weekdays, at, zone)
    assert due >= now
    assert next_weekday(due, weekdays, at, zone) == due


@pytest.mark.parametrize(
    ("now", "weekdays", "at", "zone", "due"),
    [
        ("2026-11-30 12:00", {0}, None, "Europe/Oslo", "2026-11-30 12:00"),
        ("2026-11-30 12:00", {1}, None, "Europe/Oslo", "2026-11-30 23:00"),
        ("2026-11-30 08:00", {0}, "09:00", "Europe/Oslo", "2026-11-30 08:00"),
        ("2026-11-30 08:01", {0}, "09:00", "Europe/Oslo", "2026-12-07 08:00"),
        ("2026-11-30 08:01", (), "09:00", "Europe/Oslo", "2026-12-01 08:00"),
        ("2026-03-28 12:00", (), "02:30", "Europe/Oslo", "2026-03-29 01:30"),  # it is skipped
        ("2026-10-25 00:45", (), "02:30", "Europe/Oslo", "2026-10-26 01:30"),  # it was repeated
        ("2026-03-07 12:00", {6}, "09:00", "America/New_York", "2026-03-08 13:00"),
        ("2011-12-29 20:00", {4}, None, "Pacific/Apia", "2012-01-05 10:00"),  # a Friday is skipped
    ],
)
def test_a_weekday_comes_at_the_known_moment(now, weekdays, at, zone, due):
    at = at and time.fromisoformat(at)
    found = next_weekday(datetime.fromisoformat(now), weekdays, at, zone)
    assert found == datetime.fromisoformat(due)


def test_a_day_that_no_week_has_is_refused():
    with pytest.raises(ValueError, match="no day"):
        next_weekday(datetime(2026, 3, 28), {7})


@given(near_a_change(), st.integers(1, 30), st.sets(st.integers(0, 60), min_size=1))
def test_working_days_are_counted_one_after_another(start, amount, offsets):
    now, zone = start
    today = local(now, zone).date()
    working = sorted(today + offset * DAY for offset in offsets)
    day, left = today, amount
    while left and day < today + 61 * DAY:
        day += DAY
        left -= day in working
    expected = None if left else first_showing(datetime.combine(day, local(now, zone).time()), zone)
    if expected is None:
        assert after_working_days(now, amount, working, zone) is None
    else:
        assert after_working_days(now, amount, working, zone) == expected


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(-40, 40), times)
def test_days_near_a_date_are_days_of_the_calendar(day, amount, at):
    for zone in ZONES:
        expected = first_showing(datetime.combine(day + amount * DAY, at), zone)
        assert moment_near(day, amount, "days", at, zone) == expected


@given(near_a_change(), st.integers(-500, 500).filter(bool))
def test_near_a_moment_is_after_a_delay(start, amount):
    moment, zone = start
    for unit in ("minutes", "hours", "days"):
        expected = after_delay(moment, amount, unit, zone)
        assert moment_near(moment, amount, unit, None, zone) == expected


@pytest.mark.parametrize(
    ("value", "amount", "unit", "at", "zone", "due"),
    [
        (date(2026, 3, 29), 0, "days", None, "Europe/Oslo", "2026-03-28 23:00"),
        (date(2026, 3, 30), 0, "days", None, "Europe/Oslo", "2026-03-29 22:00"),
        (date(2026, 3, 30), -1, "hours", None, "Europe/Oslo", "2026-03-29 21:00"),
        (date(2026, 3, 8), 1, "days", None, "America/Havana", "2026-03-09 04:00"),  # no midnight
        (date(2026, 1, 31), 1, "months", "09:00", "UTC", "2026-02-28 09:00"),
        (datetime(2026, 10, 25, 1, 30), 0, "days", None, "Europe/Oslo", "2026-10-25 01:30"),
        (datetime(2026, 3, 28, 8), 1, "days", None, "Europe/Oslo", "2026-03-29 07:00"),
        (datetime(2026, 3, 28, 23, 30), 0, "days", "09:00", "Europe/Oslo", "2026-03-29 07:00"),
        (datetime(2026, 4, 3, 23), 1, "days", "02:00", "Australia/Lord_Howe", "2026-04-04 15:30"),
    ],
)
def test_a_moment_near_a_date_is_the_known_one(value, amount, unit, at, zone, due):
    at = at and time.fromisoformat(at)
    assert moment_near(value, amount, unit, at, zone) == datetime.fromisoformat(due)
