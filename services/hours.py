"""Hours: when a version acts, whom that holds at a step, and how it is told."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo.exceptions import UserError

from ..engine.outcome import Hold
from ..engine.windows import Hours, is_zone, start_within

#: Of what is told about the dates that are skipped, the first ones.
DATES_TOLD = 3
MOST_SPREAD_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Plan:
    """When a version acts, as it was published; holidays are looked up when it is asked."""

    hours: Hours
    calendar_id: int | None
    zone_source: str
    spread_minutes: int


def plan_of(version):
    """The :class:`Plan` of a version; None when it acts at any time."""
    if not (version.window_ids or version.skip_ids or version.holiday_calendar_id):
        return None
    return Plan(
        Hours(version.window_ids._windows(), version.skip_ids._skips(), zone=version.zone or ""),
        version.holiday_calendar_id.id or None,
        version.zone_source,
        version.spread_minutes,
    )


def held(plan, batch):
    """Who does not act now: {enrollment id: Hold}. The next opening is found once per zone.

    :raise UserError: when nothing opens within a year, so that the workflow is paused
    """
    zones = zones_of(batch, plan.zone_source, plan.hours.zone)
    hours = replace(plan.hours, holidays=_holidays_sudo(batch.env, plan.calendar_id, batch.now))
    openings = {
        zone: replace(hours, zone=zone).next_open(batch.now) for zone in set(zones.values())
    }
    if None in openings.values():
        raise UserError(_never_text(batch.env))
    return {
        row.id: Hold(start_within(opening, f"{row.res_model},{row.res_id}", plan.spread_minutes))
        for row in batch.rows
        if (opening := openings[zones[row.res_id]]).start > batch.now
    }


def problems(version):
    """What keeps a version from being published, in words."""
    env = version.env
    found = [*version.window_ids._problems(), *version.skip_ids._problems()]
    if version.zone and not is_zone(version.zone):
        found.append(env._("The time zone “%s” is not known here: choose another.", version.zone))
    if not 0 <= version.spread_minutes <= MOST_SPREAD_MINUTES:
        found.append(env._("Records that were held are spread over 0 to 1,440 minutes."))
    if not found and not _opens(version):
        found.append(_never_text(env))
    return found


def summary(version):
    """When the version acts, in one sentence."""
    env = version.env
    if not plan_of(version):
        return env._("Acts at any time.")
    free = list(_free_texts(version))
    windows, zone = _windows_text(version), _zone(version)
    if not free:
        return env._("Acts %(windows)s, %(zone)s.", windows=windows, zone=zone)
    return env._(
        "Acts %(windows)s, %(zone)s; not on %(days)s.",
        windows=windows,
        zone=zone,
        days=", ".join(free),
    )


def _opens(version):
    """Whether there is an opening within a year, on the workflow's own clock."""
    plan, now = plan_of(version), version.env.cr.now()
    if plan is None:
        return True
    holidays = _holidays_sudo(version.env, plan.calendar_id, now)
    hours = replace(plan.hours, holidays=holidays, zone=_own_zone_sudo(version))
    return hours.next_open(now) is not None


def _never_text(env):
    return env._(
        "The workflow would not act for a year: no hour of its windows is left by the dates and "
        "holidays that are skipped. Change them in the settings."
    )


def _holidays_sudo(env, calendar_id, now):
    """Public holidays still to come, as (start, end) on the clock of their calendar.

    What is free at Christmas is so wherever a record lives.
    """
    calendar = env["resource.calendar"].sudo().browse(calendar_id or ())
    if not calendar:
        return ()
    leaves = (
        env["resource.calendar.leaves"]
        .sudo()
        .search_fetch(
            [
                ("resource_id", "=", False),
                ("time_type", "=", "leave"),
                ("date_to", ">", now - timedelta(days=2)),
                "|",
                ("calendar_id", "=", calendar.id),
                "&",
                ("calendar_id", "=", False),
                ("company_id", "=", calendar.company_id.id),
            ],
            ["date_from", "date_to"],
        )
    )
    zone = calendar.tz or "UTC"
    # A holiday that ends at 23:59:59 leaves no second in which to act.
    return tuple(
        (_on_clock(leave.date_from, zone), _on_clock(leave.date_to + timedelta(seconds=59), zone))
        for leave in leaves
    )


def _on_clock(moment, zone):
    local = moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone))
    return datetime(local.year, local.month, local.day, local.hour, local.minute)


# ---- zones: {record id: zone} by whose clock it is -----------------------------------------


def zones_of(batch, source, zone):
    """Whose clock it is by: {record id: zone}.

    :param source: a value of the version's ``zone_source``
    :param zone: the version's zone; empty for that of the run-as user
    """
    return _ZONES[source](zone or batch.tz, batch)


def _zones_of_workflow(zone, batch):
    return dict.fromkeys(batch.records.ids, zone)


def _zones_of_company(zone, batch):
    return dict.fromkeys(batch.records.ids, company_zone_sudo(batch.env.company))


def _zones_of_records(zone, batch):
    return {record_id: own or zone for record_id, own in _record_zones_sudo(batch.records)}


_ZONES = {
    "workflow": _zones_of_workflow,
    "company": _zones_of_company,
    "record": _zones_of_records,
}


def company_zone_sudo(company):
    company = company.sudo()
    return company.partner_id.tz or company.resource_calendar_id.tz or "UTC"


def _record_zones_sudo(records):
    """(id, zone or None) of each record: its own, or that of its contact, whoever may see it."""
    records = records.sudo()
    partners = records._mail_get_partners()
    for record in records:
        zone = record._mail_get_timezone() or partners[record.id][:1].tz
        yield record.id, zone if is_zone(zone) else None


# ---- in words ------------------------------------------------------------------------------


def _windows_text(version):
    """“Monday to Friday, 9:00–12:00 and 13:00–17:00; Saturday, 10:00–14:00”."""
    env = version.env
    if not version.window_ids:
        return env._("every day")
    labels = dict(version.window_ids._fields["days"]._description_selection(env))
    joint = env._(" and ")
    return "; ".join(
        f"{labels[days]}, {joint.join(window._hours_text() for window in windows)}"
        for days, windows in version.window_ids.grouped("days").items()
    )


def _free_texts(version):
    """What is skipped, the holidays first."""
    env, skips = version.env, version.skip_ids
    if version.holiday_calendar_id:
        yield env._("public holidays of %s", version.holiday_calendar_id.name)
    for skip in skips[:DATES_TOLD]:
        yield skip._days_text()
    if len(skips) > DATES_TOLD:
        yield env._("%s more dates", len(skips) - DATES_TOLD)


def _own_zone_sudo(version):
    workflow = version.workflow_id.sudo()
    if version.zone_source == "company":
        return company_zone_sudo(workflow.company_id or workflow.run_as_id.company_id)
    return version.zone or workflow.run_as_id.tz or "UTC"


def _zone(version):
    zone = _own_zone_sudo(version)
    if version.zone_source == "record":
        return version.env._("by the record's own clock, or else %s", zone)
    return zone
