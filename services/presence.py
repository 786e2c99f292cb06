"""Presence: who of some users is there now, by their leaves and working hours."""

from datetime import timedelta

from pytz import utc

#: Odoo answers for periods; this one is “now”.
MOMENT = timedelta(minutes=1)


def present(users_sudo, how, now):
    """Those of the users who are there.

    Leaves and hours are those of the user's resources, of whatever app they come from. Who has
    several, one per company, is there when one of them is.

    :param how: ``any``, all of them; ``here``, who is not on leave; ``hours``, who works now
    :param now: naive UTC
    """
    return _WAYS[how](users_sudo, utc.localize(now), utc.localize(now + MOMENT))


def _whoever(users_sudo, _start, _end):
    return users_sudo


def _not_on_leave(users_sudo, start, end):
    resources_sudo = _resources_sudo(users_sudo)
    here_sudo = resources_sudo - _on_leave(resources_sudo, start, end)
    return users_sudo - (resources_sudo.user_id - here_sudo.user_id)


def _within_hours(users_sudo, start, end):
    resources_sudo = _resources_sudo(users_sudo)
    here_sudo = resources_sudo - _on_leave(resources_sudo, start, end)
    periods, _by_calendar = here_sudo._get_valid_work_intervals(start, end)
    working_sudo = here_sudo.filtered(
        lambda resource: resource._is_flexible() or periods[resource.id]
    )
    others_sudo = users_sudo - resources_sudo.user_id
    return working_sudo.user_id & users_sudo | _within_hours_of_company(others_sudo, start, end)


_WAYS = {"any": _whoever, "here": _not_on_leave, "hours": _within_hours}


def _resources_sudo(users_sudo):
    return users_sudo.env["resource.resource"].search([("user_id", "in", users_sudo.ids)])


def _on_leave(resources_sudo, start, end):
    """Those who are on leave, or have a public holiday; one query per calendar."""
    away_sudo = resources_sudo.browse()
    for calendar_sudo, group_sudo in resources_sudo.grouped("calendar_id").items():
        only = None if calendar_sudo else [("time_type", "=", "leave"), ("calendar_id", "=", False)]
        leaves = calendar_sudo._leave_intervals_batch(start, end, group_sudo, only, tz=utc)
        away_sudo |= group_sudo.filtered(lambda resource, leaves=leaves: leaves[resource.id])
    return away_sudo


def _within_hours_of_company(users_sudo, start, end):
    """Who has no working hours of one's own has those of the company."""
    there_sudo = users_sudo.browse()
    for company_sudo, group_sudo in users_sudo.grouped("company_id").items():
        calendar_sudo = company_sudo.resource_calendar_id
        if not calendar_sudo or calendar_sudo._work_intervals_batch(start, end)[False]:
            there_sudo |= group_sudo
    return there_sudo
