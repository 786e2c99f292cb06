"""Moves: where enrollments stand after an exit, a button, a merge or a publication.

Each statement writes the ledger and the enrollments together.
"""

from odoo.tools import SQL

from .snapshots import SNAPSHOT

#: In the cursor's cache, and so forgotten by a rollback: somebody changed enrollments here.
MOVED = "crm_workflow.moved"

#: Who has entered and stands before the step where it starts: the moment of the start stays.
NOT_BEGUN = SQL("(reached_at = enrolled_at AND NOT waiting AND attempts = 0)")


def finish(env, workflow_id, state, reason, record_ids=None, enrollment_ids=None):
    """End open enrollments of a workflow, all of them or those named; returns how many."""
    return transfer(
        env,
        SQL(
            "workflow_id = %s AND state IN ('active', 'parked') AND %s",
            workflow_id,
            _among(record_ids, enrollment_ids),
        ),
        ended(env, state, reason),
        state,
        reason,
    )


def leave(env, enrollment_ids, reason):
    """End open enrollments of any workflows; returns how many."""
    return transfer(
        env,
        SQL("id = ANY(%s) AND state IN ('active', 'parked')", list(enrollment_ids)),
        ended(env, "exited", reason),
        "exited",
        reason,
    )


def leave_deleted(env, model_name, record_ids):
    """Records that exist no longer leave every workflow they are inside."""
    return transfer(
        env,
        SQL(
            "res_model = %s AND res_id = ANY(%s) AND state IN ('active', 'parked')",
            model_name,
            list(record_ids),
        ),
        ended(env, "exited", "record_deleted"),
        "exited",
        "record_deleted",
    )


def leave_doubles(env, model_name, record_ids):
    """Of the records' open passes through each workflow the one that came furthest stays alone.

    One that moves on by itself comes before one that is parked.
    """
    return transfer(
        env,
        SQL(
            """id IN (SELECT id
                        FROM (SELECT id, row_number() OVER (
                                     PARTITION BY workflow_id
                                     ORDER BY state = 'active' DESC, visit DESC, id) AS place
                                FROM crm_workflow_enrollment
                               WHERE res_model = %s AND res_id = ANY(%s)
                                 AND state IN ('active', 'parked')) AS open
                       WHERE place > 1)""",
            model_name,
            list(record_ids),
        ),
        ended(env, "exited", "merged"),
        "exited",
        "merged",
    )


def make_due(env, enrollment_ids, outcome):
    """Let enrollments move on at the next tick, with a row in the ledger that says why.

    A step that waits until something happens learns that somebody has ended the wait.
    """
    skipped = SQL("jsonb_build_object('by', 'skipped', 'since', reached_at)")
    return transfer(
        env,
        SQL("id = ANY(%s) AND state IN ('active', 'parked')", list(enrollment_ids)),
        SQL(
            "state = 'active', reason = NULL, due_at = %s, attempts = 0, woken = %s",
            env.cr.now(),
            skipped if outcome == "skipped" else SQL("woken"),
        ),
        outcome,
        None,
    )


def take_others(env, workflow_id, version_id, limit):
    """Lock open enrollments on other versions, as far as nobody else holds them: their ids."""
    env.cr.execute(
        SQL(
            """SELECT id FROM crm_workflow_enrollment
                WHERE workflow_id = %s AND version_id <> %s AND state IN ('active', 'parked')
             ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED""",
            workflow_id,
            version_id,
            limit,
        )
    )
    return [row[0] for row in env.cr.fetchall()]


def are_others(env, workflow_id, version_id, enrollment_ids):
    """True when open enrollments are on other versions besides those named."""
    env.cr.execute(
        SQL(
            """SELECT EXISTS (SELECT FROM crm_workflow_enrollment
                               WHERE workflow_id = %s AND version_id <> %s
                                 AND state IN ('active', 'parked') AND id <> ALL(%s))""",
            workflow_id,
            version_id,
            list(enrollment_ids),
        )
    )
    return env.cr.fetchone()[0]


