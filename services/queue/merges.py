"""Merges: what is kept about records that go is kept about the one that survives."""

from odoo.tools import SQL

from .entry import SHARDS


def follow(env, model_name, record_ids, survivor_id):
    """Enrollments, facts, e-mails and memory of records become the survivor's.

    There must be one open enrollment at most for each workflow.
    """
    _move_enrollments(env, model_name, record_ids, survivor_id)
    for name in ("crm.workflow.event", "crm.workflow.mail"):
        _move(env[name], model_name, record_ids, survivor_id)
    _join_members(env, model_name, record_ids, survivor_id)
    for name in ("enrollment", "event", "mail", "member"):
        env[f"crm.workflow.{name}"].invalidate_model()


def _move_enrollments(env, model_name, record_ids, survivor_id):
    env.cr.execute(
        SQL(
            """UPDATE crm_workflow_enrollment SET res_id = %s, shard = %s
                WHERE res_model = %s AND res_id = ANY(%s)""",
            survivor_id,
            survivor_id % SHARDS,
            model_name,
            list(record_ids),
        )
    )


def _move(model, model_name, record_ids, survivor_id):
    model.env.cr.execute(
        SQL(
            "UPDATE %s SET res_id = %s WHERE res_model = %s AND res_id = ANY(%s)",
            SQL.identifier(model._table),
            survivor_id,
            model_name,
            list(record_ids),
        )
    )


def _join_members(env, model_name, record_ids, survivor_id):
    """Whoever went through as one of them has been through."""
    env.cr.execute(
        SQL(
            """WITH gone AS (
                    DELETE FROM crm_workflow_member m USING crm_workflow w
                     WHERE w.id = m.workflow_id AND w.model_name = %(model)s
                       AND m.res_id = ANY(%(ids)s)
                 RETURNING m.*
               )
               INSERT INTO crm_workflow_member AS m
                           (workflow_id, res_id, matching, passes, first_entry_at, last_entry_at,
                            queued)
               SELECT workflow_id, %(survivor)s, bit_or(matching), sum(passes),
                      min(first_entry_at), max(last_entry_at),
                      (array_agg(queued) FILTER (WHERE queued IS NOT NULL))[1]
                 FROM gone GROUP BY workflow_id
          ON CONFLICT (workflow_id, res_id) DO UPDATE
                  SET matching = m.matching | excluded.matching,
                      passes = m.passes + excluded.passes,
                      first_entry_at = LEAST(m.first_entry_at, excluded.first_entry_at),
                      last_entry_at = GREATEST(m.last_entry_at, excluded.last_entry_at),
                      queued = COALESCE(m.queued, excluded.queued)""",
            model=model_name,
            ids=list(record_ids),
            survivor=survivor_id,
        )
    )
