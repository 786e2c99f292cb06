"""Health: what a manager is told when records do not move on, each finding with its cure.

Nothing here runs unless somebody asks.
"""

from datetime import datetime
from typing import NamedTuple

from .queue import health

CRONS = (
    "crm_workflow.ir_cron_enroll",
    "crm_workflow.ir_cron_run",
    "crm_workflow.ir_cron_call",
    "mail.ir_cron_mail_scheduler_action",
)


class Finding(NamedTuple):
    """One thing that was looked at; ``count`` is 0 when all is well. ``shown`` is where to look:
    (model, domain) of what was counted, or of the first thousand; or nothing.
    """

    key: str
    name: str
    count: int
    since: datetime | None
    cure: str
    shown: tuple = ()


def findings(env):
    """All that is looked at, in the order in which it is to be cured. One query each."""
    return [
        *_of_crons(env),
        _paused(env),
        *(_of_queue(env, *row) for row in _queue_rows(env)),
    ]


def _of_queue(env, key, asked, name, cure, shown=()):
    count, since = asked
    return Finding(key, name, count, since, cure, shown)


def _queue_rows(env):
    """(key, (count, since), name, cure, where to look)"""
    now = env.cr.now().replace(microsecond=0)
    before = now - health.PATIENCE
    moves = ("workflow_id.state", "in", ["on", "off"])
    *stranded, stranded_ids = health.stranded(env, env["crm.workflow.action"]._woken_kinds())
    server = _server_cure(env)
    yield (
        "stranded",
        stranded,
        env._("Records without a next move"),
        env._("On the enrollment, press Skip the Wait, Try Again Now or Take Out."),
        ("crm.workflow.enrollment", [("id", "in", stranded_ids)]),
    )
    yield (
        "overdue",
        health.overdue(env),
        env._("Records whose time has come, and that do not move"),
        server,
        ("crm.workflow.enrollment", [("state", "=", "active"), ("due_at", "<", before), moves]),
    )
    yield (
        "dead",
        health.dead_tickets(env),
        env._("Batches of a server process that died, and that no other has taken up"),
        server,
    )
    yield (
        "hung",
        health.hung_tickets(env),
        env._("Batches that a server process does not finish"),
        env._("A step hangs: restart Odoo. The record that it hangs on is then found, and parked."),
    )
    yield (
        "events",
        health.late_events(env),
        env._("Changes of records that no workflow has looked at"),
        server,
        ("crm.workflow.event", [("workflow_id", "=", False), ("at", "<", before)]),
    )
    yield (
        "webhook_calls",
        health.late_webhook_calls(env),
        env._("Calls of webhooks that were not worked on"),
        server,
        (
            "crm.workflow.webhook.call",
            [("state", "=", "new"), ("at", "<", before), ("workflow_id.state", "=", "on")],
        ),
    )
    yield (
        "calls",
        health.late_calls(env),
        env._("Calls of web services that were not sent"),
        env._(
            "In a copy of a database nothing is sent, and a host that does not answer is asked by "
            "one call at a time: its calls say so. Otherwise: %s",
            server,
        ),
        (
            "crm.workflow.call",
            [
                *[("state", "=", "waiting"), ("next_at", "<", before), moves],
                *["|", ("locked_until", "=", False), ("locked_until", "<", now)],
            ],
        ),
    )
    yield (
        "mails",
        health.late_mails(env),
        env._("E-mails of steps that have not left"),
        env._("Test the outgoing mail server (Settings, Technical). Otherwise: %s", server),
    )


def _of_crons(env):
    crons_sudo = [env.ref(xmlid, raise_if_not_found=False) for xmlid in CRONS]
    crons_sudo = [cron_sudo.sudo() for cron_sudo in crons_sudo if cron_sudo]
    off = [cron_sudo for cron_sudo in crons_sudo if not cron_sudo.active]
    late = [
        cron_sudo
        for cron_sudo in crons_sudo
        if cron_sudo.active and cron_sudo.nextcall < env.cr.now() - health.PATIENCE
    ]
    yield Finding(
        "off",
        env._("Scheduled actions that are switched off"),
        len(CRONS) - len(crons_sudo) + len(off),
        None,
        env._(
            "Switch them on (Settings, Technical, Scheduled Actions): %s",
            ", ".join(cron_sudo.cron_name for cron_sudo in off) or env._("update the module"),
        ),
    )
    yield Finding(
        "late",
        env._("Scheduled actions that do not run"),
        len(late),
        min((cron_sudo.nextcall for cron_sudo in late), default=None),
        _server_cure(env),
    )


def _server_cure(env):
    return env._(
        "Is Odoo running with cron workers (max_cron_threads)? Then read the server's log."
    )


def _paused(env):
    domain = [("state", "=", "paused"), ("pause_reason", "!=", False)]
    return Finding(
        "paused",
        env._("Workflows that were paused because they could not act"),
        env["crm.workflow"].search_count(domain),
        None,
        env._("Open the workflow: it says what to mend. Then resume it."),
        ("crm.workflow", domain),
    )
