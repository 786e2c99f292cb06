"""Claims: which enrollments a worker takes, and the ticket that tells of a dead worker.

The statements are the first of their transactions: under REPEATABLE READ a row that
another worker changed after our snapshot would raise a serialization failure.
"""

import json

from odoo.tools import SQL

#: Wait for rows that others hold no longer than that, until the transaction's end. Most people's
#: transactions are over by then; whoever's are not must not hold up the queue.
LIMIT_WAITING = SQL("SET LOCAL lock_timeout = '500ms'")

_COLUMNS = SQL(
    """id, workflow_id, version_id, res_model, res_id, action_id, visit, waiting, reached_at,
       enrolled_at, attempts, cause, frames"""
)


def pick(env, after, limit, shards, now):
    """Ids of enrollments that are due, fairly by workflow; locks nothing.

    Those of workflows that are on move, and those of workflows that are off finish. What is named
    by a ticket is in the hands of others, maybe for long: of a worker that the database has lost
    without knowing it, for hours.

    :param after: id of the workflow that was served last: the others come first
    :param shards: (first, last) share of the queue that this worker serves
    """
    env.cr.execute(
        SQL(
            """WITH held AS MATERIALIZED (
                    SELECT jsonb_array_elements_text(enrollment_ids)::int AS id
                      FROM crm_workflow_ticket
               )
               SELECT due.id
                 FROM (SELECT id FROM crm_workflow WHERE state IN ('on', 'off')
                     ORDER BY id <= %(after)s, id) AS w
           CROSS JOIN LATERAL (
                      SELECT e.id FROM crm_workflow_enrollment e
                       WHERE e.workflow_id = w.id AND e.state = 'active'
                         AND e.due_at <= %(now)s AND e.shard BETWEEN %(first)s AND %(last)s
                         AND e.id NOT IN (SELECT id FROM held)
                    ORDER BY e.due_at, e.id LIMIT %(limit)s
                 ) AS due
                LIMIT %(limit)s""",
            after=after,
            now=now,
            first=shards[0],
            last=shards[1],
            limit=limit,
        )
    )
    return [row[0] for row in env.cr.fetchall()]


def lanes_due(env, shards, now):
    """The lanes in which something is due, in order; locks nothing.

    :param shards: {lane: (first, last) of its shards}
    """
    env.cr.execute(
        SQL(
            """SELECT lane.number
                 FROM unnest(%(lanes)s::int[], %(first)s::int[], %(last)s::int[])
                      AS lane(number, first, last)
                WHERE EXISTS (
                      SELECT FROM crm_workflow w
                  CROSS JOIN LATERAL (
                             SELECT FROM crm_workflow_enrollment e
                              WHERE e.workflow_id = w.id AND e.state = 'active'
                                AND e.due_at <= %(now)s
                                AND e.shard BETWEEN lane.first AND lane.last
                              LIMIT 1
                        ) AS due
                       WHERE w.state IN ('on', 'off'))
             ORDER BY lane.number""",
            lanes=list(shards),
            first=[first for first, _last in shards.values()],
            last=[last for _first, last in shards.values()],
            now=now,
        )
    )
    return [row[0] for row in env.cr.fetchall()]


def write_tickets(env, batches, deaths=0):
    """Note batches before working on them; to be committed at once. Returns the tickets' ids.

    :param batches: list of lists of enrollment ids
    """
    env.cr.execute(
        SQL(
            """INSERT INTO crm_workflow_ticket (enrollment_ids, deaths, at)
               SELECT batch::jsonb, %s, %s FROM unnest(%s::text[]) AS batch RETURNING id""",
            deaths,
            env.cr.now(),
            [json.dumps(ids) for ids in batches],
        )
    )
    return [row[0] for row in env.cr.fetchall()]


def hold_ticket(env, ticket_id):
    """Hold a ticket until :func:`release_ticket` or the connection's end; False if held elsewhere.

    The lock is the session's and not the transaction's: it must outlive the commit that makes
    the ticket visible, and end with the worker's connection, however the worker ends.
    """
    env.cr.execute(
        SQL("SELECT pg_try_advisory_lock('crm_workflow_ticket'::regclass::oid::int, %s)", ticket_id)
    )
    return env.cr.fetchone()[0]


def release_ticket(env, ticket_id):
    """End :func:`hold_ticket`."""
    env.cr.execute(
        SQL("SELECT pg_advisory_unlock('crm_workflow_ticket'::regclass::oid::int, %s)", ticket_id)
    )


def drop_ticket(env, ticket_id):
    """The batch is done, in the same transaction as its effects."""
    env.cr.execute(SQL("DELETE FROM crm_workflow_ticket WHERE id = %s", ticket_id))


def ticket_ids(env):
    """Ids of the tickets, oldest first; in health there is one per busy worker."""
    env.cr.execute(SQL("SELECT id FROM crm_workflow_ticket ORDER BY id LIMIT 1000"))
    return [row[0] for row in env.cr.fetchall()]


def ticket(env, ticket_id):
    """A ticket as a dict, or None when its batch is done."""
    env.cr.execute(
        SQL("SELECT enrollment_ids, deaths FROM crm_workflow_ticket WHERE id = %s", ticket_id)
    )
    return env.cr.dictfetchone()


def claim(env, enrollment_ids, now):
    """Lock those of the enrollments that are still due, and return their columns as dicts."""
    env.cr.execute(
        SQL(
            """SELECT %s FROM crm_workflow_enrollment
                WHERE id = ANY(%s) AND state = 'active' AND due_at <= %s
             ORDER BY id FOR NO KEY UPDATE SKIP LOCKED""",
            _COLUMNS,
            list(enrollment_ids),
            now,
        ),
        log_exceptions=False,  # a lost race is no error
    )
    return env.cr.dictfetchall()


def limit_waiting(env):
    """See :data:`LIMIT_WAITING`."""
    env.cr.execute(LIMIT_WAITING)


def wait_as_usual(env):
    """Wait for rows again as the server is set up to."""
    env.cr.execute(SQL("SET LOCAL lock_timeout TO DEFAULT"))


def postpone(env, enrollment_ids, delay):
    """Let enrollments that are due be due later; returns how many were free.

    :param delay: a timedelta
    """
    env.cr.execute(
        SQL(
            """UPDATE crm_workflow_enrollment SET due_at = %(now)s + %(delay)s
                WHERE id IN (SELECT id FROM crm_workflow_enrollment
                              WHERE id = ANY(%(ids)s) AND state = 'active' AND due_at <= %(now)s
                                FOR NO KEY UPDATE SKIP LOCKED)""",
            ids=list(enrollment_ids),
            now=env.cr.now(),
            delay=delay,
        )
    )
    return env.cr.rowcount
