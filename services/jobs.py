"""Jobs: OCA's queue_job serves the queue instead of scheduled actions, where it is installed.

The add-on does not depend on it, and meets it by name. A job serves one lane for
:data:`SECONDS`, batch by batch as a scheduled action would, and leaves a successor when more
is due. The first scheduled action is woken as ever, and once a minute: it makes a job for
each lane that is due and has none waiting, and never one per record. What it looks at says
nothing about jobs that are at work: two of one lane only cost time.

Should nobody take the jobs up, because no job runner is on, the scheduled action does their work.
"""

import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, api

from .queue import claims

_logger = logging.getLogger(__name__)

SERVED_BY = "crm_workflow.served_by"
JOBS = "jobs"
CHANNEL = "crm_workflow"
METHOD = "_job_run"
#: A job ends well before the limits of a request.
SECONDS = 20
#: A lane whose job is at work gets another only so much later: it may see to it all by itself.
PAUSE = timedelta(seconds=2)
#: What has waited so long is not taken up by anybody.
PATIENCE = timedelta(minutes=5)
_WAITING = ("pending", "enqueued")


def are_wanted(env):
    """True when the settings want jobs."""
    return env["ir.config_parameter"].sudo().get_param(SERVED_BY) == JOBS


def are_possible(env):
    """True when queue_job is installed."""
    return "queue.job" in env


def serve(env):
    """True when jobs serve the queue."""
    return are_wanted(env) and are_possible(env)


def make_missing(env, shards):
    """Make a job for each lane with something due and none waiting.

    :param shards: {lane: (first, last) of its shards}
    :return: lanes whose job nobody has taken up for :data:`PATIENCE`
    """
    abandoned = []
    due = claims.lanes_due(env, shards, env.cr.now())
    jobs_sudo = _open_jobs(env) if due else ()
    for lane in due:
        own = [job for job in jobs_sudo if job.identity_key in (_key(lane), _key(lane, True))]
        waiting = [job for job in own if job.state in _WAITING]
        if not waiting:
            _make(env, lane, later=bool(own))
        elif max(map(_waits_since, waiting)) < env.cr.now() - PATIENCE:
            abandoned.append(lane)
    return abandoned


def make_next(env, lane):
    """Make the job that goes on where one ends."""
    _make(env, lane)


def set_up(env):
    """Let jobs of ours commit, and run on a channel of their own; keeps what is there."""
    channels_sudo = env["queue.job.channel"].sudo()
    functions_sudo = env["queue.job.function"].sudo()
    root_sudo = env.ref("queue_job.channel_root").sudo()
    own = [("name", "=", CHANNEL), ("parent_id", "=", root_sudo.id)]
    channel_sudo = channels_sudo.search(own) or channels_sudo.create(
        {"name": CHANNEL, "parent_id": root_sudo.id}
    )
    function_sudo = functions_sudo.search([("name", "=", _function_name(env))])
    if not function_sudo:
        functions_sudo.create(
            {
                "model_id": env["ir.model"]._get_id("crm.workflow"),
                "method": METHOD,
                "channel_id": channel_sudo.id,
                "allow_commit": True,
            }
        )
    elif not function_sudo.allow_commit:
        function_sudo.allow_commit = True


def tear_down(env):
    """Leave nothing of ours in queue_job."""
    if not are_possible(env):
        return
    env["queue.job"].sudo().search([("channel_method_name", "=", _function_name(env))]).unlink()
    env["queue.job.function"].sudo().search([("name", "=", _function_name(env))]).unlink()
    channel = [("complete_name", "=", f"root.{CHANNEL}"), ("job_function_ids", "=", False)]
    env["queue.job.channel"].sudo().search(channel).unlink()


def _make(env, lane, later=False):
    """Make a job, unless one alike is waiting."""
    # As the scheduler, whoever caused it, and without anything of his context.
    own_env = api.Environment(env.cr, SUPERUSER_ID, {})
    if not own_env["queue.job.function"].job_config(_function_name(env)).allow_commit:
        set_up(env)
    delayed = own_env["crm.workflow"].with_delay(
        description=env._("Workflows: move records on (%s)", lane + 1),
        identity_key=_key(lane, later),
        eta=env.cr.now() + PAUSE if later else None,
        # It is tried for ever: what kills a worker is found by its ticket.
        max_retries=0,
    )
    getattr(delayed, METHOD)(lane)


def _open_jobs(env):
    mine = [
        ("channel_method_name", "=", _function_name(env)),
        ("state", "in", (*_WAITING, "started")),
    ]
    return env["queue.job"].sudo().search(mine)


def _waits_since(job):
    """When something last happened to a job: one that was put back has been at work before."""
    return max(filter(None, (job.date_created, job.date_enqueued, job.date_started)))


def _key(lane, later=False):
    return f"crm_workflow:{lane}:later" if later else f"crm_workflow:{lane}"


def _function_name(env):
    return env["queue.job.function"].job_function_name("crm.workflow", METHOD)
