"""E-mails of steps that did not leave: sent again later, as calls of web services are.

Odoo gives an e-mail up at the first fault, and all that wait with it when the server is away. What
people send has somebody who looks; what a step sends has nobody.
"""

import smtplib
import sys

from ..engine.call_retry import next_try_after
from .faults import links

CRON = "mail.ir_cron_mail_scheduler_action"


def postpone(mails, failure_type, failure_reason, error=None):
    """Put those back into the queue that may leave later; returns them.

    :param error: what was raised, when it is not being handled at the moment
    """
    error = error or sys.exc_info()[1]
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
