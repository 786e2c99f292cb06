"""Outbox: calls of web services, in by the step, out and settled by the cron.

A claim is a lease: it is committed before the call, and a worker that dies leaves a row that
is due again when its lease ends. The number of attempts is the token by which a worker that
was given up for dead cannot overwrite what another one did.
"""

from datetime import datetime
from typing import NamedTuple

from odoo.tools import SQL

#: Calls that one statement looks at when many have come to their end.
_LOOK = 1_000


class Draft(NamedTuple):
    """A call to be written; the order of fields is the statement's."""

    key: str
    enrollment_id: int
    visit: int
    url: str
    headers: str
    body: str


class Settled(NamedTuple):
    """What became of an attempt; the order of fields is the statement's."""

    id: int
    attempts: int
    state: str
    next_at: datetime | None
    status: int | None
    error: str | None
    response: str | None


def add_calls(env, action, method, host, drafts):
    """Note calls of one step, in one statement; a call that is known by its key stays as it is."""
    columns = [list(column) for column in zip(*drafts, strict=True)]
    env.cr.execute(
        SQL(
            """INSERT INTO crm_workflow_call
                           (workflow_id, action_id, step_key, method, host, signed, awaited, state,
                            attempts, at, next_at, key, enrollment_id, visit, url, headers, body)
               SELECT %s, %s, %s, %s, %s, %s, %s, 'waiting', 0, %s, %s,
                      d.key, d.enrollment_id, d.visit, d.url, d.headers::jsonb, d.body
                 FROM unnest(%s::varchar[], %s::int[], %s::int[], %s::varchar[], %s::text[],
                             %s::text[]) AS d(key, enrollment_id, visit, url, headers, body)
          ON CONFLICT (key) DO NOTHING""",
            action.workflow_id.id,
            action.id,
            action.key,
            method,
            host,
            action.call_signed,
            action.call_wait,
            env.cr.now(),
            env.cr.now(),
            *columns,
        )
    )


def claim_calls(env, limit, lease):
    """Take calls that are due, in turn by host, and lease them: list of dicts.

    To be the first statement of its transaction, and committed before anything is sent. Calls
    of paused workflows wait, and those to a host that did not answer until it has rested; then
    one of them finds out, and is told to be ``on_trial``.

    :param lease: a timedelta
    """
    now = env.cr.now()
    env.cr.execute(
        SQL(
            """WITH RECURSIVE %(chosen)s, free AS (
                    SELECT id, on_trial FROM crm_workflow_call JOIN chosen USING (id)
                     WHERE state = 'waiting' AND (locked_until IS NULL OR locked_until <= %(now)s)
                       FOR NO KEY UPDATE OF crm_workflow_call SKIP LOCKED
               )
               UPDATE crm_workflow_call c
                  SET attempts = c.attempts + 1, locked_until = %(until)s,
                      first_try_at = COALESCE(c.first_try_at, %(now)s), last_try_at = %(now)s
                 FROM free WHERE c.id = free.id
            RETURNING c.id, c.workflow_id, c.step_key, c.key, c.method, c.url, c.host, c.headers,
                      c.body, c.signed, c.attempts, c.first_try_at, free.on_trial""",
            chosen=_due(now, limit),
            now=now,
            until=now + lease,
        ),
        log_exceptions=False,  # a lost race is no error
    )
    return sorted(env.cr.dictfetchall(), key=lambda call: call["id"])


