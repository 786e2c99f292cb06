"""Batches: where enrollments stand after one, with what its ledger says."""

import json
from datetime import datetime
from typing import NamedTuple

from odoo.tools import SQL

from .moves import MOVED
from .snapshots import SNAPSHOT


class Place(NamedTuple):
    """Where an enrollment stands when its batch is over; the order of fields is the statement's."""

    id: int
    state: str
    action_id: int | None
    due_at: datetime | None
    waiting: bool
    reached_at: datetime | None
    finished_at: datetime | None
    reason: str | None
    visit: int
    attempts: int
    #: what its steps have left for later ones, as JSON; nothing to leave what there is
    outputs: str | None = None


class Entry(NamedTuple):
    """One row of the ledger; the order of fields is the statement's."""

    workflow_id: int
    enrollment_id: int
    version_id: int
    action_id: int | None
    action_key: str | None
    path_key: str | None
    visit: int
    outcome: str
    message: str | None
    started_at: datetime | None
    at: datetime


def settle(env, places, entries):
    """Write the outcome of a batch: every place, and every row of the ledger.

    Of those that came to a step that waits for facts is kept what could be seen then: what others
    commit later is news to them, whenever it began.
    """
    if places:
        waiting_steps = env["crm.workflow"]._watches().steps.values()
        env.cr.execute(
            SQL(
                """UPDATE crm_workflow_enrollment e
                      SET state = p.state, action_id = p.action_id, due_at = p.due_at,
                          waiting = p.waiting, reached_at = p.reached_at,
                          reached_snapshot = CASE
                              WHEN p.reached_at = %s AND p.action_id = ANY(%s::int[])
                              THEN %s ELSE e.reached_snapshot END,
                          finished_at = p.finished_at, reason = p.reason,
                          visit = p.visit, attempts = p.attempts,
                          outputs = CASE WHEN p.outputs IS NULL THEN e.outputs
                                         ELSE coalesce(e.outputs, '{}') || p.outputs::jsonb END
                     FROM unnest(%s::int[], %s::varchar[], %s::int[], %s::timestamp[],
                                 %s::bool[], %s::timestamp[],
                                 %s::timestamp[], %s::varchar[],
                                 %s::int[], %s::int[], %s::text[])
                          AS p(id, state, action_id, due_at,
                               waiting, reached_at,
                               finished_at, reason,
                               visit, attempts, outputs)
                    WHERE e.id = p.id AND e.id = ANY(%s)""",
                env.cr.now(),
                [step_id for ids in waiting_steps for step_id in ids],
                SNAPSHOT,
                *_columns(places),
                # Says the same again: from the join alone the planner would read the whole table.
                [place.id for place in places],
            )
        )
        # A step of the same transaction may have read what others had left.
        if any(place.outputs for place in places):
            env["crm.workflow.enrollment"].invalidate_model(["outputs"])
    if entries:
        env.cr.execute(
            SQL(
                """INSERT INTO crm_workflow_log
                               (workflow_id, enrollment_id, version_id, action_id, action_key,
                                path_key, visit, outcome, message, started_at, at)
                   SELECT * FROM unnest(%s::int[], %s::int[], %s::int[], %s::int[], %s::varchar[],
                                        %s::varchar[], %s::int[], %s::varchar[], %s::text[],
                                        %s::timestamp[], %s::timestamp[])""",
                *_columns(entries),
            )
        )


def keep_frames(env, frames):
    """Remember where enrollments stand in their loops: {enrollment id: JSON, or None}."""
    if not frames:
        return
    env.cr.execute(
        SQL(
            """UPDATE crm_workflow_enrollment e
                  SET frames = p.frames::jsonb
                 FROM unnest(%s::int[], %s::text[]) AS p(id, frames)
                WHERE e.id = p.id AND e.id = ANY(%s)""",
            list(frames),
            [kept and json.dumps(kept) for kept in frames.values()],
            list(frames),
        )
    )


class Taken(NamedTuple):
    """An enrollment that a batch holds."""

    id: int
    #: its visits when the batch took it
    visit: int
    #: the batch is to write where it stands, and its ledger, whatever others do to it
    is_moving: bool


def have_moved(env):
    """True when something has been done to enrollments since this was asked last."""
    return env.cr.cache.pop(MOVED, False)


def take_back(env, taken):
    """What the running step did to enrollments that its batch holds, itself or others.

    Of those that the batch moves it is undone in the ledger: the batch writes their ledger
    itself, and would count the same visit twice. Asked where they :func:`have_moved`.

    :param taken: a list of :class:`Taken`
    :return: {enrollment id: (outcome, message) of the last thing done to it}
    """
    env.cr.execute(
        SQL(
            """WITH taken AS (
                        SELECT * FROM unnest(%s::int[], %s::int[], %s::bool[])
                                   AS t(id, visit, is_moving)
                    ),
                    told AS (
                        SELECT l.id, l.enrollment_id, l.visit, l.outcome, l.message, t.is_moving
                          FROM taken t
                          JOIN crm_workflow_log l
                            ON l.enrollment_id = t.id AND l.visit > t.visit
                         WHERE l.enrollment_id = ANY(%s)
                    ),
                    undone AS (
                        DELETE FROM crm_workflow_log l USING told
                         WHERE l.id = told.id AND told.is_moving
                    )
               SELECT enrollment_id, outcome, message FROM told ORDER BY visit""",
            *_columns(taken),
            # Says the same again: from the join alone the planner would read the whole table.
            [one.id for one in taken],
        )
    )
    return {
        enrollment_id: (outcome, message or "")
        for enrollment_id, outcome, message in env.cr.fetchall()
    }


def _columns(rows):
    return [_array(column) for column in zip(*rows, strict=True)]


def _array(values):
    """A column for ``unnest``: texts as a list, all else as a literal.

    psycopg2 adapts a list value by value, which for moments and numbers takes longer than
    PostgreSQL takes to write them.
    """
    if any(isinstance(value, str) for value in values):
        return list(values)
    elements = ",".join("NULL" if value is None else str(value) for value in values)
    return f"{{{elements}}}"
