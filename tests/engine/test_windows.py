from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.windows import DAY_MINUTES, HORIZON_DAYS, Hours, Opening, Skip, Window, start_within

UTC = timezone.utc
MINUTE = timedelta(minutes=1)
OFFICE = tuple(Window(weekday, 9 * 60, 17 * 60) for weekday in range(5))
#: Changes of the clocks, in UTC; and the ends of February, where leap years are counted.
CHANGES = {
    "Europe/Oslo": (datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 1)),
    "America/New_York": (datetime(2028, 3, 12, 7), datetime(2028, 11, 5, 6)),
    "Australia/Lord_Howe": (datetime(2026, 4, 4, 15), datetime(2026, 10, 3, 15, 30)),
    # Here they go back at midnight, into the day before.
    "America/Nuuk": (datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 1)),
}
FEBRUARIES = (datetime(2027, 2, 28), datetime(2028, 2, 28), datetime(2028, 2, 29))

minutes_of_day = st.integers(0, DAY_MINUTES - 1)
windows = st.lists(
    st.builds(Window, st.integers(0, 6), minutes_of_day, st.integers(0, DAY_MINUTES)).filter(
        lambda window: window.start != window.end
    ),
    max_size=6,
).map(tuple)


@st.composite
def moments_in_zones(draw):
    """(moment, zone), within some days of a change of the clocks or of the end of a February."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    about = draw(st.sampled_from((*CHANGES[zone], *FEBRUARIES)))
    return about + draw(st.integers(-4 * DAY_MINUTES, DAY_MINUTES)) * MINUTE, zone


@st.composite
def skips_about(draw, moment):
    first = moment.date() + timedelta(days=draw(st.integers(-4, 4)))
    last = first + timedelta(days=draw(st.integers(0, 3)))
    if 29 in (first.day, last.day):
        return Skip(first, last)
    years = draw(st.integers(-8, 0))
    return Skip(
        first.replace(year=first.year + years),
        last.replace(year=last.year + years),
        yearly=years < 0 or draw(st.booleans()),
    )


@st.composite
def holidays_about(draw, moment):
    start = moment + draw(st.integers(-3 * DAY_MINUTES, 3 * DAY_MINUTES)) * MINUTE
    return start, start + draw(st.integers(1, 2 * DAY_MINUTES)) * MINUTE


@st.composite
def hours_and_moments(draw):
    moment, zone = draw(moments_in_zones())
    skips = draw(st.lists(skips_about(moment), max_size=2))
    holidays = draw(st.lists(holidays_about(moment), max_size=2))
    return Hours(draw(windows), tuple(skips), tuple(holidays), zone), moment


# ---- the oracle: minute by minute ----------------------------------------------------------


def is_open(hours, moment):
    """Whether a workflow acts at a minute, read from the clock on the wall."""
    wall = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(hours.zone)).replace(tzinfo=None, fold=0)
    if any(start <= wall < end for start, end in hours.holidays):
        return False
    if any(is_skipped(skip, wall.date()) for skip in hours.skips):
        return False
    return not hours.windows or any(holds(window, wall) for window in hours.windows)


def is_skipped(skip, day):
    """Whether the day lies in the skip, as it is or as it falls in this year or the last."""
    if not skip.yearly:
        return skip.first <= day <= skip.last
    first, last = skip.first, skip.last
    return any(
        first.replace(year=year) <= day <= last.replace(year=year + last.year - first.year)
        for year in (day.year - 1, day.year)
    )


def holds(window, wall):
    minute = wall.hour * 60 + wall.minute
    if window.end > window.start:
        return wall.weekday() == window.weekday and window.start <= minute < window.end
    began_yesterday = (wall.weekday() - 1) % 7 == window.weekday and minute < window.end
    return began_yesterday or wall.weekday() == window.weekday and minute >= window.start


def first_open(hours, moment, minutes):
    """The first open minute, looked for one by one; None when there is none so soon."""
    return next(
        (moment + n * MINUTE for n in range(minutes) if is_open(hours, moment + n * MINUTE)), None
    )


# ---- properties ----------------------------------------------------------------------------


@given(hours_and_moments())
def test_the_next_opening_is_the_first_open_minute(example):
    hours, moment = example
    found, expected = hours.next_open(moment), first_open(hours, moment, 9 * DAY_MINUTES)
    if expected is None:
        assert found is None or found.start >= moment + 9 * DAY_MINUTES * MINUTE
    else:
        assert found.start == expected


@given(hours_and_moments())
def test_an_opening_is_open_from_its_start_to_its_end(example):
    hours, moment = example
    opening = hours.next_open(moment)
    if opening is not None:
        length = (opening.end - opening.start) // MINUTE
        assert length > 0
        assert all(is_open(hours, opening.start + n * MINUTE) for n in range(length))


@given(hours_and_moments(), st.integers(0, 5 * DAY_MINUTES))
def test_a_later_moment_never_opens_earlier(example, later):
    hours, moment = example
    first, second = hours.next_open(moment), hours.next_open(moment + later * MINUTE)
    if second is not None:
        assert first.start <= second.start


@given(st.text(), st.integers(0, 24 * 60), st.integers(1, 10_000))
def test_a_start_lies_in_the_first_half_and_is_always_the_same(key, minutes, length):
    start = datetime(2026, 5, 4, 7)
    opening = Opening(start, start + length * MINUTE)
    found = start_within(opening, key, minutes)
    assert start <= found <= start + min(minutes, length / 2) * MINUTE
    assert found == start_within(opening, key, minutes)


# ---- the known cases -----------------------------------------------------------------------


def opens(hours, moment):
    opening = hours.next_open(datetime.fromisoformat(moment))
    return opening and str(opening.start)[:16]


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-03-27 12:00", "2026-03-27 12:00"),  # Friday at 13:00 in Oslo
        ("2026-03-27 16:00", "2026-03-30 07:00"),  # closes at 17:00; Monday is in summer time
        ("2026-10-23 15:30", "2026-10-26 08:00"),  # and back to winter time
        ("2026-03-30 06:59", "2026-03-30 07:00"),
        ("2026-03-30 14:59", "2026-03-30 14:59"),
        ("2026-03-30 15:00", "2026-03-31 07:00"),
    ],
)
def test_office_hours_open_at_the_known_moment(moment, opening):
    assert opens(Hours(OFFICE, zone="Europe/Oslo"), moment) == opening


def test_a_day_has_several_windows():
    hours = Hours((Window(0, 9 * 60, 12 * 60), Window(0, 13 * 60, 17 * 60)))
    assert opens(hours, "2026-03-30 12:00") == "2026-03-30 13:00"
    assert opens(hours, "2026-03-30 17:00") == "2026-04-06 09:00"


def test_a_window_over_midnight_goes_on_the_next_day():
    friday_night = Hours((Window(4, 22 * 60, 2 * 60),))
    assert opens(friday_night, "2026-03-28 01:59") == "2026-03-28 01:59"
    assert opens(friday_night, "2026-03-28 02:00") == "2026-04-03 22:00"


def test_a_window_over_midnight_is_cut_by_a_day_that_is_skipped():
    saturday = Skip(date(2026, 3, 28), date(2026, 3, 28))
    hours = Hours((Window(4, 22 * 60, 2 * 60),), (saturday,))
    assert hours.next_open(datetime(2026, 3, 27, 23)).end == datetime(2026, 3, 28)
    assert opens(hours, "2026-03-28 00:30") == "2026-04-03 22:00"


def test_a_window_in_the_hour_that_is_skipped_does_not_open_that_day():
    hours = Hours((Window(6, 2 * 60, 3 * 60),), zone="Europe/Oslo")
    assert opens(hours, "2026-03-28 12:00") == "2026-04-05 00:00"


def test_a_window_that_begins_in_the_hour_that_is_skipped_opens_after_it():
    hours = Hours((Window(6, 2 * 60 + 30, 4 * 60),), zone="Europe/Oslo")
    assert opens(hours, "2026-03-28 12:00") == "2026-03-29 01:00"


def test_a_window_in_the_hour_that_is_repeated_opens_twice():
    hours = Hours((Window(6, 2 * 60, 2 * 60 + 30),), zone="Europe/Oslo")
    assert opens(hours, "2026-10-25 00:10") == "2026-10-25 00:10"
    assert opens(hours, "2026-10-25 00:30") == "2026-10-25 01:00"
    assert opens(hours, "2026-10-25 01:30") == "2026-11-01 01:00"


@pytest.mark.parametrize(
    ("skip", "day", "covered"),
    [
        (Skip(date(2026, 12, 24), date(2026, 12, 26)), date(2026, 12, 26), True),
        (Skip(date(2026, 12, 24), date(2026, 12, 26)), date(2027, 12, 25), False),
        (Skip(date(2026, 5, 17), date(2026, 5, 17), yearly=True), date(2031, 5, 17), True),
        (Skip(date(2026, 12, 24), date(2027, 1, 2), yearly=True), date(2029, 12, 31), True),
        (Skip(date(2026, 12, 24), date(2027, 1, 2), yearly=True), date(2029, 1, 2), True),
        (Skip(date(2026, 12, 24), date(2027, 1, 2), yearly=True), date(2029, 1, 3), False),
        (Skip(date(2028, 2, 29), date(2028, 2, 29), yearly=True), date(2032, 2, 29), True),
        (Skip(date(2028, 2, 29), date(2028, 2, 29), yearly=True), date(2029, 2, 28), False),
        (Skip(date(2028, 2, 29), date(2028, 2, 29), yearly=True), date(2029, 3, 1), False),
    ],
)
def test_a_skip_covers_its_days(skip, day, covered):
    assert skip.covers(day) is covered


def test_a_holiday_closes_and_the_rest_of_its_day_opens():
    morning = (datetime(2026, 3, 30), datetime(2026, 3, 30, 12))
    assert opens(Hours(OFFICE, holidays=(morning,)), "2026-03-30 08:00") == "2026-03-30 12:00"


def test_what_is_skipped_all_the_year_never_opens():
    year = Skip(date(2026, 1, 1), date(2026, 12, 31), yearly=True)
    assert Hours(OFFICE, (year,)).next_open(datetime(2026, 3, 30)) is None


def test_an_opening_is_found_as_far_as_a_year_ahead():
    start = datetime(2026, 3, 30)
    last = start.date() + timedelta(days=HORIZON_DAYS - 1)
    assert Hours(skips=(Skip(start.date(), last),)).next_open(start).start == datetime(2027, 3, 31)


def test_a_hundred_thousand_starts_are_spread_evenly():
    opening = Opening(datetime(2026, 5, 4, 7), datetime(2026, 5, 4, 15))
    starts = [start_within(opening, f"res.partner,{n}", 15) for n in range(100_000)]
    per_minute = [0] * 15
    for start in starts:
        per_minute[(start - opening.start) // MINUTE] += 1
    assert max(per_minute) < 1.2 * min(per_minute)


def test_without_a_spread_all_start_at_the_opening():
    opening = Opening(datetime(2026, 5, 4, 7), datetime(2026, 5, 4, 15))
    assert start_within(opening, "res.partner,1", 0) == opening.start