def _due(now, limit):
    """Queries whose last, ``chosen``, are the calls that are due, the oldest of each host first.

    Each lane, what one workflow has for one host, is looked up by itself: of those with many
    calls no more are read than one claim takes, and of those that have to wait none.
    """
    return SQL(
        """lane AS (
               (SELECT host, workflow_id FROM crm_workflow_call WHERE state = 'waiting'
              ORDER BY host, workflow_id LIMIT 1)
         UNION ALL
               SELECT following.host, following.workflow_id
                 FROM lane CROSS JOIN LATERAL (
                      SELECT c.host, c.workflow_id FROM crm_workflow_call c
                       WHERE c.state = 'waiting'
                         AND (c.host, c.workflow_id) > (lane.host, lane.workflow_id)
                    ORDER BY c.host, c.workflow_id LIMIT 1) AS following
           ), due AS (
               SELECT d.id, d.next_at, h.id IS NOT NULL AS on_trial,
                      row_number() OVER (PARTITION BY lane.host ORDER BY d.next_at, d.id) AS place
                 FROM lane
                 JOIN crm_workflow w ON w.id = lane.workflow_id AND w.state IN ('on', 'off')
            LEFT JOIN crm_workflow_call_host h ON h.host = lane.host
                CROSS JOIN LATERAL (
                      SELECT c.id, c.next_at FROM crm_workflow_call c
                       WHERE c.state = 'waiting' AND c.host = lane.host
                         AND c.workflow_id = lane.workflow_id AND c.next_at <= %(now)s
                         AND (c.locked_until IS NULL OR c.locked_until <= %(now)s)
                    ORDER BY c.next_at, c.id LIMIT %(limit)s) AS d
                WHERE h.id IS NULL OR h.rests_until <= %(now)s
           ), chosen AS (
               SELECT id, on_trial FROM due WHERE place = 1 OR NOT on_trial
             ORDER BY place, next_at, id LIMIT %(limit)s
           )""",
        now=now,
        limit=limit,
    )


def settle_calls(env, settled):
    """Write what became of calls, unless the lease ended and somebody else has taken them."""
    columns = [list(column) for column in zip(*settled, strict=True)]
    env.cr.execute(
        SQL(
            """UPDATE crm_workflow_call c
                  SET state = s.state, next_at = s.next_at, status = s.status, error = s.error,
                      response = s.response, locked_until = NULL,
                      finished_at = CASE WHEN s.state = 'waiting' THEN NULL ELSE %s END
                 FROM unnest(%s::int[], %s::int[], %s::varchar[], %s::timestamp[], %s::int[],
                             %s::text[], %s::text[])
                      AS s(id, attempts, state, next_at, status, error, response)
                WHERE c.id = s.id AND c.attempts = s.attempts AND c.state = 'waiting'""",
            env.cr.now(),
            *columns,
        ),
        log_exceptions=False,
    )
    env["crm.workflow.call"].invalidate_model()


def wake_waiting(env):
    """Make those due who wait for a call that is through; returns how many calls were looked at.

    Whoever has come to the step once more since the call waits for the newer one. Whoever is in
    another worker's hands is left for the next time.
    """
    now = env.cr.now()
    env.cr.execute(
        SQL(
            """WITH done AS (
                    SELECT c.id, c.enrollment_id, c.step_key, c.visit FROM crm_workflow_call c
                      JOIN crm_workflow_enrollment e ON e.id = c.enrollment_id
                     WHERE c.awaited AND c.state <> 'waiting'
                     ORDER BY c.id LIMIT %(look)s
                       FOR NO KEY UPDATE OF c, e SKIP LOCKED
               ), woken AS (
                    -- Who is due already, too: a worker that takes them up just now and has not
                    -- seen yet that the call is through would lay them down again for ever.
                    UPDATE crm_workflow_enrollment e SET due_at = LEAST(e.due_at, %(now)s)
                      FROM done JOIN crm_workflow_action a ON a.key = done.step_key
                     WHERE e.id = done.enrollment_id AND a.id = e.action_id
                       AND e.state = 'active' AND e.waiting
                       AND NOT EXISTS (
                           SELECT FROM crm_workflow_call newer
                            WHERE newer.enrollment_id = done.enrollment_id
                              AND newer.step_key = done.step_key AND newer.visit > done.visit)
               )
               UPDATE crm_workflow_call c SET awaited = false FROM done WHERE c.id = done.id""",
            look=_LOOK,
            now=now,
        ),
        log_exceptions=False,
    )
    count = env.cr.rowcount
    if count:
        env["crm.workflow.enrollment"].invalidate_model()
        env["crm.workflow.call"].invalidate_model()
    return count


def last_calls(env, enrollment_ids, step_key):
    """The latest call of each enrollment from one step: {enrollment id: dict}."""
    env.cr.execute(
        SQL(
            """SELECT DISTINCT ON (enrollment_id)
                      enrollment_id, state, awaited, status, error, response
                 FROM crm_workflow_call
                WHERE enrollment_id = ANY(%s) AND step_key = %s
             ORDER BY enrollment_id, visit DESC, id DESC""",
            list(enrollment_ids),
            step_key,
        )
    )
    return {row["enrollment_id"]: row for row in env.cr.dictfetchall()}
