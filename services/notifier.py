"""Notifier: what the people chosen on a workflow are told, once for many records."""

import logging
from datetime import datetime, timedelta

from markupsafe import Markup

from odoo.fields import Domain
from odoo.tools.misc import formatLang

from ..engine.entry_rate import USUAL_DAYS, unusual
from . import sight
from .faults import is_concurrency
from .wake import wake

_logger = logging.getLogger(__name__)

DAY = timedelta(days=1)
#: One message in this time, at most.
ERRORS_INTERVAL = timedelta(hours=1)
#: A batch that has not committed yet writes rows of the ledger that are older than its commit.
SETTLING = timedelta(minutes=1)
REASONS_TOLD = 3


def with_errors(workflows):
    """Those of the workflows that have failures to tell, and may tell them now. One query."""
    now = workflows.env.cr.now()
    due = workflows.filtered(
        lambda workflow: (
            workflow.notify_errors
            and (not workflow.errors_told_at or workflow.errors_told_at <= now - ERRORS_INTERVAL)
        )
    )
    if not due:
        return due
    parked = workflows.env["crm.workflow.log"]._read_group(
        Domain.OR(_parked_since(workflow) for workflow in due), ["workflow_id"]
    )
    found = due.browse().union(*(workflow for [workflow] in parked))
    return due.filtered(lambda workflow: workflow.pause_untold or workflow in found)


def tell_errors(workflow):
    """One message about all that was parked since the last one, and about a pause."""
    parked = _parked_since(workflow)
    count = workflow.env["crm.workflow.log"].search_count(parked)
    paused = workflow.pause_untold and workflow.state == "paused"
    workflow.write({"errors_told_at": workflow.env.cr.now(), "pause_untold": False})
    if count or paused:
        _notify(
            workflow,
            lambda told, reasons: _error_text(told, count, reasons, paused),
            lambda user: count and _reasons(workflow, parked, user),
        )


def _reasons(workflow, parked, user):
    """Why most of them were parked, of those that a person may see: a list of (text, count)."""
    env, companies = workflow.env, user._get_company_ids()
    reader = env(user=user, context={**env.context, "allowed_company_ids": list(companies)})
    seen = env["crm.workflow.enrollment"]._search(sight.about_visible(reader))
    return env["crm.workflow.log"]._read_group(
        parked & Domain("enrollment_id", "in", seen),
        ["message"],
        ["__count"],
        order="__count DESC, message",
        limit=REASONS_TOLD,
    )


def due_for_a_look(workflows):
    """Those of the workflows whose entries are to be held against those of the days before."""
    now = workflows.env.cr.now()
    return workflows.filtered(
        lambda workflow: (
            workflow.notify_entries
            and workflow.state == "on"
            and (not workflow.entries_looked_at or workflow.entries_looked_at <= now - DAY)
        )
    )


def tell_unusual_entries(workflows):
    """One message for each workflow that far more, or far fewer, records entered than usual."""
    now = workflows.env.cr.now()
    last_day = entered_between(workflows, now - DAY, now)
    before = entered_between(workflows, now - DAY - USUAL_DAYS * DAY, now - DAY)
    ages = _days_published(workflows, now - DAY)
    workflows.entries_looked_at = now
    for workflow in workflows:
        days = min(USUAL_DAYS, ages.get(workflow, 0))
        entered, usual = last_day.get(workflow, 0), before.get(workflow, 0)
        if unusual(entered, usual, days):
            mean = round(usual / days)
            _notify(
                workflow,
                lambda told, _own, entered=entered, mean=mean: _entry_text(told, entered, mean),
            )


def _parked_since(workflow):
    """Rows of the ledger that tell of parked records, and have not been told; a day at most."""
    now = workflow.env.cr.now()
    told = workflow.errors_told_at or datetime.min + DAY
    since = max(told - SETTLING, now - DAY)
    return Domain(
        [
            ("workflow_id", "=", workflow.id),
            ("outcome", "=", "parked"),
            ("at", ">", since),
            ("at", "<=", now - SETTLING),
        ]
    )


def entered_between(workflows, since, until):
    """{workflow: how many entered} between two moments, by the index that ends with the moment."""
    Enrollment = workflows.env["crm.workflow.enrollment"]
    return dict(
        Enrollment._read_group(
            [
                ("workflow_id", "in", workflows.ids),
                ("state", "in", Enrollment._fields["state"].get_values(workflows.env)),
                ("enrolled_at", ">", since),
                ("enrolled_at", "<=", until),
            ],
            ["workflow_id"],
            ["__count"],
        )
    )


def _days_published(workflows, until):
    """{workflow: whole days since it was first published}."""
    versions = workflows.env["crm.workflow.version"]._read_group(
        [("workflow_id", "in", workflows.ids)], ["workflow_id"], ["published_at:min"]
    )
    return {workflow: (until - first).days for workflow, first in versions if first}


# ---- in words ------------------------------------------------------------------------------


def _notify(workflow, text_of, own_of=lambda user: ()):
    """One message to the people chosen, in the language of each.

    :param text_of: (subject, paragraphs) for the workflow in a language and what is a person's own
    :param own_of: what is for that person alone
    """
    alike = {}
    for user in workflow.notify_user_ids:
        own = tuple(own_of(user) or ())
        alike[user.lang, own] = alike.get((user.lang, own), user.browse()) | user
    for (lang, own), users in alike.items():
        told = workflow.with_context(lang=lang)
        subject, body = text_of(told, own)
        _send(told, users, subject, body + _link(told))
    wake(workflow.env, "mail.ir_cron_mail_scheduler_action")


def _send(workflow, users, subject, body):
    """The message is lost where it cannot be made; what enrols records goes on all the same."""
    try:
        with workflow.env.cr.savepoint():
            workflow.message_notify(
                partner_ids=users.partner_id.ids, subject=subject, body=body, force_send=False
            )
    except Exception as error:
        if is_concurrency(error) or workflow.env.cr.closed:
            raise
        _logger.warning("Workflow %s could not tell its people", workflow.id, exc_info=True)


def _error_text(workflow, count, reasons, paused):
    env, body, told_count = workflow.env, Markup(), _number(workflow.env, count)
    if paused:
        body += _paragraph(env._("The workflow paused itself: %s", workflow.pause_reason_text))
    if count:
        body += _paragraph(env._("Records parked because a step failed: %s.", told_count))
    if reasons:
        body += _paragraph(env._("Of those that you may see, most often:"))
        body += _list(f"{_number(env, number)} × {reason or '?'}" for reason, number in reasons)
    subject = (
        env._("“%s” paused itself", workflow.name)
        if paused
        else env._("“%(name)s”: %(count)s failed", name=workflow.name, count=told_count)
    )
    return subject, body


def _entry_text(workflow, entered, mean):
    env = workflow.env
    return env._("“%s”: an unusual number of records", workflow.name), _paragraph(
        env._(
            "Records that entered in the last 24 hours: %(count)s. In the two weeks before, it was "
            "about %(mean)s a day.",
            count=_number(env, entered),
            mean=_number(env, mean),
        )
    )


def _number(env, number):
    return formatLang(env, number, digits=0)


def _paragraph(text):
    return Markup("<p>%s</p>") % text


def _list(texts):
    return Markup("<ul>%s</ul>") % Markup().join(Markup("<li>%s</li>") % text for text in texts)


def _link(workflow):
    address = f"{workflow.get_base_url()}/odoo/workflows/{workflow.id}"
    return Markup('<p><a href="%s">%s</a></p>') % (address, workflow.env._("Open the workflow"))
