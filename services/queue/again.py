"""Again: what a trigger that fires for a record that is still inside leads to."""

import json

from odoo.tools import SQL

from ...engine.typed_json import unpacked
from .entry import Origin
from .moves import transfer
from .snapshots import SNAPSHOT

#: Inside since before this transaction: who has just entered by the same facts is meant once.
_INSIDE = SQL("state IN ('active', 'parked')")


def restart(env, version, origins):
    """Send those inside back to the first step of the live version; returns how many.

    :param origins: {record id: :class:`~.entry.Origin`} of those for whom the trigger fired
    """
    now = env.cr.now()
    fired = SQL(
        "unnest(%s::int[], %s::varchar[]) AS f(id, cause)",
        list(origins),
        [origin.cause for origin in origins.values()],
    )
    return transfer(
        env,
        SQL(
            "workflow_id = %s AND res_id = ANY(%s) AND %s AND enrolled_at < %s",
            version.workflow_id.id,
            list(origins),
            _INSIDE,
            now,
        ),
        SQL(
            """state = 'active', version_id = %s, action_id = %s, due_at = %s, reached_at = %s,
               reached_snapshot = %s, waiting = false, attempts = 0, reason = NULL,
               cause = (SELECT f.cause FROM %s WHERE f.id = res_id)""",
            version.id,
            version._program().first.id,
            now,
            now,
            SNAPSHOT,
            fired,
        ),
        "restarted",
        None,
    )


def remember(env, workflow_id, origins, source):
    """Note that those inside enter once more as soon as they have left; one time each."""
    rows = [
        json.dumps({"source": source, "cause": origin.cause, "data": origin.packed_data})
        for origin in origins.values()
    ]
    env.cr.execute(
        SQL(
            """UPDATE crm_workflow_member m SET queued = f.told::jsonb
                 FROM unnest(%(ids)s::int[], %(told)s::text[]) AS f(id, told)
                WHERE m.workflow_id = %(workflow)s AND m.res_id = f.id AND m.queued IS NULL
                  AND EXISTS (SELECT FROM crm_workflow_enrollment
                               WHERE workflow_id = %(workflow)s AND res_id = f.id
                                 AND %(inside)s AND enrolled_at < %(now)s)""",
            ids=list(origins),
            told=rows,
            workflow=workflow_id,
            inside=_INSIDE,
            now=env.cr.now(),
        )
    )
    env["crm.workflow.member"].invalidate_model()


def ready(env):
    """Ids of the workflows with somebody who is to enter once more, and inside no longer."""
    env.cr.execute(
        SQL(
            """SELECT DISTINCT m.workflow_id FROM crm_workflow_member m
                 JOIN crm_workflow w ON w.id = m.workflow_id AND w.state = 'on'
                WHERE %s""",
            _out_again(),
        )
    )
    return [row[0] for row in env.cr.fetchall()]


def take(env, workflow_id, limit):
    """Who is to enter once more, and now can: {source: {record id: Origin}}; forgets it as well."""
    env.cr.execute(
        SQL(
            """WITH again AS (
                    SELECT m.id, m.res_id, m.queued FROM crm_workflow_member m
                     WHERE m.workflow_id = %s AND %s ORDER BY m.res_id LIMIT %s
               )
               UPDATE crm_workflow_member m SET queued = NULL FROM again WHERE again.id = m.id
            RETURNING again.res_id, again.queued""",
            workflow_id,
            _out_again(),
            limit,
        )
    )
    by_source = {}
    for record_id, told in env.cr.fetchall():
        origin = Origin(told["cause"], unpacked(told["data"]))
        by_source.setdefault(told["source"], {})[record_id] = origin
    env["crm.workflow.member"].invalidate_model()
    return by_source


def forget(env, workflow_ids):
    """Nobody is to enter these workflows once more."""
    env.cr.execute(
        SQL(
            """UPDATE crm_workflow_member SET queued = NULL
                WHERE workflow_id = ANY(%s) AND queued IS NOT NULL""",
            list(workflow_ids),
        )
    )
    env["crm.workflow.member"].invalidate_model()


def _out_again():
    return SQL(
        """m.queued IS NOT NULL AND NOT EXISTS (
           SELECT FROM crm_workflow_enrollment
            WHERE workflow_id = m.workflow_id AND res_id = m.res_id AND %s)""",
        _INSIDE,
    )
