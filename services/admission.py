"""Admission for people: who is queued now, and until when it will take."""

import logging
from datetime import timedelta

from ..engine.admission import admission
from . import races
from .queue import admission as queue

_logger = logging.getLogger(__name__)

#: Who has not started so long after its turn was held up by more than a busy minute.
LATE = timedelta(minutes=5)


def queue_of(workflows):
    """{workflow id: (how many wait to start, when the last of them does)}; one query."""
    now = workflows.env.cr.now()
    groups = workflows.env["crm.workflow.enrollment"]._read_group(
        [
            ("workflow_id", "in", workflows.ids),
            ("state", "=", "active"),
            ("waiting", "=", False),
            ("admission_at", ">", now),
            ("due_at", ">", now),
        ],
        ["workflow_id"],
        ["__count", "admission_at:max"],
    )
    return {workflow.id: (count, last) for workflow, count, last in groups}


def last_start(version, count):
    """When the last of ``count`` records that enter a version now would start."""
    env, per_hour = version.env, version.entries_per_hour
    moments = queue.earlier(env, version.workflow_id.id, per_hour)
    return admission(env.cr.now(), count - 1, per_hour, moments)


def make_up(env):
    """Give those new turns whose own have passed, after the server was down. Commits them.

    Otherwise all would start together, and the limit be of no use when it is needed most.
    """
    late = env.cr.now() - LATE
    if not env["crm.workflow"]._has_limits() or not queue.with_late(env, late):
        return
    try:
        races.run(env, lambda: requeue(env["crm.workflow"].browse(queue.with_late(env, late))))
        # On purpose: the runner's transactions begin with what is due then.
        env.cr.commit()  # pylint: disable=invalid-commit
    except races.LostRaces:
        _logger.info("New turns lost their races: the next tick's")


def requeue(workflows):
    """Let those who are queued start from now on, as the live version says."""
    for workflow in workflows:
        queue.requeue(workflow.env, workflow.id, workflow.live_version_id.entries_per_hour)
