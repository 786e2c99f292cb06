"""Handovers: who waits on a step until others have finished another workflow."""

from odoo.tools import SQL

from .decisions import stale_query


def remember(env, action_key, pairs):
    """Note for whom enrollments wait on a step, in place of what was noted of them before.

    :param pairs: list of (id of who waits, id of the enrollment that it waits for)
    """
    waiting, entered = zip(*pairs, strict=True)
    env.cr.execute(
        SQL("DELETE FROM crm_workflow_handover WHERE enrollment_id = ANY(%s)", list(waiting))
    )
    env.cr.execute(
        SQL(
            """INSERT INTO crm_workflow_handover (enrollment_id, entered_id, action_key)
               SELECT waiting, entered, %s
                 FROM unnest(%s::int[], %s::int[]) AS pair(waiting, entered)""",
            action_key,
            list(waiting),
            list(entered),
        )
    )
    env["crm.workflow.handover"].invalidate_model()


def is_ready(env):
    """True when somebody waits for nobody any more."""
    env.cr.execute(SQL("SELECT EXISTS (%s)", _ready(env)))
    return env.cr.fetchone()[0]


def look(env):
    """What a tick asks, in one query: whether somebody waits for nobody any more, and whether
    somebody is asked for nothing, see :mod:`.decisions`.
    """
    env.cr.execute(SQL("SELECT EXISTS (%s), EXISTS (%s)", _ready(env), stale_query(env)))
    return env.cr.fetchone()


def release(env, limit):
    """Make those due who wait for nobody any more; returns how many, at most ``limit``.

    Whom somebody else holds is passed over, and ready at the next tick as well.
    """
    env.cr.execute(
        SQL(
            """UPDATE crm_workflow_enrollment SET due_at = %s
                WHERE id IN (SELECT id FROM crm_workflow_enrollment
                              WHERE id IN (SELECT enrollment_id FROM (%s) AS ready)
                           ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED)""",
            env.cr.now(),
            _ready(env),
            limit,
        )
    )
    env["crm.workflow.enrollment"].invalidate_model()
    return env.cr.rowcount


def take(env, enrollment_ids):
    """How those ended for whom enrollments waited, which is forgotten: [(id, state, reason)].

    The state is ``active`` for who is still on its way, None for who was forgotten meanwhile.
    """
    env.cr.execute(
        SQL(
            """WITH taken AS (
                    DELETE FROM crm_workflow_handover WHERE enrollment_id = ANY(%s)
                 RETURNING enrollment_id, entered_id
               )
               SELECT t.enrollment_id, e.state, e.reason
                 FROM taken t LEFT JOIN crm_workflow_enrollment e ON e.id = t.entered_id
             ORDER BY t.enrollment_id, t.entered_id""",
            list(enrollment_ids),
        )
    )
    env["crm.workflow.handover"].invalidate_model()
    return env.cr.fetchall()


def _ready(env):
    """Query for those whose wait is not over, and for whom nobody moves on any more.

    Who has moved on to another step since then waits for something else.
    """
    return SQL(
        """SELECT h.enrollment_id
             FROM crm_workflow_handover h
             JOIN crm_workflow_enrollment e ON e.id = h.enrollment_id
             JOIN crm_workflow_action a ON a.id = e.action_id AND a.key = h.action_key
        LEFT JOIN crm_workflow_enrollment other ON other.id = h.entered_id
            WHERE e.state = 'active' AND e.waiting AND (e.due_at IS NULL OR e.due_at > %s)
         GROUP BY h.enrollment_id
           HAVING bool_and(other.state IS DISTINCT FROM 'active')""",
        env.cr.now(),
    )
