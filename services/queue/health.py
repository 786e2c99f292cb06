"""Health: what keeps records from moving on, asked by people and never by a tick.

Each function is one query and returns (how many, since when); nothing is (0, None). What no
domain can find again comes with its ids.
"""

from datetime import timedelta

from odoo.tools import SQL

#: What is late by less is only busy: the scheduler looks once a minute.
PATIENCE = timedelta(minutes=10)
#: More than that nobody looks at one by one.
MOST_SHOWN = 1_000


def stranded(env, woken_kinds):
    """Enrollments that nothing moves on: no time, no fact, no answer, no person, no step.

    :param woken_kinds: kinds of step whose waits end by facts
    :return: how many, since when, and the ids of the first :data:`MOST_SHOWN`
    """
    query = SQL(
        """WITH stranded AS MATERIALIZED (
               SELECT e.id, e.reached_at
                 FROM crm_workflow_enrollment e
            LEFT JOIN crm_workflow_action a
                   ON a.id = e.action_id AND a.version_id = e.version_id
                WHERE e.state = 'active' AND (a.id IS NULL OR e.due_at IS NULL AND %s))
           SELECT count(*), min(reached_at),
                  ARRAY(SELECT id FROM stranded ORDER BY reached_at, id LIMIT %s)
             FROM stranded""",
        waits_for_nothing(woken_kinds),
        MOST_SHOWN,
    )
    return _ask(env, query)


def waits_for_nothing(woken_kinds):
    """Of an enrollment ``e`` on the step ``a`` that has no time: true when nothing else is near."""
    return SQL(
        """NOT CASE WHEN NOT e.waiting THEN a.status = 'manual'
               ELSE a.kind = ANY(%s)
                    OR EXISTS (SELECT FROM crm_workflow_call c
                                WHERE c.enrollment_id = e.id AND c.awaited)
                    OR EXISTS (SELECT FROM crm_workflow_handover h WHERE h.enrollment_id = e.id)
                    OR EXISTS (SELECT FROM crm_workflow_decision d
                                WHERE d.enrollment_id = e.id AND d.state = 'open')
               END""",
        list(woken_kinds),
    )


def overdue(env):
    """Enrollments whose time came a while ago, of workflows that move."""
    return _ask(
        env,
        SQL(
            """SELECT count(*), min(e.due_at)
                 FROM crm_workflow w
                 JOIN crm_workflow_enrollment e ON e.workflow_id = w.id
                WHERE w.state IN ('on', 'off') AND e.state = 'active' AND e.due_at < %s""",
            _before(env),
        ),
    )


def dead_tickets(env):
    """Batches in the hands of workers that are gone, and that nobody has taken up since."""
    return _late_tickets(env, SQL("NOT"))


def hung_tickets(env):
    """Batches that a worker has had in hands for a long time."""
    return _late_tickets(env, SQL())


def _late_tickets(env, negation):
    """A worker that lives holds the lock of its ticket, see ``claims.hold_ticket``."""
    return _ask(
        env,
        SQL(
            """SELECT count(*), min(t.at) FROM crm_workflow_ticket t
                WHERE t.at < %s AND %s EXISTS (
                      SELECT FROM pg_locks l
                       WHERE l.locktype = 'advisory' AND l.granted
                         AND l.classid = 'crm_workflow_ticket'::regclass::oid
                         AND l.objid = t.id AND l.database = (
                             SELECT oid FROM pg_database WHERE datname = current_database()))""",
            _before(env),
            negation,
        ),
    )


def late_events(env):
    """Facts that no workflow has been held against."""
    return _ask(
        env,
        SQL(
            """SELECT count(*), min(at) FROM crm_workflow_event
                WHERE workflow_id IS NULL AND at < %s""",
            _before(env),
        ),
    )


def late_webhook_calls(env):
    """Calls of webhooks that nobody has worked on, of workflows that take them."""
    return _ask(
        env,
        SQL(
            """SELECT count(*), min(c.at) FROM crm_workflow_webhook_call c
                 JOIN crm_workflow w ON w.id = c.workflow_id
                WHERE c.state = 'new' AND w.state = 'on' AND c.at < %s""",
            _before(env),
        ),
    )


def late_calls(env):
    """Calls of web services whose time came a while ago, and that nobody is sending."""
    return _ask(
        env,
        SQL(
            """SELECT count(*), min(c.next_at) FROM crm_workflow_call c
                 JOIN crm_workflow w ON w.id = c.workflow_id
                WHERE c.state = 'waiting' AND w.state IN ('on', 'off') AND c.next_at < %s
                  AND (c.locked_until IS NULL OR c.locked_until < %s)""",
            _before(env),
            env.cr.now(),
        ),
    )


def late_mails(env):
    """E-mails of steps whose time came a while ago, and that are still in Odoo's queue."""
    return _ask(
        env,
        SQL(
            """SELECT count(*), min(COALESCE(scheduled_date, create_date)) FROM mail_mail
                WHERE state = 'outgoing' AND crm_workflow_attempt > 0
                  AND COALESCE(scheduled_date, create_date) < %s""",
            _before(env),
        ),
    )


def _before(env):
    return env.cr.now() - PATIENCE


def _ask(env, query):
    env.cr.execute(query)
    return env.cr.fetchone()
