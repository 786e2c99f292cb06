"""Counts for people, one grouped read for any number of workflows."""

from odoo import fields
from odoo.tools import SQL

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


def _nothing():
    names = (*(f"{name}_count" for name in _STATES.values()), "entered_count", "today_count")
    return {**dict.fromkeys(names, 0), "last_activity_at": False}
