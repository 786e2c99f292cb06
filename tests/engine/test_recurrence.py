"""Recurrences, against an oracle that walks the calendar day by day and the clock by minutes."""

import calendar
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.recurrence import (
    MOST_DAYS,
    UNIT_OF,
    Recurrence,
    anniversaries,
    day_reached,
    days_of_month,
    next_after,
    upcoming,
)

UTC = timezone.utc
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
ZONES = ("Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "UTC")
#: Days on which clocks change, and those around 29 February.
SPECIAL = (
    date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 10, 4), date(2026, 10, 25),
    date(2026, 11, 1), date(2027, 2, 28), date(2028, 2, 28), date(2028, 2, 29),
)  # fmt: skip
#: As far as any recurrence here can be from its next time.
HORIZON = 5 * 366 + 31

days = st.dates(date(2023, 1, 1), date(2029, 12, 31))
near_special = st.sampled_from(SPECIAL).flatmap(
    lambda day: st.integers(-2, 2).map(lambda distance: day + distance * DAY)
)
times = st.times().map(lambda at: at.replace(second=0, microsecond=0)) | st.sampled_from(
    [time(hour, minute) for hour in (0, 1, 2, 3) for minute in (0, 15, 30)]
)
moments = st.builds(datetime.combine, days | near_special, times)


@st.composite
def recurrences(draw, frequencies=tuple(UNIT_OF)):
    """Any recurrence whose days can be walked in a test."""
    start = draw(days | near_special)
    return Recurrence(
        frequency=draw(st.sampled_from(frequencies)),
        at=draw(times),
        tz=draw(st.sampled_from(ZONES)),
        every=draw(st.integers(1, 5)),
        start=start,
        end=draw(st.none() | st.integers(0, 900).map(lambda length: start + length * DAY)),
        weekdays=tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1)))),
        days=tuple(sorted(draw(st.sets(st.integers(1, 31), min_size=1, max_size=4)))),
        week=draw(st.sampled_from([1, 2, 3, 4, -1])),
        month=draw(st.integers(1, 12)),
    )


ELAPSED = ("minutes", "hours")
CALENDAR = tuple(frequency for frequency in UNIT_OF if frequency not in ELAPSED)

# ---- the oracle ----------------------------------------------------------------------------


def wall(moment, zone):
    """What the clock on the wall shows."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def shown_at(target, zone):
    """The first minute that shows ``target``; a skipped one counts on from before the gap."""
    minute, before = target - 15 * HOUR, None
    while minute < target + 15 * HOUR:
        shown = wall(minute, zone)
        if shown == target:
            return minute
        if shown < target:
            before = minute
        minute += MINUTE
    return before + (target - wall(before, zone))


def days_in_month(day):
    return calendar.monthrange(day.year, day.month)[1]


def of_weekdays(recurrence, day):
    """The days of the month that fall on the weekdays."""
    month = [day.replace(day=number) for number in range(1, days_in_month(day) + 1)]
    return [each for each in month if each.weekday() in recurrence.weekdays]


def is_period(recurrence, day):
    """Whether the day's period counts, by stepping from the start one period at a time."""
    names = {"days": "%Y-%m-%d", "weeks": "%G-%V", "months": "%Y-%m", "years": "%Y"}
    name = names[UNIT_OF[recurrence.frequency]]
    count, period, at = 0, recurrence.start.strftime(name), recurrence.start
    while at < day:
        at += DAY
        if at.strftime(name) != period:
            count, period = count + 1, at.strftime(name)
    return count % recurrence.every == 0


def falls_on(recurrence, day):
    """Whether the day is one of those of which the recurrence speaks."""
    wanted = {min(number, days_in_month(day)) for number in recurrence.days}
    found = {
        "days": True,
        "weeks": day.weekday() in recurrence.weekdays,
        "month_days": day.day in wanted,
        "month_week": False,
        "years": day.month == recurrence.month and day.day in wanted,
    }[recurrence.frequency]
    if recurrence.frequency == "month_week":
        chosen = of_weekdays(recurrence, day)
        found = chosen[recurrence.week - (recurrence.week > 0)] == day
    return found and is_period(recurrence, day)