def move_to_version(env, workflow_id, version_id, old_version_id, steps, enrollment_ids=None):
    """Carry everyone inside one version over to another, each to the step named.

    Whoever stays on the same step keeps waiting there, and who has not begun starts when it was to;
    others move on at once.

    :param steps: {old action id: new action id}
    :param enrollment_ids: those that are meant alone; everyone when left out
    """
    env.cr.execute(
        SQL(
            """WITH step AS (
                        SELECT * FROM unnest(%(olds)s::int[], %(news)s::int[]) AS s(old_id, new_id)
                    ),
                    moved AS (
                        UPDATE crm_workflow_enrollment e
                           SET version_id = %(version)s, action_id = s.new_id, visit = e.visit + 1,
                               waiting = e.waiting AND o.key = n.key,
                               due_at = CASE WHEN o.key = n.key OR %(not_begun)s THEN e.due_at
                                             ELSE %(now)s END,
                               reached_at = CASE WHEN o.key = n.key OR %(not_begun)s
                                                 THEN e.reached_at ELSE %(now)s END,
                               reached_snapshot = CASE WHEN o.key = n.key THEN e.reached_snapshot
                                                       ELSE %(snapshot)s END
                          FROM step s
                          JOIN crm_workflow_action o ON o.id = s.old_id
                          JOIN crm_workflow_action n ON n.id = s.new_id
                         WHERE e.workflow_id = %(workflow)s AND e.version_id = %(old_version)s
                           AND e.state IN ('active', 'parked') AND e.action_id = s.old_id
                           AND (%(ids)s::int[] IS NULL OR e.id = ANY(%(ids)s))
                     RETURNING e.id, e.visit, n.id AS action_id, n.key
                    )
               INSERT INTO crm_workflow_log
                           (workflow_id, enrollment_id, version_id, action_id, action_key, visit,
                            outcome, started_at, at)
               SELECT %(workflow)s, id, %(version)s, action_id, key, visit,
                      'moved', %(now)s, %(now)s
                 FROM moved""",
            olds=list(steps),
            news=list(steps.values()),
            workflow=workflow_id,
            version=version_id,
            old_version=old_version_id,
            not_begun=NOT_BEGUN,
            ids=enrollment_ids,
            now=env.cr.now(),
            snapshot=SNAPSHOT,
        )
    )
    return env.cr.rowcount


def let_go(env, version_id, enrollment_ids=None):
    """Let those go on that a version does not hold any more at the step where they stand.

    That are who stands before a step that no person has to release any more, and who waits on
    one that is off.
    """
    return transfer(
        env,
        SQL(
            """version_id = %s AND state = 'active' AND action_id IN (
                   SELECT a.id FROM crm_workflow_action a
                    WHERE a.version_id = crm_workflow_enrollment.version_id
                      AND CASE WHEN waiting THEN a.status = 'off'
                               ELSE due_at IS NULL AND a.status <> 'manual' END)
               AND %s""",
            version_id,
            _among(None, enrollment_ids),
        ),
        SQL("due_at = %s, waiting = false", env.cr.now()),
        "released",
        None,
    )


def complete_at(env, version_id, action_ids, enrollment_ids=None):
    """Everyone at these steps of a version is through: nothing that follows is left."""
    return transfer(
        env,
        SQL(
            "version_id = %s AND action_id = ANY(%s) AND state IN ('active', 'parked') AND %s",
            version_id,
            list(action_ids),
            _among(None, enrollment_ids),
        ),
        SQL("state = 'completed', finished_at = %s, due_at = NULL, waiting = false", env.cr.now()),
        "completed",
        None,
    )


def restart(env, workflow_id, version_id, first_id, enrollment_ids=None):
    """Send everyone inside back to the first step of a version; who has not begun starts later."""
    now = env.cr.now()
    return transfer(
        env,
        SQL(
            "workflow_id = %s AND state IN ('active', 'parked') AND %s",
            workflow_id,
            _among(None, enrollment_ids),
        ),
        SQL(
            """state = 'active', version_id = %s, action_id = %s,
               due_at = CASE WHEN %s THEN due_at ELSE %s END,
               reached_at = CASE WHEN %s THEN reached_at ELSE %s END,
               reached_snapshot = %s, waiting = false, attempts = 0, reason = NULL""",
            version_id,
            first_id,
            NOT_BEGUN,
            now,
            NOT_BEGUN,
            now,
            SNAPSHOT,
        ),
        "moved",
        None,
    )


def transfer(env, where, assignments, outcome, message):
    """Change enrollments and write one row each into the ledger; returns how many."""
    env.cr.execute(
        SQL(
            """WITH changed AS (
                    UPDATE crm_workflow_enrollment SET %(assignments)s, visit = visit + 1
                     WHERE %(where)s
                 RETURNING id, workflow_id, version_id, action_id, visit, reached_at
               )
               INSERT INTO crm_workflow_log
                           (workflow_id, enrollment_id, version_id, action_id, action_key, visit,
                            outcome, message, started_at, at)
               SELECT c.workflow_id, c.id, c.version_id, c.action_id, a.key, c.visit,
                      %(outcome)s, %(message)s, c.reached_at, %(now)s
                 FROM changed c LEFT JOIN crm_workflow_action a ON a.id = c.action_id""",
            assignments=assignments,
            where=where,
            outcome=outcome,
            message=message,
            now=env.cr.now(),
        )
    )
    count = env.cr.rowcount
    env.cr.cache[MOVED] = True
    for name in ("crm.workflow", "crm.workflow.enrollment", "crm.workflow.log"):
        env[name].invalidate_model()
    return count


def ended(env, state, reason):
    """What is assigned to enrollments that end, for :func:`transfer`."""
    return SQL(
        "state = %s, reason = %s, finished_at = %s, due_at = NULL, waiting = false",
        state,
        reason,
        env.cr.now(),
    )


def _among(record_ids, enrollment_ids):
    if enrollment_ids is not None:
        return SQL("id = ANY(%s)", list(enrollment_ids))
    return SQL("TRUE") if record_ids is None else SQL("res_id = ANY(%s)", list(record_ids))
