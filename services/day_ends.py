"""Days that are over: each ends at midnight where the record lives, which no fact tells of."""

import functools

import pytz

from odoo.fields import Domain

from ..engine.day_ends import days_over
from ..engine.windows import is_zone
from .hours import company_zone_sudo

#: The clock of those that have none.
NO_ZONE = "UTC"


def over(since, until, name, in_zones):
    """Domain of the records whose day, the field ``name``, ended between two moments.

    No query where it ended nowhere in the world.

    :param in_zones: returns the domain of the records that live in one of some zones
    """
    found = days_over(since, until, _zones())
    return Domain.OR(
        Domain(name, ">=", first) & Domain(name, "<", after) & in_zones(zones)
        for (first, after), zones in found.items()
    )


def of_companies(env, zones):
    """Domain of the records of the companies whose clock is in one of the zones."""
    companies = env["res.company"].sudo().with_context(active_test=False).search([], order="id")
    living = [company.id for company in companies if _known(company_zone_sudo(company)) in zones]
    return Domain("company_id", "in", living)


def by_zone(name, zones):
    """Domain of the records whose field ``name`` is one of the zones, or says no zone."""
    own = Domain(name, "in", zones)
    return own | Domain(name, "=", False) if NO_ZONE in zones else own


def _known(zone):
    return zone if is_zone(zone) else NO_ZONE


@functools.cache
def _zones():
    """All that people can choose."""
    return [name for name in pytz.all_timezones if is_zone(name)]