def oracle(recurrence, after):
    """The first moment after another, found by trying day after day."""
    day = max(recurrence.start, wall(after, recurrence.tz).date() - 2 * DAY)
    for _step in range(HORIZON):
        if recurrence.end and day > recurrence.end:
            return None
        if falls_on(recurrence, day):
            moment = shown_at(datetime.combine(day, recurrence.at), recurrence.tz)
            if moment > after:
                return moment
        day += DAY
    raise AssertionError("nothing comes as far as the oracle looks")


# ---- what has to hold ----------------------------------------------------------------------


@given(recurrences(CALENDAR), moments)
def test_the_next_moment_is_the_one_that_walking_the_calendar_finds(recurrence, after):
    assert next_after(recurrence, after) == oracle(recurrence, after)


@given(recurrences(("days", "weeks", "month_days")), near_special, times)
def test_it_is_right_where_the_clocks_change(recurrence, day, at):
    after = datetime.combine(day, at)
    assume(abs((recurrence.start - day).days) < 400)
    assert next_after(recurrence, after) == oracle(recurrence, after)


@given(recurrences(ELAPSED), st.integers(-300, 1500), times)
def test_minutes_and_hours_elapse_whatever_the_clocks_do(recurrence, minutes, at):
    first = shown_at(datetime.combine(recurrence.start, recurrence.at), recurrence.tz)
    after = first + minutes * MINUTE
    moment = first
    while moment <= after:
        moment += timedelta(**{recurrence.frequency: recurrence.every})
    over = recurrence.end and wall(moment, recurrence.tz).date() > recurrence.end
    assert next_after(recurrence, after) == (None if over else moment)


@given(recurrences(), moments)
def test_moments_follow_each_other_and_none_is_left_out(recurrence, after):
    found = upcoming(recurrence, after, 4)
    assert all(moment.tzinfo is None for moment in found)
    for moment in found:
        assert next_after(recurrence, after) == moment > after
        after = moment
    assert len(found) == 4 or next_after(recurrence, after) is None


@given(recurrences(), moments, st.integers(0, 10_000))
def test_asking_earlier_never_gives_a_later_moment(recurrence, after, minutes):
    found, earlier = (
        next_after(recurrence, moment) for moment in (after, after - minutes * MINUTE)
    )
    assert found is None or earlier <= found


@given(moments, times, st.sampled_from(ZONES))
def test_the_day_reached_is_the_last_whose_time_has_come(moment, at, zone):
    day = day_reached(moment, at, zone)
    assert shown_at(datetime.combine(day, at), zone) <= moment
    assert shown_at(datetime.combine(day + DAY, at), zone) > moment


@given(days | near_special, st.integers(0, 500))
def test_anniversaries_are_those_of_every_day_between(after, length):
    until = after + length * DAY
    expected = set()
    for back in range(min(length, MOST_DAYS)):
        day = until - back * DAY
        expected.add((day.month, day.day))
        if (day.month, day.day) == (2, 28) and not calendar.isleap(day.year):
            expected.add((2, 29))
    found = anniversaries(after, until)
    assert {(month, day) for month, dates in found.items() for day in dates} == expected


@given(st.integers(1900, 2100))
def test_a_birthday_comes_once_in_every_year(year):
    for month, day in ((2, 28), (2, 29), (3, 1), (12, 31)):
        comes = [
            step
            for step in range(365 + calendar.isleap(year))
            if day in anniversaries(date(year, 1, 1) + (step - 1) * DAY,
                                    date(year, 1, 1) + step * DAY).get(month, ())
        ]  # fmt: skip
        assert len(comes) == 1


OSLO = {"tz": "Europe/Oslo"}
SAMOA = {"tz": "Pacific/Apia", "start": date(2011, 1, 1)}


