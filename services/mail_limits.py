"""Limits of e-mails: who may not be written to, and who was written to too often already.

Not being allowed is an outcome and no error: the step goes on, and the ledger says why. People
outside are asked only; colleagues are written to whatever a list says.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from odoo.fields import Domain

from . import addresses, capture

#: As many bounces as Odoo's own mailings take before they give an address up.
MAX_BOUNCES = 5
#: How many e-mails of all workflows somebody may get within how many hours; no limit for 0.
CAP, CAP_HOURS = "crm_workflow.mail_cap", "crm_workflow.mail_cap_hours"
DEFAULT_CAP_HOURS = 24


@dataclass
class Sorted:
    """``allowed`` are recipients by record id, ``told`` is what the ledger is to say."""

    allowed: dict = field(default_factory=dict)
    told: dict = field(default_factory=dict)


def sort_out(records, recipients, hours=0):
    """Leave out whom no e-mail may go to. Some five queries, however many records.

    :param recipients: {record id: [Recipient]}
    :param hours: a record that this workflow wrote to since so many hours is left out; 0 for none
    """
    env, found = records.env, Sorted()
    outside = {one.email for own in recipients.values() for one in own if not one.is_colleague}
    blacklist = addresses.blacklisted_sudo(env, outside)
    caps = _caps(records, recipients, hours)
    for record_id, own in recipients.items():
        refused = {one: reason for one in own if (reason := _refusal(env, one, blacklist))}
        allowed = [one for one in own if one not in refused]
        reasons = list(refused.values()) if own else [env._("there is no e-mail address")]
        capped = any(not one.is_colleague for one in allowed) and next(
            (cap.reason(env) for cap in caps if cap.is_full(record_id, allowed)), None
        )
        if capped:
            allowed, reasons = [], [capped]
        if reasons:
            said = ", ".join(dict.fromkeys(reasons))
            told = env._("Left out: %s.", said) if allowed else env._("Not sent: %s.", said)
            found.told[record_id] = told
        if allowed:
            found.allowed[record_id] = allowed
            for cap in caps:
                cap.count(record_id, allowed)
    return found


def _refusal(env, one, blacklist):
    """Why an address gets no e-mail, or None."""
    if not one.email:
        return env._("%s has no e-mail address", one.formatted)
    if one.is_colleague:
        return None
    if one.email in blacklist:
        return env._("%s is on the blacklist", one.email)
    if one.opted_out:
        return env._("%s has opted out of e-mails", one.email)
    if one.bounces >= MAX_BOUNCES:
        return env._("e-mails to %s bounce too often", one.email)
    return None


def _caps(records, recipients, hours):
    """The limits that hold for the running step; outside of workflows there are none."""
    workflow_id = capture.acting_workflow_id(records.env.cr)
    if not workflow_id:
        return []
    parameters = records.env["ir.config_parameter"].sudo()
    most = int(parameters.get_param(CAP) or 0)
    within = int(parameters.get_param(CAP_HOURS) or DEFAULT_CAP_HOURS)
    caps = [_OfRecord(records, hours, workflow_id)] if hours else []
    return [*caps, _OfPeople(records, recipients, most, within)] if most else caps


class _OfRecord:
    """One e-mail of a workflow for each record."""

    def __init__(self, records, hours, workflow_id):
        self.hours = hours
        domain = _since(records, hours) & _about(records)
        domain &= Domain("workflow_id", "=", workflow_id)
        rows_sudo = records.env["crm.workflow.mail"].sudo().search_fetch(domain, ["res_id"])
        self.written = set(rows_sudo.mapped("res_id"))

    def is_full(self, record_id, _allowed):
        return record_id in self.written

    def count(self, record_id, _allowed):
        self.written.add(record_id)

    def reason(self, env):
        return env._("this workflow sent it an e-mail less than %s hours ago", self.hours)


class _OfPeople:
    """So many e-mails of all workflows for each record, and for each who gets them."""

    def __init__(self, records, recipients, most, hours):
        self.most, self.hours = most, hours
        people = {one.partner_id for own in recipients.values() for one in own}
        domain = _about(records) | Domain("partner_ids", "in", list(people - {None}))
        mails_sudo = records.env["crm.workflow.mail"].sudo().with_context(active_test=False)
        names = ["res_model", "res_id", "partner_ids"]
        rows_sudo = mails_sudo.search_fetch(_since(records, hours) & domain, names)
        self.records = Counter(row.res_id for row in rows_sudo if row.res_model == records._name)
        self.people = Counter(person for row in rows_sudo for person in row.partner_ids._ids)

    def is_full(self, record_id, allowed):
        counts = [self.people[one.partner_id] for one in allowed if one.partner_id]
        return max(self.records[record_id], *counts, 0) >= self.most

    def count(self, record_id, allowed):
        self.records[record_id] += 1
        self.people.update(one.partner_id for one in allowed if one.partner_id)

    def reason(self, env):
        return env._(
            "workflows sent %(count)s e-mails within %(hours)s hours, and no more are allowed",
            count=self.most,
            hours=self.hours,
        )


def _since(records, hours):
    return Domain("at", ">", records.env.cr.now() - timedelta(hours=hours))


def _about(records):
    return Domain("res_model", "=", records._name) & Domain("res_id", "in", records.ids)
