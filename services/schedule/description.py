"""What a trigger says about its schedule, as values, and what it lacks."""

from calendar import monthrange
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ...engine.recurrence import EPOCH, UNIT_OF, Recurrence, days_of_month
from ...engine.schedule import ELAPSED_UNITS

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: The days that the choice of a day in a month stands for, as numbers of weekdays.
FALLS_ON = {
    **{name: (number,) for number, name in enumerate(WEEKDAYS)},
    "workday": tuple(range(5)),
    "day": tuple(range(7)),
}
MOST_EVERY = 1_000
#: Ten years.
MOST_DAYS_AWAY = 3_650
_MINUTES_OF_A_DAY = 24 * 60


def recurrence_of(trigger):
    """The :class:`~...engine.recurrence.Recurrence`; None when the description has gaps."""
    if any(gaps(trigger)):
        return None
    at, tz = time_of(trigger), zone_of(trigger)
    if is_by_date(trigger):
        return Recurrence("days", at, tz)
    if not repeats(trigger):
        return Recurrence("days", at, tz, start=trigger.schedule_start, end=trigger.schedule_start)
    return Recurrence(
        frequency=trigger.schedule_frequency,
        at=at,
        tz=tz,
        every=trigger.schedule_every,
        start=trigger.schedule_start or EPOCH,
        end=trigger.schedule_end or None,
        weekdays=weekdays_of(trigger),
        days=_days_of(trigger),
        week=int(trigger.schedule_week or 1),
        month=int(trigger.schedule_month or 1),
    )


def is_by_date(trigger):
    """Whether each record is due by a date of its own."""
    return trigger.schedule_frequency == "date_field"


def repeats(trigger):
    """Whether the schedule comes again and again by itself."""
    return trigger.schedule_frequency in UNIT_OF


def elapses(trigger):
    """Whether minutes or hours are counted, which need no day to begin with."""
    return trigger.schedule_frequency in ELAPSED_UNITS


def zone_of(trigger):
    """The IANA name of the time zone that counts."""
    user = trigger.workflow_id.run_as_id or trigger.env.user
    return trigger.schedule_tz or user.tz or "UTC"


def time_of(trigger):
    """The time of day, to the minute."""
    return time(*divmod(_minute_of(trigger), 60))


def days_after(trigger):
    """How many days after the record's date; before it, when negative."""
    days = trigger.schedule_offset
    return days if trigger.schedule_direction == "after" else -days


def weekdays_of(trigger):
    """The weekdays chosen, as numbers from 0 for Monday."""
    if trigger.schedule_frequency == "month_week":
        return FALLS_ON[trigger.schedule_weekday]
    return tuple(number for number, name in enumerate(WEEKDAYS) if trigger[f"schedule_{name}"])


def gaps(trigger):
    """Yield what the description lacks, or cannot mean, in words."""
    env = trigger.env
    if not trigger.schedule_frequency:
        yield env._("Choose how often the schedule comes.")
        return
    if not 0 <= _minute_of(trigger) < _MINUTES_OF_A_DAY:
        yield env._("The time of day lies between 00:00 and 23:59.")
    if not _is_known(zone_of(trigger)):
        yield env._("The time zone %s is not known here; choose another.", zone_of(trigger))
    if repeats(trigger):
        yield from _gaps_of_repetition(trigger)
    if own := _GAPS.get(trigger.schedule_frequency):
        yield from own(trigger)


def _gaps_of_repetition(trigger):
    env, every = trigger.env, trigger.schedule_every
    if not 1 <= every <= MOST_EVERY:
        yield env._("“Every” is a number from 1 to %s.", MOST_EVERY)
    if every > 1 and not trigger.schedule_start and not elapses(trigger):
        yield env._("Say on which day the schedule starts: from there, every %s is counted.", every)
    if trigger.schedule_end and trigger.schedule_end < (trigger.schedule_start or EPOCH):
        yield env._("The schedule ends before it starts.")


def _gaps_of_once(trigger):
    if not trigger.schedule_start:
        yield trigger.env._("Choose the day of the schedule.")


def _gaps_of_weeks(trigger):
    if not weekdays_of(trigger):
        yield trigger.env._("Choose at least one day of the week.")


def _gaps_of_month_days(trigger):
    try:
        _days_of(trigger)
    except ValueError:
        yield trigger.env._("Write the days of the month as numbers from 1 to 31, such as 1, 15.")


def _gaps_of_month_week(trigger):
    if not trigger.schedule_week or not trigger.schedule_weekday:
        yield trigger.env._("Choose which day of the month it is.")


def _gaps_of_years(trigger):
    # Of a leap year, so that 29 February is one.
    days = monthrange(EPOCH.year, int(trigger.schedule_month))[1] if trigger.schedule_month else 0
    if not 1 <= trigger.schedule_month_day <= days:
        yield trigger.env._("Choose a month, and a day that it has.")


def _gaps_of_date_field(trigger):
    env, name = trigger.env, trigger.schedule_date_field
    field = env[trigger.model_name]._fields.get(name or "")
    if field is None or field.type not in ("date", "datetime") or not field.store:
        yield env._("Choose a date that is stored on the records.")
    if not 0 <= trigger.schedule_offset <= MOST_DAYS_AWAY:
        yield env._("The days before or after are a number between 0 and %s.", MOST_DAYS_AWAY)
    if not trigger.schedule_direction:
        yield env._("Choose whether it is before or after the date.")


_GAPS = {
    "once": _gaps_of_once,
    "weeks": _gaps_of_weeks,
    "month_days": _gaps_of_month_days,
    "month_week": _gaps_of_month_week,
    "years": _gaps_of_years,
    "date_field": _gaps_of_date_field,
}


def _is_known(zone):
    try:
        return bool(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return False


def _minute_of(trigger):
    return round(trigger.schedule_time * 60)


def _days_of(trigger):
    """Days of the month.

    :raise ValueError: when what is written is no list of days
    """
    if trigger.schedule_frequency == "month_days":
        return days_of_month(trigger.schedule_days or "")
    return (trigger.schedule_month_day,)
