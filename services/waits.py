"""Waits: until when the records of a batch stay, and how that is told."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.exceptions import UserError

from ..engine.schedule import after_delay, after_working_days
from . import hours

#: Ten years in each unit.
MOST = {
    "minutes": 5_256_000,
    "hours": 87_600,
    "days": 3_650,
    "working_days": 2_600,
    "weeks": 520,
    "months": 120,
}
#: As the values of a field.
UNITS = [
    ("minutes", "Minutes"),
    ("hours", "Hours"),
    ("days", "Days"),
    ("working_days", "Working Days"),
    ("weeks", "Weeks"),
    ("months", "Months"),
]
#: Days beside those that are worked: weekends, and holidays by the week.
_SPAN, _SPARE = 3, timedelta(days=60)
_MINUTES_OF_A_DAY = 24 * 60


def zones(step, batch):
    """On whose clock the batch waits, as the version has chosen: {record id: zone}."""
    version = step.version_id
    return hours.zones_of(batch, version.zone_source, version.zone)


def after(step, batch, starts, amount, unit):
    """When so much time is over: {enrollment id: moment}.

    :param starts: {enrollment id: moment}
    :raise UserError: when so many days are never worked
    """
    if unit != "working_days":
        return {
            row_id: after_delay(start, amount, unit, batch.tz) for row_id, start in starts.items()
        }
    days = _working_days(step, batch, starts.values(), amount)
    by_record = zones(step, batch)
    ends = {
        row.id: after_working_days(starts[row.id], amount, days, by_record[row.res_id])
        for row in batch.rows
    }
    if None in ends.values():
        raise UserError(no_working_days_text(calendar_of(step, batch.env.company)))
    return ends


def calendar_of(step, company):
    """The working hours by which a step counts: those whose holidays the version skips, else the
    company's.
    """
    return step.version_id.holiday_calendar_id or company.sudo().resource_calendar_id


def no_working_days_text(calendar):
    """Why a wait for working days would not end."""
    env = calendar.env
    if not calendar:
        return env._(
            "The company has no working hours, so no day is a working day: choose some under "
            "Public Holidays in the workflow's settings, or another unit."
        )
    return env._(
        "“%s” has too few working days: correct these working hours, or choose another unit.",
        calendar.name,
    )


def duration_text(env, amount, unit):
    """“1 day”, “3 working days”."""
    one, more = {
        "minutes": (env._("1 minute"), env._("%s minutes", amount)),
        "hours": (env._("1 hour"), env._("%s hours", amount)),
        "days": (env._("1 day"), env._("%s days", amount)),
        "working_days": (env._("1 working day"), env._("%s working days", amount)),
        "weeks": (env._("1 week"), env._("%s weeks", amount)),
        "months": (env._("1 month"), env._("%s months", amount)),
    }[unit]
    return one if amount == 1 else more


def duration_problems(step, amount, unit):
    """What is wrong with how long a step waits, in words."""
    env = step.env
    if amount < 1 or not unit:
        yield env._("The wait needs an amount of at least 1 and a unit.")
    elif amount > MOST[unit]:
        yield env._("The wait is longer than ten years; choose a shorter one.")
    elif unit == "working_days":
        workflow = step.workflow_id
        calendar = calendar_of(step, workflow.company_id or workflow.run_as_id.company_id)
        now = env.cr.now()
        if not working_days(calendar, now, now + _SPARE):
            yield no_working_days_text(calendar)


def path_problems(step, path):
    """What keeps a path from leading to one date of each record, in words."""
    env, model = step.env, step.workflow_id._run_env()[step.model_name]
    *way, name = path.split(".")
    for passed in way:
        field = model._fields.get(passed)
        if field is None or field.type != "many2one":
            yield env._("Choose a date that belongs to the record or to one that it is linked to.")
            return
        if not model._has_field_access(field, "read"):
            yield _hidden_text(step, field)
            return
        model = model[passed]
    field = model._fields.get(name)
    if field is None or field.type not in ("date", "datetime"):
        yield env._("Choose the date to wait for: a field with a date, or a date and time.")
    elif not model._has_field_access(field, "read"):
        yield _hidden_text(step, field)


def _hidden_text(step, field):
    return step.env._(
        "%(user)s, the run-as user, may not see the field “%(field)s”: choose another.",
        user=step.workflow_id.run_as_id.name,
        field=field._description_string(step.env),
    )


def time_of(hour):
    """The time of day, to the minute, that a number of hours stands for."""
    return time(*divmod(_minutes(hour), 60))


def time_problems(env, hour):
    """What is wrong with a time of day, in words."""
    if not 0 <= _minutes(hour) < _MINUTES_OF_A_DAY:
        yield env._("The time of day lies between 00:00 and 23:59.")


def _minutes(hour):
    return round(hour * 60)


def _working_days(step, batch, starts, amount):
    """The days that are worked from the first start on, enough of them for the last; in order.

    A public holiday is none, nor is a day of the week on which nobody works.
    """
    first = min(starts) - timedelta(days=2)
    last = max(starts) + timedelta(days=_SPAN * amount) + _SPARE
    return working_days(calendar_of(step, batch.env.company), first, last)


def working_days(calendar, first, last):
    """The days between two moments on which a calendar has work, in order."""
    if not calendar:
        return []
    start, end = (
        datetime.combine(moment.date(), time.min, ZoneInfo("UTC")) for moment in (first, last)
    )
    free = calendar.sudo()._get_unusual_days(start, end, calendar.company_id)
    return [fields.Date.to_date(day) for day in sorted(free) if not free[day]]
