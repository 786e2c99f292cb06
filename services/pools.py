"""Pools: among whom an action assigns records, and how much each of them has to do."""

from collections import Counter
from dataclasses import dataclass

from odoo.fields import Domain

from .domains import checked_domain


@dataclass(frozen=True, slots=True)
class Pool:
    """Records, and (user, weight) of each who may get one of them."""

    record_ids: list
    members: list
    team_id: int | None = None


def pools_of(action_sudo, records):
    """The pools from which an action assigns these records."""
    return _POOLS[action_sudo.assign_from](action_sudo, records)


def load_of(action_sudo, users_sudo):
    """How much each of the users has to do, where that matters: Counter by user id. One query."""
    if action_sudo.assign_how != "busy":
        return Counter()
    return Counter(_LOADS[action_sudo.assign_load](action_sudo, users_sudo))


def _pool_of_people(action_sudo, records):
    by_weight = action_sudo.assign_how == "weight"
    members = [
        (line.user_id, line.weight if by_weight else 1) for line in action_sudo.assign_line_ids
    ]
    return [Pool(records.ids, members)]


def _pool_of_team(action_sudo, records):
    return [_pool(action_sudo, action_sudo.assign_team_id, records)]


def _pools_of_records(action_sudo, records):
    """One for each team that the records name."""
    groups = records.sudo().grouped(lambda record: record.mapped(action_sudo.assign_team_path)[:1])
    return [
        _pool(action_sudo, team_sudo, records.browse(group_sudo.ids))
        for team_sudo, group_sudo in groups.items()
    ]


_POOLS = {"people": _pool_of_people, "team": _pool_of_team, "record": _pools_of_records}


def _pool(action_sudo, team_sudo, records):
    """Within a team, the weight is the capacity that the team notes about its members."""
    by_weight = action_sudo.assign_how == "weight"
    members = [
        (member.user_id, member.assignment_max if by_weight else 1)
        for member in team_sudo.crm_team_member_ids
        if member.active and not member.assignment_optout
    ]
    able = [(user, weight) for user, weight in members if weight > 0]
    return Pool(records.ids, able, team_sudo.id or None)


# ---- loads ---------------------------------------------------------------------------------


def _open_records(action_sudo, users_sudo):
    model = users_sudo.env[action_sudo.model_id.model].with_context(active_test=True)
    name = action_sudo.assign_field
    domain = Domain(name, "in", users_sudo.ids)
    domain &= checked_domain(model, action_sudo.assign_load_domain)
    return {user.id: count for user, count in model._read_group(domain, [name], ["__count"])}


def _open_activities(_action_sudo, users_sudo):
    activities_sudo = users_sudo.env["mail.activity"]
    domain = [("user_id", "in", users_sudo.ids)]
    groups = activities_sudo._read_group(domain, ["user_id"], ["__count"])
    return {user.id: count for user, count in groups}


_LOADS = {"records": _open_records, "activities": _open_activities}
