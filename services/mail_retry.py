"""E-mails of steps that did not leave: sent again later, as calls of web services are.

Odoo gives an e-mail up at the first fault, and all that wait with it when the server is away. What
people send has somebody who looks; what a step sends has nobody.
"""

import smtplib
import sys
from contextlib import contextmanager
from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.fields import Domain

from ..engine.call_retry import next_try_after
from .faults import links

CRON = "mail.ir_cron_mail_scheduler_action"
#: How many Odoo's queue takes in a run, as a rule.
RUN = 1_000
#: When the queue is tried again that the database has let down.
REST = timedelta(minutes=1)


@contextmanager
def coming_back(mails):
    """Let the queue run again at once, as long as it gets on and e-mails of steps are due.

    A run of Odoo's ends after so many, or when the server hangs up, and the next is in an hour. A
    server that hangs up on every one of them is left alone until the moment of the first.
    """
    first = _due(mails, limit=RUN)
    yield
    try:
        waiting = mails.search_count([("id", "in", first.ids), ("state", "=", "outgoing")])
        if waiting < len(first) and _due(mails, [("crm_workflow_attempt", ">", 0)], limit=1):
            mails.env.ref(CRON)._trigger()
    except psycopg2.errors.InFailedSqlTransaction:
        # Odoo has told of the error. What has left is committed, one by one.
        mails.env.cr.rollback()
        mails.env.ref(CRON)._trigger(at=fields.Datetime.now() + REST)


def _due(mails, domain=(), limit=None):
    now = fields.Datetime.now()
    is_time = Domain("scheduled_date", "=", False) | Domain("scheduled_date", "<=", now)
    return mails.search(Domain("state", "=", "outgoing") & is_time & Domain(domain), limit=limit)


def postpone(mails, failure_type, failure_reason):
    """Put those back into the queue that may leave later; returns them.

    Why they did not leave is the exception that is being handled.
    """
    error = sys.exc_info()[1]
    if not (failure_type == "mail_smtp" or may_pass(error)):
        return mails.browse()
    now, later = mails.env.cr.now().replace(microsecond=0), mails.browse()
    for attempt, alike in (
        mails.filtered("crm_workflow_attempt").grouped("crm_workflow_attempt").items()
    ):
        moment = next_try_after(now, attempt)
        if moment:
            alike.write(
                {
                    "state": "outgoing",
                    "scheduled_date": moment,
                    "failure_type": failure_type or "unknown",
                    "failure_reason": failure_reason or str(error),
                    "crm_workflow_attempt": attempt + 1,
                }
            )
            mails.env.ref(CRON)._trigger(at=moment)
            later |= alike
    return later


def may_pass(error):
    """True for what may be over later: no server, a broken connection, "try again" (SMTP 4xx)."""
    return any(map(_is_passing, links(error)))


def _is_passing(error):
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code < 500 for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return 400 <= error.smtp_code < 500
    return isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError | TimeoutError)
