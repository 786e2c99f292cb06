"""Counts for people, one grouped read for any number of workflows."""

from typing import NamedTuple

from odoo import fields
from odoo.tools import SQL


class Goals(NamedTuple):
    """How many entered and how many of them reached the goal, in how many seconds."""

    entered: int = 0
    reached: int = 0
    mean: float | None = None
    median: float | None = None


_STATES = {"active": "inside", "parked": "parked", "completed": "completed", "exited": "exited"}


def workflow_counts(workflows):
    """{workflow id: {inside_count, parked_count, completed_count, exited_count, entered_count,
    today_count, last_activity_at}}; entered is always the sum of the four before it."""
    counts = {workflow_id: _nothing() for workflow_id in workflows._origin.ids or workflows.ids}
    for workflow in workflows:
        counts.setdefault(workflow.id, _nothing())
    Enrollment = workflows.env["crm.workflow.enrollment"].sudo()
    ours = [("workflow_id", "in", workflows.ids)]
    for workflow, state, count in Enrollment._read_group(
        ours, ["workflow_id", "state"], ["__count"]
    ):
        counts[workflow.id][f"{_STATES[state]}_count"] = count
        counts[workflow.id]["entered_count"] += count
    today = [*ours, ("enrolled_at", ">=", fields.Date.context_today(workflows))]
    for workflow, count in Enrollment._read_group(today, ["workflow_id"], ["__count"]):
        counts[workflow.id]["today_count"] = count
    for workflow_id, moment in last_activity(workflows.env, workflows.ids).items():
        counts[workflow_id]["last_activity_at"] = moment
    return counts


def last_activity(env, workflow_ids):
    """{workflow id: moment of its newest row in the ledger}; one index look-up per workflow."""
    env.cr.execute(
        SQL(
            """SELECT w.id, newest.at FROM unnest(%s::int[]) AS w(id)
           CROSS JOIN LATERAL (
                      SELECT at FROM crm_workflow_log WHERE workflow_id = w.id
                    ORDER BY at DESC LIMIT 1
                 ) AS newest""",
            list(workflow_ids),
        )
    )
    return dict(env.cr.fetchall())


def goals(env, column, ids):
    """Who reached the goal, and how fast: {id: Goals} for workflows or versions; one grouped query.

    :param column: ``workflow_id`` or ``version_id`` of the enrollment
    """
    env.cr.execute(
        SQL(
            """SELECT %(column)s, count(*),
                      count(*) FILTER (WHERE %(reached)s),
                      avg(%(seconds)s) FILTER (WHERE %(reached)s),
                      percentile_cont(0.5) WITHIN GROUP (ORDER BY %(seconds)s)
                          FILTER (WHERE %(reached)s)
                 FROM crm_workflow_enrollment WHERE %(column)s = ANY(%(ids)s)
             GROUP BY %(column)s""",
            column=SQL.identifier(column),
            reached=SQL("state = 'exited' AND reason = 'goal'"),
            seconds=SQL("EXTRACT(EPOCH FROM finished_at - enrolled_at)"),
            ids=list(ids),
        )
    )
    return {row[0]: Goals(*row[1:]) for row in env.cr.fetchall()}


def _nothing():
    names = (*(f"{name}_count" for name in _STATES.values()), "entered_count", "today_count")
    return {**dict.fromkeys(names, 0), "last_activity_at": False}
