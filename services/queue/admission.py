"""Admission: when those who enter may start, as ``engine.admission`` says, for a whole set."""

from odoo.tools import SQL

from .moves import NOT_BEGUN

#: Who waits for its turn, or has just been given it.
_QUEUED = SQL(
    "(admission_at IS NOT NULL AND state = 'active' AND due_at = admission_at AND %s)", NOT_BEGUN
)


def together(moment):
    """Query for who is eligible: all of them start at one moment."""
    return SQL(
        """SELECT id, cause, data, %s::timestamp AS due_at, NULL::timestamp AS admission_at
             FROM eligible ORDER BY id""",
        moment,
    )


def in_turn(env, workflow_id, per_hour):
    """Query for who is eligible: they start behind those who are queued, so many an hour.

    Who is inside already takes nobody's turn.
    """
    comers = SQL(
        """SELECT c.id, row_number() OVER (ORDER BY c.id) - 1 AS place
             FROM eligible c
            WHERE NOT EXISTS (
                  SELECT FROM crm_workflow_enrollment e
                   WHERE e.workflow_id = %s AND e.res_id = c.id
                     AND e.state IN ('active', 'parked'))""",
        workflow_id,
    )
    return SQL(
        """SELECT c.id, c.cause, c.data, turn.at AS due_at, turn.at AS admission_at
             FROM eligible c JOIN (%s) AS turn ON turn.id = c.id ORDER BY c.id""",
        _turns(env, comers, _earlier_query(env, workflow_id, per_hour), per_hour),
    )


def requeue(env, workflow_id, per_hour):
    """Give all who are queued new turns from now on, in their order; without a limit, now."""
    turns = _new_turns(env, workflow_id, per_hour) if per_hour else _at_once(env, workflow_id)
    env.cr.execute(
        SQL(
            """UPDATE crm_workflow_enrollment e SET due_at = turn.at, admission_at = turn.at
                 FROM (%s) AS turn WHERE e.id = turn.id""",
            turns,
        )
    )
    env["crm.workflow.enrollment"].invalidate_model()


def with_late(env, late):
    """Ids of workflows with a limit, of whose queue somebody should have started before ``late``.

    Only theirs are read: where many are overdue without a limit, a look would be long.
    """
    env.cr.execute(
        SQL(
            """SELECT w.id FROM crm_workflow w
                 JOIN crm_workflow_version v ON v.id = w.live_version_id
                WHERE w.state = 'on' AND v.entries_per_hour > 0
                  AND EXISTS (SELECT FROM crm_workflow_enrollment
                               WHERE workflow_id = w.id AND due_at < %s AND %s)
             ORDER BY w.id""",
            late,
            _QUEUED,
        )
    )
    return [row[0] for row in env.cr.fetchall()]


def earlier(env, workflow_id, count):
    """When the last to be admitted started or will start, latest first; at most ``count``."""
    env.cr.execute(_earlier_query(env, workflow_id, count))
    return [row[0] for row in env.cr.fetchall()]


def _earlier_query(env, workflow_id, count):
    """Who was taken out before the start has given up the turn."""
    return SQL(
        """SELECT admission_at FROM crm_workflow_enrollment
            WHERE workflow_id = %s AND admission_at IS NOT NULL
              AND (state = 'active' OR admission_at <= %s)
         ORDER BY admission_at DESC LIMIT %s""",
        workflow_id,
        env.cr.now(),
        count,
    )


def _at_once(env, workflow_id):
    return SQL(
        "SELECT id, %s::timestamp AS at FROM crm_workflow_enrollment WHERE workflow_id = %s AND %s",
        env.cr.now(),
        workflow_id,
        _QUEUED,
    )


def _new_turns(env, workflow_id, per_hour):
    queued = SQL(
        """SELECT id, row_number() OVER (ORDER BY admission_at, id) - 1 AS place
             FROM crm_workflow_enrollment WHERE workflow_id = %s AND %s""",
        workflow_id,
        _QUEUED,
    )
    started = SQL(
        """SELECT admission_at FROM crm_workflow_enrollment
            WHERE workflow_id = %s AND admission_at <= %s AND %s IS NOT TRUE
         ORDER BY admission_at DESC LIMIT %s""",
        workflow_id,
        env.cr.now(),
        _QUEUED,
        per_hour,
    )
    return _turns(env, queued, started, per_hour)


def _turns(env, comers, before, per_hour):
    """Query for the turns (id, at) of ``comers`` (id, place from 0), behind those ``before``."""
    return SQL(
        """SELECT comer.id,
                  GREATEST(%(now)s::timestamp,
                           (SELECT max(admission_at) FROM (%(before)s) AS latest),
                           earlier.admission_at + interval '1 hour')
                  + comer.place / %(per_hour)s * interval '1 hour' AS at
             FROM (%(comers)s) AS comer
        LEFT JOIN (SELECT admission_at, row_number() OVER (ORDER BY admission_at DESC) AS place
                     FROM (%(before)s) AS latest) AS earlier
                  ON earlier.place = %(per_hour)s - comer.place %% %(per_hour)s""",
        now=env.cr.now(),
        comers=comers,
        before=before,
        per_hour=per_hour,
    )
