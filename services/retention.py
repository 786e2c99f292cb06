"""Retention: what is forgotten, and when.

Each slice finds its rows at the end of an index, or stops at the first it needs; none of them
locks what a worker may want, and none reads the history of those who are still inside.
"""

from datetime import timedelta

from odoo.tools import SQL

SLICE = 10_000
#: Passes whose history is one slice: a pass leaves about ten rows.
PASSES = 1_000
#: (table, moment that counts, setting, default days, what else must be true)
_RULES = (
    ("crm_workflow_webhook_call", "at", "crm_workflow.call_days", 30, SQL("TRUE")),
    ("crm_workflow_mail", "at", "crm_workflow.mail_days", 180, SQL("TRUE")),
    ("crm_workflow_event", "at", "crm_workflow.log_days", 90, SQL("TRUE")),
    (
        "crm_workflow_member",
        "last_entry_at",
        "crm_workflow.member_days",
        730,
        # Asked of each row by itself: joined, all who are inside would be read every time.
        SQL(
            """t.matching = 0 AND (
                   SELECT TRUE FROM crm_workflow_enrollment e
                    WHERE e.workflow_id = t.workflow_id AND e.res_id = t.res_id
                      AND e.state IN ('active', 'parked') LIMIT 1) IS NULL"""
        ),
    ),
)


def purge(env):
    """Delete one slice of each kind: (rows deleted, slices that were full), as autovacuum asks."""
    passes, rows = _forget_histories(env)
    deleted = [_forget_passes(env), *(_delete_old(env, *rule) for rule in _RULES)]
    full = sum(count == SLICE for count in deleted) + int(passes == PASSES)
    return rows + sum(deleted), full


def _before(env, setting, days):
    days = int(env["ir.config_parameter"].sudo().get_param(setting) or days)
    return env.cr.now() - timedelta(days=days)


def _forget_histories(env):
    """Ledger and calls of passes that ended long ago, each pass as a whole: (passes, rows)."""
    ledger, passes = _before(env, "crm_workflow.log_days", 90), _passes_before(env)
    env.cr.execute(
        SQL(
            """WITH through AS MATERIALIZED (
                        SELECT id FROM crm_workflow_enrollment
                         WHERE finished_at < %s AND log_forgotten IS NOT TRUE
                      ORDER BY finished_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
                    ),
                    marked AS (
                        UPDATE crm_workflow_enrollment SET log_forgotten = TRUE
                         WHERE id = ANY(ARRAY(SELECT id FROM through))
                    ),
                    called AS (
                        DELETE FROM crm_workflow_call
                         WHERE enrollment_id = ANY(ARRAY(SELECT id FROM through))
                           AND state <> 'waiting' RETURNING id
                    ),
                    logged AS (
                        DELETE FROM crm_workflow_log
                         WHERE enrollment_id = ANY(ARRAY(SELECT id FROM through)) RETURNING id
                    )
               SELECT (SELECT count(*) FROM through),
                      (SELECT count(*) FROM called) + (SELECT count(*) FROM logged)""",
            max(ledger, passes),
            PASSES,
        )
    )
    return env.cr.fetchone()


def _passes_before(env):
    return _before(env, "crm_workflow.enrollment_days", 180)


def _forget_passes(env):
    """Passes that ended long ago, once their history is forgotten."""
    env.cr.execute(
        SQL(
            """DELETE FROM crm_workflow_enrollment WHERE id = ANY(ARRAY(
                   SELECT id FROM crm_workflow_enrollment
                    WHERE log_forgotten AND finished_at < %s
                 ORDER BY finished_at LIMIT %s))""",
            _passes_before(env),
            SLICE,
        )
    )
    return env.cr.rowcount


def _delete_old(env, table, moment, setting, days, condition):
    env.cr.execute(
        SQL(
            """DELETE FROM %(table)s WHERE id = ANY(ARRAY(
                   SELECT t.id FROM %(table)s t
                    WHERE t.%(moment)s < %(before)s AND %(condition)s LIMIT %(limit)s))""",
            table=SQL.identifier(table),
            moment=SQL.identifier(moment),
            before=_before(env, setting, days),
            condition=condition,
            limit=SLICE,
        )
    )
    return env.cr.rowcount
