"""Captured facts: in by the transaction that changed something, out by the cron."""

import json

from odoo.tools import SQL

from .claims import LIMIT_WAITING
from .snapshots import TRANSACTION

_COLUMNS = SQL(
    """id, res_model, res_id, event, changes, silent, user_id, cause, at, transaction,
       workflow_id"""
)


def add_events(env, facts, user_id, cause, cron_ids=()):
    """Insert the facts of one transaction, and the triggers of crons: one statement in a save.

    :param facts: {(model name, record id, slot, silent): (event, {field: [old, new] or None})};
        the slot keeps apart what is not to be one fact
    :param cron_ids: the crons to wake, see :mod:`..wake`
    """
    rows = [
        (model_name, record_id, event, json.dumps(changes) if changes else None, silent)
        for (model_name, record_id, _slot, silent), (event, changes) in facts.items()
    ]
    models, ids, events, changes, silent = (list(column) for column in zip(*rows, strict=True))
    env.cr.execute(
        SQL(
            """WITH fact AS (
                    INSERT INTO crm_workflow_event
                           (res_model, res_id, event, changes, silent, user_id, cause, at,
                            transaction)
                    SELECT fact.res_model, fact.res_id, fact.event, fact.changes::jsonb,
                           fact.silent, %s, %s, %s, %s
                      FROM unnest(%s::varchar[], %s::int[], %s::varchar[], %s::text[], %s::bool[])
                           AS fact(res_model, res_id, event, changes, silent)
               )
               %s""",
            user_id,
            cause,
            env.cr.now(),
            TRANSACTION,
            models,
            ids,
            events,
            changes,
            silent,
            _insert_triggers(env, cron_ids),
        )
    )


def add_triggers(env, cron_ids):
    """Ask the scheduler to run crons now."""
    env.cr.execute(_insert_triggers(env, cron_ids))


def _insert_triggers(env, cron_ids):
    """The rows that ask for crons, unless they are switched off; none for no cron."""
    return SQL(
        """INSERT INTO ir_cron_trigger
                  (cron_id, call_at, create_uid, write_uid, create_date, write_date)
           SELECT id, %(now)s, %(user)s, %(user)s, %(now)s, %(now)s
             FROM ir_cron WHERE id = ANY(%(crons)s) AND active""",
        crons=list(cron_ids),
        user=env.uid,
        now=env.cr.now(),
    )


def column_values(records, names):
    """What the database holds for some columns: {id: {name: raw value}}.

    Read below the cache, because the cache already has the values about to be written.
    """
    names = sorted(names)
    rows = records.env.execute_query(
        SQL(
            "SELECT id, %s FROM %s WHERE id IN %s",
            SQL(", ").join(map(SQL.identifier, names)),
            SQL.identifier(records._table),
            records._ids,
        )
    )
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


def take_turn(env):
    """Be the only one to turn facts into enrollments until the transaction ends.

    The first statement of its transaction: a lock on a table takes no snapshot, so all that the
    one before wrote is seen. The mode hinders nobody but the next to take a turn. In the same
    breath, so that an idle tick pays nothing for it: rows that others hold are not waited for long.

    :raise psycopg2.errors.LockNotAvailable: when somebody else has the turn
    """
    env.cr.execute(
        SQL(
            "LOCK TABLE crm_workflow_turn IN SHARE UPDATE EXCLUSIVE MODE NOWAIT; %s", LIMIT_WAITING
        ),
        log_exceptions=False,  # that it is not our turn is no error
    )


def take_events(env, limit, passed=()):
    """Claim the oldest facts, and those kept for workflows that are on again.

    The first statement of its transaction; another worker's facts are skipped.

    :param passed: (model name, id) of records whose facts are left in the queue
    :return: list of dicts of the event's columns, oldest first
    """
    env.cr.execute(
        SQL(
            """SELECT %(columns)s
                 FROM crm_workflow_event
                WHERE id IN (
                      (SELECT id FROM crm_workflow_event WHERE workflow_id IS NULL %(others)s
                        ORDER BY id LIMIT %(limit)s)
                      UNION ALL
                      (SELECT kept.id FROM crm_workflow w
                   CROSS JOIN LATERAL (
                              SELECT id FROM crm_workflow_event
                               WHERE workflow_id = w.id %(others)s
                            ORDER BY id LIMIT %(limit)s
                         ) AS kept
                        WHERE w.state = 'on' ORDER BY kept.id LIMIT %(limit)s))
             ORDER BY id LIMIT %(limit)s
                  FOR UPDATE SKIP LOCKED""",
            columns=_COLUMNS,
            limit=limit,
            others=_others(passed),
        )
    )
    return env.cr.dictfetchall()


def take_those(env, event_ids):
    """Claim some facts, as :func:`take_events` does."""
    env.cr.execute(
        SQL(
            """SELECT %s FROM crm_workflow_event WHERE id = ANY(%s)
             ORDER BY id FOR UPDATE SKIP LOCKED""",
            _COLUMNS,
            list(event_ids),
        )
    )
    return env.cr.dictfetchall()


def _others(passed):
    if not passed:
        return SQL()
    models, ids = zip(*passed, strict=True)
    return SQL(
        """AND (res_model, res_id) NOT IN (
               SELECT * FROM unnest(%s::varchar[], %s::int[]) AS passed(res_model, res_id))""",
        list(models),
        list(ids),
    )


def events_about(env, model_name, record_ids, workflow_id):
    """The facts about some records that a workflow has not looked at; locks nothing.

    :return: list of dicts of the event's columns, oldest first
    """
    env.cr.execute(
        SQL(
            """SELECT %s FROM crm_workflow_event
                WHERE res_model = %s AND res_id = ANY(%s)
                  AND (workflow_id IS NULL OR workflow_id = %s)
             ORDER BY id""",
            _COLUMNS,
            model_name,
            list(record_ids),
            workflow_id,
        )
    )
    return env.cr.dictfetchall()


def silent_events(env, workflow_id):
    """The silent facts that wait for a workflow's look, as dicts, oldest first; locks nothing."""
    env.cr.execute(
        SQL(
            """SELECT %s FROM crm_workflow_event
                WHERE silent AND (workflow_id IS NULL OR workflow_id = %s) ORDER BY id""",
            _COLUMNS,
            workflow_id,
        )
    )
    return env.cr.dictfetchall()


def keep_events(env, workflow_id, event_ids):
    """Copy facts for a workflow that is paused, to be worked on when it resumes."""
    env.cr.execute(
        SQL(
            """INSERT INTO crm_workflow_event
                           (res_model, res_id, event, changes, silent, user_id, cause, at,
                            transaction, workflow_id)
               SELECT res_model, res_id, event, changes, silent, user_id, cause, at,
                      transaction, %s
                 FROM crm_workflow_event WHERE id = ANY(%s) ORDER BY id""",
            workflow_id,
            list(event_ids),
        )
    )


def drop_events(env, event_ids):
    """Forget facts that have been worked on."""
    env.cr.execute(SQL("DELETE FROM crm_workflow_event WHERE id = ANY(%s)", list(event_ids)))
