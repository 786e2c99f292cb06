"""Schedules in words: the sentence of the trigger, and the moments that come."""

from datetime import date, timedelta

from odoo import fields

from ...engine.recurrence import EPOCH, days_of_month, upcoming
from ...engine.schedule import wall_of
from ..describe import describe_domain
from ..words import day_text, field_label, weekday_name
from .description import (
    days_after,
    is_by_date,
    recurrence_of,
    repeats,
    time_of,
    weekdays_of,
    zone_of,
)

#: How many moments the form tells beforehand.
SHOWN = 3
_DAY = "yMMMd"


def describe_schedule(trigger):
    """When a trigger comes and whom it takes, in a sentence."""
    env, tell = trigger.env, _SENTENCES.get(trigger.schedule_frequency)
    if tell is None or recurrence_of(trigger) is None:
        return env._("On a schedule")
    told = tell(trigger)
    if repeats(trigger) and trigger.schedule_end:
        until = day_text(env, trigger.schedule_end, _DAY)
        told = env._("%(schedule)s, until %(date)s", schedule=told, date=until)
    if trigger.schedule_tz:
        told = f"{told} ({trigger.schedule_tz})"
    if trigger.domain in (False, "", "[]"):
        return told
    condition = describe_domain(env, trigger.model_name, trigger.domain)
    return env._(
        "%(schedule)s, for those that match: %(condition)s", schedule=told, condition=condition
    )


def describe_upcoming(trigger):
    """The next moments of a trigger, for its form; False while its description has gaps."""
    recurrence = recurrence_of(trigger)
    if recurrence is None:
        return False
    now = fields.Datetime.now()
    told = [_moment(trigger, moment, now) for moment in upcoming(recurrence, now, SHOWN)]
    if not told:
        return trigger.env._("Never: its time has passed.")
    joint = trigger.env._("; then ")
    return trigger.env._(
        "Next: %(moments)s (%(zone)s)", moments=joint.join(told), zone=zone_of(trigger)
    )


def _moment(trigger, moment, now):
    env, wall = trigger.env, wall_of(moment, zone_of(trigger))
    this_year = wall.year == now.year
    day = day_text(env, wall, "MMMEd" if this_year else "yMMMEd")
    told = f"{day}, {wall:%H:%M}"
    if not is_by_date(trigger):
        return told
    taken = wall.date() - timedelta(days_after(trigger))
    value = day_text(env, taken, "MMMd" if trigger.schedule_yearly else _DAY)
    label = field_label(env[trigger.model_name], trigger.schedule_date_field)
    return env._("%(moment)s for %(field)s %(date)s", moment=told, field=label, date=value)


def _once(trigger):
    day = day_text(trigger.env, trigger.schedule_start, _DAY)
    return trigger.env._("Once, on %(date)s at %(time)s", date=day, time=_time(trigger))


def _minutes(trigger):
    if trigger.schedule_every == 1:
        return trigger.env._("Every minute")
    return trigger.env._("Every %s minutes", trigger.schedule_every)


def _hours(trigger):
    if trigger.schedule_every == 1:
        return trigger.env._("Every hour")
    return trigger.env._("Every %s hours", trigger.schedule_every)


def _days(trigger):
    if trigger.schedule_every == 1:
        return trigger.env._("Every day at %s", _time(trigger))
    return trigger.env._(
        "Every %(count)s days at %(time)s", count=trigger.schedule_every, time=_time(trigger)
    )


def _weeks(trigger):
    env, at = trigger.env, _time(trigger)
    days = _list(env, [weekday_name(env, weekday) for weekday in weekdays_of(trigger)])
    if trigger.schedule_every == 1:
        return env._("Every %(days)s at %(time)s", days=days, time=at)
    return env._(
        "Every %(count)s weeks on %(days)s at %(time)s",
        count=trigger.schedule_every,
        days=days,
        time=at,
    )


def _month_days(trigger):
    env, at = trigger.env, _time(trigger)
    days = _list(env, [str(day) for day in days_of_month(trigger.schedule_days)])
    if trigger.schedule_every == 1:
        return env._("Every month on day %(days)s, at %(time)s", days=days, time=at)
    return env._(
        "Every %(count)s months on day %(days)s, at %(time)s",
        count=trigger.schedule_every,
        days=days,
        time=at,
    )


def _month_week(trigger):
    env, at = trigger.env, _time(trigger)
    week, day = (_label(trigger, name) for name in ("schedule_week", "schedule_weekday"))
    if trigger.schedule_every == 1:
        return env._(
            "Every month on the %(week)s %(day)s, at %(time)s", week=week, day=day, time=at
        )
    return env._(
        "Every %(count)s months on the %(week)s %(day)s, at %(time)s",
        count=trigger.schedule_every,
        week=week,
        day=day,
        time=at,
    )


def _years(trigger):
    env, at = trigger.env, _time(trigger)
    # A leap year, of which only month and day are told.
    day = date(EPOCH.year, int(trigger.schedule_month), trigger.schedule_month_day)
    told = day_text(env, day, "MMMMd")
    if trigger.schedule_every == 1:
        return env._("Every year on %(date)s at %(time)s", date=told, time=at)
    return env._(
        "Every %(count)s years on %(date)s at %(time)s",
        count=trigger.schedule_every,
        date=told,
        time=at,
    )


def _date_field(trigger):
    env, days = trigger.env, days_after(trigger)
    label = field_label(env[trigger.model_name], trigger.schedule_date_field)
    sentences = {
        0: env._("On %(field)s, at %(time)s"),
        1: env._("1 day after %(field)s, at %(time)s"),
        -1: env._("1 day before %(field)s, at %(time)s"),
    }
    many = (
        env._("%(days)s days after %(field)s, at %(time)s")
        if days > 0
        else env._("%(days)s days before %(field)s, at %(time)s")
    )
    told = sentences.get(days, many) % {"days": abs(days), "field": label, "time": _time(trigger)}
    return env._("%s, every year", told) if trigger.schedule_yearly else told


_SENTENCES = {
    "once": _once,
    "minutes": _minutes,
    "hours": _hours,
    "days": _days,
    "weeks": _weeks,
    "month_days": _month_days,
    "month_week": _month_week,
    "years": _years,
    "date_field": _date_field,
}


def _time(trigger):
    return f"{time_of(trigger):%H:%M}"


def _label(trigger, name):
    return dict(trigger._fields[name]._description_selection(trigger.env))[trigger[name]]


def _list(env, words):
    """Words as people list them: A, B and C."""
    if len(words) < 2:
        return "".join(words)
    return env._("%(first)s and %(last)s", first=", ".join(words[:-1]), last=words[-1])
