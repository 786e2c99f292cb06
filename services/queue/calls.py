"""Calls of webhooks: in by the request, out by the cron."""

import json

from odoo.tools import SQL


def add_call(env, webhook, status, payload=None, delivery=None, reason=None):
    """Note a call; one that is refused at the door has a reason, and is not worked on.

    :return: its id, or None when a call of that delivery is known already
    """
    env.cr.execute(
        SQL(
            """INSERT INTO crm_workflow_webhook_call
                           (webhook_id, workflow_id, at, state, status, reason, delivery, payload)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s::jsonb)
          ON CONFLICT (webhook_id, delivery) WHERE delivery IS NOT NULL DO NOTHING
            RETURNING id""",
            webhook.id,
            webhook.workflow_id.id,
            env.cr.now(),
            "refused" if reason else "new",
            status,
            reason,
            delivery,
            None if payload is None else json.dumps(payload),
        )
    )
    row = env.cr.fetchone()
    return row and row[0]


def take_calls(env, webhook_id, limit):
    """Claim the oldest calls of a webhook that wait: list of (id, payload)."""
    env.cr.execute(
        SQL(
            """SELECT id, payload FROM crm_workflow_webhook_call
                WHERE webhook_id = %s AND state = 'new'
             ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED""",
            webhook_id,
            limit,
        )
    )
    return env.cr.fetchall()


def settle_calls(env, settled):
    """Write what became of calls.

    :param settled: list of (id, state, reason, record id, enrollment id)
    """
    columns = [list(column) for column in zip(*settled, strict=True)]
    env.cr.execute(
        SQL(
            """UPDATE crm_workflow_webhook_call c
                  SET state = s.state, reason = s.reason, res_id = s.res_id,
                      enrollment_id = s.enrollment_id, worked_at = %s
                 FROM unnest(%s::int[], %s::varchar[], %s::text[], %s::int[], %s::int[])
                      AS s(id, state, reason, res_id, enrollment_id)
                WHERE c.id = s.id""",
            env.cr.now(),
            *columns,
        )
    )
