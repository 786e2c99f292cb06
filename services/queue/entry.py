"""Entry: who turned from not matching to matching, and who enters."""

import json
from datetime import datetime
from typing import NamedTuple

from odoo.tools import SQL

from ...engine.typed_json import packed
from . import admission
from .snapshots import SNAPSHOT

SHARDS = 64


class Origin(NamedTuple):
    """What brought a record in: the chain of steps as text, and what the trigger tells.

    ``data`` is a dict of what :mod:`~...engine.typed_json` knows; it stays with the enrollment for
    the steps to come. Records are in it where this add-on put them: foreign JSON names none. ``at``
    is when it happened, if it did at one moment, and ``transaction`` in which transaction.
    """

    cause: str | None = None
    data: dict | None = None
    at: datetime | None = None
    transaction: str | None = None

    @property
    def packed_data(self):
        """``data`` as JSON knows it, for the database."""
        return packed(self.data, longest=None)


class Start(NamedTuple):
    """Where and when someone begins who is enrolled by hand, and what the ledger says about it."""

    action_id: int
    at: datetime
    message: str | None = None


#: Inside the query ``matching`` of :func:`turned`: its candidates, so that their ids travel once.
CANDIDATES = SQL("(SELECT id FROM candidate)")


def ids_text(ids):
    """A list of ids as PostgreSQL writes an array: made once, it travels to many statements."""
    return f"{{{','.join(map(str, ids))}}}"


def union(*queries):
    """The records of several queries, each once."""
    return SQL(" UNION ").join(queries)


def turned(env, workflow_id, bit, matching, among=None):
    """Remember who matches a trigger now, and return the ids that did not before.

    Only those are read who match now or did before, which are few where many have changed.

    :param bit: the trigger's place in the members' bit set, as a power of two
    :param matching: query for those that match, of the candidates alone
    :param among: the candidates, as :func:`ids_text` writes them; None for all records there are
    """
    candidates = SQL("candidate AS (SELECT unnest(%s::int[]) AS id),", among)
    rows = env.execute_query(
        SQL(
            """WITH %(candidates)s
                    matching AS (%(matching)s),
                    before AS (
                        SELECT res_id AS id FROM crm_workflow_member
                         WHERE workflow_id = %(workflow)s AND matching & %(bit)s <> 0 %(among)s
                    ),
                    turned AS (
                        SELECT COALESCE(m.id, b.id) AS id, m.id IS NOT NULL AS matches
                          FROM matching m FULL JOIN before b ON b.id = m.id
                         WHERE m.id IS NULL OR b.id IS NULL
                    ),
                    remembered AS (
                        INSERT INTO crm_workflow_member AS r (workflow_id, res_id, matching, passes)
                        SELECT %(workflow)s, id, CASE WHEN matches THEN %(bit)s ELSE 0 END, 0
                          FROM turned ORDER BY id
                   ON CONFLICT (workflow_id, res_id) DO UPDATE
                           SET matching = CASE WHEN excluded.matching = 0 THEN r.matching & ~%(bit)s
                                               ELSE r.matching | %(bit)s END
                    )
               SELECT id FROM turned WHERE matches ORDER BY id""",
            candidates=SQL() if among is None else candidates,
            matching=matching,
            among=SQL() if among is None else SQL("AND res_id IN %s", CANDIDATES),
            workflow=workflow_id,
            bit=bit,
        )
    )
    return [row[0] for row in rows]


def enter(env, version, candidates, source, again, user_id=None, start=None):
    """Open enrollments, for those who may enter. One statement.

    Who is inside, or has been and may not come back, is passed over without error. Without
    ``start`` they begin at the first step, as soon as the version's limit admits them.

    :param version: the live version
    :param candidates: {record id: :class:`Origin`}
    :param again: whether a record that has been through may enter once more
    :param start: a :class:`Start` for all of them, whatever the limit
    :return: ids of the enrollments opened
    """
    first = version._program().first
    if not candidates or first is None:
        return []
    per_hour = 0 if start else version.entries_per_hour
    start = start or Start(first.id, env.cr.now())
    env.cr.execute(
        SQL(
            """WITH candidate AS (
                        SELECT * FROM unnest(%(ids)s::int[], %(causes)s::varchar[],
                                             %(data)s::text[]) AS c(id, cause, data)
                    ),
                    eligible AS (
                        SELECT c.id, c.cause, c.data::jsonb AS data FROM candidate c
                     LEFT JOIN crm_workflow_member m
                               ON m.workflow_id = %(workflow)s AND m.res_id = c.id
                         WHERE %(again)s OR COALESCE(m.passes, 0) = 0
                      ORDER BY c.id
                    ),
                    starting AS (%(starting)s),
                    entered AS (
                        INSERT INTO crm_workflow_enrollment
                               (workflow_id, version_id, res_model, res_id,
                                state, action_id, due_at, admission_at, waiting, reached_at,
                                enrolled_at, enrolled_snapshot, source, user_id, visit, attempts,
                                cause, data, shard)
                        SELECT %(workflow)s, %(version)s, %(model)s, id,
                               'active', %(step)s, due_at, admission_at, false, %(now)s,
                               %(now)s, %(snapshot)s, %(source)s, %(user)s, 1, 0,
                               cause, data, id %% %(shards)s
                          FROM starting
                   ON CONFLICT DO NOTHING
                     RETURNING id, res_id
                    ),
                    logged AS (
                        INSERT INTO crm_workflow_log
                               (workflow_id, enrollment_id, version_id, visit, outcome, message,
                                started_at, at)
                        SELECT %(workflow)s, id, %(version)s, 1, 'entered', %(message)s,
                               %(now)s, %(now)s
                          FROM entered
                    ),
                    remembered AS (
                        INSERT INTO crm_workflow_member AS m
                               (workflow_id, res_id, matching, passes,
                                first_entry_at, last_entry_at)
                        SELECT %(workflow)s, res_id, 0, 1, %(now)s, %(now)s FROM entered
                   ON CONFLICT (workflow_id, res_id) DO UPDATE
                           SET passes = m.passes + 1, last_entry_at = excluded.last_entry_at,
                               first_entry_at = COALESCE(m.first_entry_at, excluded.first_entry_at)
                    )
               SELECT id FROM entered""",
            ids=list(candidates),
            causes=[origin.cause for origin in candidates.values()],
            data=[origin.data and json.dumps(origin.packed_data) for origin in candidates.values()],
            workflow=version.workflow_id.id,
            version=version.id,
            model=version.model_name,
            starting=admission.in_turn(env, version.workflow_id.id, per_hour)
            if per_hour
            else admission.together(start.at),
            step=start.action_id,
            message=start.message,
            now=env.cr.now(),
            snapshot=SNAPSHOT,
            source=source,
            user=user_id,
            again=again,
            shards=SHARDS,
        )
    )
    return [row[0] for row in env.cr.fetchall()]


def forget_matching(env, workflow_id, bits):
    """Clear what members remember of triggers that the live version does not have."""
    env.cr.execute(
        SQL(
            """UPDATE crm_workflow_member SET matching = matching & %(bits)s
                WHERE workflow_id = %(workflow)s AND matching & ~%(bits)s <> 0""",
            workflow=workflow_id,
            bits=bits,
        )
    )
