"""Which triggers are due, and whom they take; in queries that do not grow with the records."""

from datetime import datetime, time, timedelta

from odoo.exceptions import UserError
from odoo.fields import Domain

from ...engine.recurrence import MOST_DAYS, anniversaries, day_reached, next_after
from ...engine.schedule import moment_of
from .. import enroller
from .description import days_after, elapses, gaps, is_by_date, recurrence_of, time_of, zone_of

_JUST_BEFORE = timedelta(seconds=1)


def due_triggers(env):
    """The live triggers whose moment has come. One query, however many workflows there are."""
    return (
        env["crm.workflow.trigger"]
        .sudo()
        .search(
            [
                ("schedule_next_at", "<=", env.cr.now()),
                ("version_id.state", "=", "live"),
                ("version_id.workflow_id.state", "=", "on"),
            ],
            order="schedule_next_at, id",
        )
    )


def run(trigger):
    """Enter those whom a due trigger takes: once, however many moments have gone by since."""
    if trigger in due_triggers(trigger.env):
        enroller.guarded(trigger.workflow_id, lambda: _enter(trigger))


def next_moment(trigger, now):
    """When a trigger comes next after a moment; False when it does not."""
    return next_after(recurrence_of(trigger), now) or False


def standing_at(trigger, now):
    """Where a trigger stands that has seen to everything until a moment, as values to write."""
    return {
        "schedule_next_at": next_moment(trigger, now),
        "schedule_day": day_reached(now, time_of(trigger), zone_of(trigger)),
    }


def _enter(trigger):
    """What fails here is rolled back with the moment, which is due again when that is mended."""
    for gap in gaps(trigger):
        raise UserError(gap)
    since, now = _seen_until(trigger), trigger.env.cr.now()
    # Another time zone of the run-as user may have put the moment off.
    came = next_moment(trigger, since)
    if came and came <= now:
        enroller.enter(trigger, _taken(trigger, since, now))
    trigger.write(standing_at(trigger, now))


def _seen_until(trigger):
    """The moment until which a trigger has seen to everything.

    By the calendar it is told by the day, so that another time zone of the run-as user neither
    repeats a day nor leaves one out.
    """
    if elapses(trigger):
        return trigger.schedule_next_at - _JUST_BEFORE
    return moment_of(datetime.combine(trigger.schedule_day, time_of(trigger)), zone_of(trigger))


def _taken(trigger, since, now):
    """Ids of the records that a trigger takes, as the run-as user sees them. One query."""
    model = trigger.workflow_id._run_env()[trigger.model_name]
    domain = trigger._records_domain()
    if is_by_date(trigger):
        domain &= _date_domain(trigger, since, now)
    return model.with_context(tz=zone_of(trigger))._search(domain, order="id").get_result_ids()


def _date_domain(trigger, since, now):
    """The records whose date makes them due at a moment after ``since``, until ``now``."""
    at, zone, offset = time_of(trigger), zone_of(trigger), timedelta(days_after(trigger))
    first, last = (day_reached(moment, at, zone) - offset for moment in (since, now))
    first = max(first, last - timedelta(MOST_DAYS))
    name = trigger.schedule_date_field
    if trigger.schedule_yearly:
        return Domain.OR(
            Domain(f"{name}.month_number", "=", month) & Domain(f"{name}.day_of_month", "in", days)
            for month, days in anniversaries(first, last).items()
        )
    if trigger.env[trigger.model_name]._fields[name].type == "date":
        return Domain(name, ">", first) & Domain(name, "<=", last)
    begin, end = (
        moment_of(datetime.combine(day + timedelta(1), time()), zone) for day in (first, last)
    )
    return Domain(name, ">=", begin) & Domain(name, "<", end)
