"""Wakes: enrollments whose wait something may have ended, and the marks that say what.

A mark is made for one visit of a step: it holds the moment at which the step was reached, and
counts no more when the record has gone on.
"""

import json

from odoo.tools import SQL

#: The record that the step acts on: the one that a loop is at, or the enrolled one.
_TARGET = SQL("COALESCE((frames->-1->>'at')::int, res_id)")


def lock_standing(env, workflow_id, action_ids, record_ids):
    """Where records stand that may wait on the steps, as dicts; nobody moves them meanwhile.

    Those that a ticket names are locked as well: who moves one of them to such a step at this
    moment is waited for, and this transaction, which would not see it there, is repeated. Whoever
    takes a ticket later sees all that this transaction does.

    :param record_ids: of records that steps act on, in a loop those that it is at
    :return: dicts of id, action_id, res_id, reached_at, reached_snapshot, begun (at the step, not
        before a start that lies ahead or a release) and marked
    """
    env.cr.execute(
        SQL(
            """SELECT id, action_id, %(target)s AS res_id, reached_at,
                      CASE WHEN reached_at = enrolled_at THEN enrolled_snapshot
                           ELSE reached_snapshot END AS reached_snapshot,
                      COALESCE(waiting OR attempts > 0 OR due_at <= %(now)s, false) AS begun,
                      COALESCE((woken->>'since')::timestamp = reached_at, false) AS marked
                 FROM crm_workflow_enrollment
                WHERE workflow_id = %(workflow)s AND state IN ('active', 'parked')
                  AND (frames IS NULL AND res_id = ANY(%(records)s)
                       OR frames IS NOT NULL AND %(target)s = ANY(%(records)s))
                  AND (action_id = ANY(%(actions)s)
                       OR id IN (SELECT jsonb_array_elements_text(enrollment_ids)::int
                                   FROM crm_workflow_ticket))
             ORDER BY id FOR NO KEY UPDATE""",
            target=_TARGET,
            workflow=workflow_id,
            records=list(record_ids),
            actions=list(action_ids),
            now=env.cr.now(),
        ),
        log_exceptions=False,  # a lost race is no error
    )
    return env.cr.dictfetchall()


def held(env, facts):
    """The records of facts of which somebody else holds an open enrollment: {(model name, id)}."""
    records = {(fact["res_model"], fact["res_id"]) for fact in facts}
    if not records:
        return set()
    models, ids = zip(*records, strict=True)
    env.cr.execute(
        SQL(
            """WITH inside AS MATERIALIZED (
                    SELECT e.id, e.res_model, e.res_id
                      FROM unnest(%s::varchar[], %s::int[]) AS r(res_model, res_id)
                      JOIN crm_workflow_enrollment e USING (res_model, res_id)
                     WHERE e.state IN ('active', 'parked')
               ),
               free AS MATERIALIZED (
                    SELECT id FROM crm_workflow_enrollment
                     WHERE id IN (SELECT id FROM inside) FOR SHARE SKIP LOCKED
               )
               SELECT DISTINCT res_model, res_id FROM inside
                WHERE id NOT IN (SELECT id FROM free)""",
            list(models),
            list(ids),
        ),
        log_exceptions=False,  # a lost race is no error
    )
    return set(env.cr.fetchall())


def waiting_at(env, action_id):
    """Ids of the records that wait on a step."""
    env.cr.execute(
        SQL(
            """SELECT DISTINCT %s FROM crm_workflow_enrollment
                WHERE action_id = %s AND waiting AND state = 'active' ORDER BY 1""",
            _TARGET,
            action_id,
        )
    )
    return [row[0] for row in env.cr.fetchall()]


def wake(env, marks):
    """Mark enrollments, and let those that wait move on at the next tick.

    :param marks: {enrollment id: a dict as JSON knows it}
    """
    env.cr.execute(
        SQL(
            """UPDATE crm_workflow_enrollment e
                  SET woken = told.mark::jsonb || jsonb_build_object('since', e.reached_at),
                      due_at = CASE WHEN e.waiting AND e.state = 'active'
                                    THEN LEAST(e.due_at, %s) ELSE e.due_at END
                 FROM unnest(%s::int[], %s::text[]) AS told(id, mark)
                WHERE e.id = told.id AND e.id = ANY(%s)""",
            env.cr.now(),
            list(marks),
            [json.dumps(mark) for mark in marks.values()],
            list(marks),
        )
    )
    env["crm.workflow.enrollment"].invalidate_model()


def take(env, reached):
    """Take the marks off enrollments; returns those that were made for the visit that is running.

    :param reached: {enrollment id: when it reached the step on which it stands}
    :return: {enrollment id: mark}
    """
    env.cr.execute(
        SQL(
            """WITH marked AS (
                    SELECT e.id, e.woken,
                           (e.woken->>'since')::timestamp = standing.reached_at AS fresh
                      FROM crm_workflow_enrollment e
                      JOIN unnest(%(ids)s::int[], %(reached)s::timestamp[])
                           AS standing(id, reached_at) ON standing.id = e.id
                     WHERE e.id = ANY(%(ids)s) AND e.woken IS NOT NULL
               ),
               cleared AS (
                    UPDATE crm_workflow_enrollment e SET woken = NULL
                      FROM marked WHERE e.id = marked.id
               )
               SELECT id, woken FROM marked WHERE fresh""",
            ids=list(reached),
            reached=list(reached.values()),
        )
    )
    return dict(env.cr.fetchall())