@pytest.mark.parametrize(
    ("recurrence", "after", "expected"),
    [
        # 02:30 is skipped on 29 March, and comes twice on 25 October.
        (Recurrence("days", time(2, 30), **OSLO), "2026-03-28 12:00", "2026-03-29 01:30"),
        (Recurrence("days", time(2, 30), **OSLO), "2026-10-24 12:00", "2026-10-25 00:30"),
        (Recurrence("days", time(2, 30), **OSLO), "2026-10-25 00:30", "2026-10-26 01:30"),
        (Recurrence("days", time(9), **OSLO), "2026-03-28 08:00", "2026-03-29 07:00"),
        (Recurrence("hours", time(0), every=12), "2026-03-28 12:00", "2026-03-29 00:00"),
        # Another week counts when it began with the one of the start.
        (
            Recurrence("weeks", every=2, start=date(2026, 11, 25), weekdays=(0, 4)),
            "2026-11-27 09:00",
            "2026-12-07 09:00",
        ),
        (Recurrence("month_days", days=(30, 31)), "2027-02-01 00:00", "2027-02-28 09:00"),
        (Recurrence("month_days", days=(30, 31)), "2027-02-28 09:00", "2027-03-30 09:00"),
        (Recurrence("month_week", weekdays=(0,)), "2026-11-25 00:00", "2026-12-07 09:00"),
        (
            Recurrence("month_week", weekdays=tuple(range(7)), week=-1),
            "2028-02-01 00:00",
            "2028-02-29 09:00",
        ),
        (
            Recurrence("month_week", weekdays=tuple(range(5)), week=-1),
            "2026-10-31 00:00",
            "2026-11-30 09:00",
        ),
        (Recurrence("years", days=(29,), month=2), "2026-03-01 00:00", "2027-02-28 09:00"),
        (Recurrence("years", days=(29,), month=2), "2027-03-01 00:00", "2028-02-29 09:00"),
        # One moment is a recurrence that ends on the day on which it starts.
        (
            Recurrence("days", start=date(2026, 12, 1), end=date(2026, 12, 1)),
            "2026-11-25 00:00",
            "2026-12-01 09:00",
        ),
        (
            Recurrence("days", start=date(2026, 12, 1), end=date(2026, 12, 1)),
            "2026-12-01 09:00",
            None,
        ),
        # Samoa had no 30 December in 2011: what was due on it, and on the 31st, happens once.
        (Recurrence("days", **SAMOA), "2011-12-29 19:00", "2011-12-30 19:00"),
        (Recurrence("days", **SAMOA), "2011-12-30 19:00", "2011-12-31 19:00"),
        (Recurrence("weeks", weekdays=(4,), **SAMOA), "2011-12-30 12:00", "2011-12-30 19:00"),
    ],
)
def test_the_next_moment_is_the_known_one(recurrence, after, expected):
    found = next_after(recurrence, datetime.fromisoformat(after))
    assert found == (expected and datetime.fromisoformat(expected))


def test_two_days_that_come_at_the_same_moment_are_one():
    found = upcoming(Recurrence("days", **SAMOA), datetime(2011, 12, 29, 12), 3)
    assert found == [datetime(2011, 12, day, 19) for day in (29, 30, 31)]


def test_an_old_start_costs_nothing():
    recurrence = Recurrence("days", every=3, start=date(1970, 1, 1))
    after = datetime(2400, 1, 1)
    assert after < next_after(recurrence, after) <= after + 3 * DAY


@pytest.mark.parametrize("text", ["", "0", "32", "1, x", "1.5", ", ,", "-1"])
def test_what_is_no_list_of_days_is_refused(text):
    with pytest.raises(ValueError):
        days_of_month(text)


@pytest.mark.parametrize("text", ["31,1", "1 31", " 1 ,31, 31"])
def test_days_may_be_written_as_people_do(text):
    assert days_of_month(text) == (1, 31)
