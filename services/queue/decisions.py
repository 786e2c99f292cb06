"""Decisions: enrollments that wait for a person, as the queue knows them."""

from odoo.tools import SQL


def wake(env, enrollment_ids):
    """Let those that wait move on at the next tick; nobody else moves them meanwhile."""
    env.cr.execute(
        SQL(
            """UPDATE crm_workflow_enrollment SET due_at = LEAST(due_at, %s)
                WHERE id = ANY(%s) AND waiting AND state = 'active'""",
            env.cr.now(),
            list(enrollment_ids),
        )
    )
    env["crm.workflow.enrollment"].invalidate_model(["due_at"])


def stale(env, limit):
    """Ids of open decisions whose record does not wait for them any more."""
    env.cr.execute(SQL("%s ORDER BY d.id LIMIT %s", stale_query(env), limit))
    return [row[0] for row in env.cr.fetchall()]


def stale_query(env):
    """The statement behind :func:`stale`, for all of them."""
    env["crm.workflow.decision"].flush_model(["state"])
    return SQL(
        """SELECT d.id FROM crm_workflow_decision d
             JOIN crm_workflow_enrollment e ON e.id = d.enrollment_id
        LEFT JOIN crm_workflow_action a ON a.id = e.action_id
            WHERE d.state = 'open'
              AND (e.state IN ('active', 'parked') AND e.waiting AND a.key = d.action_key)
                  IS NOT TRUE"""
    )
