"""Retention: what is forgotten, and when."""

from datetime import timedelta

from odoo.tools import SQL

SLICE = 10_000
#: (table, moment that counts, setting, default days); details go before what they belong to.
_RULES = (
    ("crm_workflow_log", "at", "crm_workflow.log_days", 90),
    ("crm_workflow_call", "at", "crm_workflow.log_days", 90),
    ("crm_workflow_enrollment", "finished_at", "crm_workflow.enrollment_days", 180),
    ("crm_workflow_webhook_call", "at", "crm_workflow.call_days", 30),
    ("crm_workflow_mail", "at", "crm_workflow.mail_days", 180),
    ("crm_workflow_event", "at", "crm_workflow.log_days", 90),
    ("crm_workflow_member", "last_entry_at", "crm_workflow.member_days", 730),
)


def purge(env):
    """Delete one slice per table: (rows deleted, slices that were full), as autovacuum asks."""
    done = remaining = 0
    for table, moment, setting, days in _RULES:
        days = int(env["ir.config_parameter"].sudo().get_param(setting) or days)
        deleted = _delete_slice(env, table, moment, env.cr.now() - timedelta(days=days))
        done += deleted
        remaining += int(deleted == SLICE)
    return done, remaining


def _delete_slice(env, table, moment, before):
    """Nothing of an open enrollment is deleted, nor a member that matches or is inside, nor a
    call that waits.
    """
    env.cr.execute(
        SQL(
            """DELETE FROM %(table)s WHERE id IN (
                   SELECT t.id FROM %(table)s t
                    WHERE t.%(moment)s < %(before)s AND %(closed)s AND NOT EXISTS (
                          SELECT FROM crm_workflow_enrollment e
                           WHERE e.state IN ('active', 'parked') AND %(same)s)
                    LIMIT %(limit)s)""",
            table=SQL.identifier(table),
            moment=SQL.identifier(moment),
            before=before,
            same=_SAME_ENROLLMENT[table],
            closed=_CLOSED.get(table, SQL("TRUE")),
            limit=SLICE,
        )
    )
    return env.cr.rowcount


#: What is not deleted, however old, until this is true of it.
_CLOSED = {
    "crm_workflow_member": SQL("t.matching = 0"),
    "crm_workflow_call": SQL("t.state <> 'waiting'"),
}
_SAME_ENROLLMENT = {
    "crm_workflow_call": SQL("e.id = t.enrollment_id"),
    "crm_workflow_log": SQL("e.id = t.enrollment_id"),
    "crm_workflow_enrollment": SQL("e.id = t.id"),
    "crm_workflow_event": SQL("FALSE"),
    "crm_workflow_webhook_call": SQL("FALSE"),
    "crm_workflow_mail": SQL("FALSE"),
    "crm_workflow_member": SQL("e.workflow_id = t.workflow_id AND e.res_id = t.res_id"),
}
