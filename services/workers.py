"""Workers: who serves the queue, and how many at the same time.

Each has a lane of its own, a share of the queue, so that they seldom meet; nothing rests on that.
A worker is a scheduled action that lives as long as the setting wants it, the first of them
the one that the add-on brings; or a job of queue_job, see :mod:`.jobs`.
"""

from . import jobs
from .wake import wake as wake_crons

COUNT = "crm_workflow.workers"
MOST = 16
FIRST_CRON = "crm_workflow.ir_cron_run"
#: What a further scheduled action has in common with the first.
_ALIKE = ("active", "interval_number", "interval_type", "priority")


def count(env):
    """How many workers there are to be; a setting that is no such number means one."""
    text = env["ir.config_parameter"].sudo().get_param(COUNT) or "1"
    return min(max(int(text), 1), MOST) if text.isdecimal() else 1


def cron_count(env):
    """How many of them are scheduled actions: all, or the one that sees to the jobs."""
    return 1 if jobs.serve(env) else count(env)


def cron_xmlid(lane):
    """The external id of the scheduled action that serves a lane."""
    return f"{FIRST_CRON}_{lane + 1}" if lane else FIRST_CRON


def wake(env):
    """Let the queue be served as soon as this transaction commits."""
    wake_crons(env, *map(cron_xmlid, range(cron_count(env))))


def wake_one(env, lane):
    """The same for one lane."""
    wake_crons(env, cron_xmlid(lane))


def apply_settings(env):
    """Make the scheduled actions that the settings want, and remove those they do not.

    One that is at work cannot be removed: it does nothing any more, and goes at night.
    """
    if jobs.serve(env):
        jobs.set_up(env)
    add_missing(env)
    remove_superfluous(env)
    wake(env)


def add_missing(env):
    """Make the scheduled actions of lanes that have none."""
    first = env.ref(FIRST_CRON, raise_if_not_found=False)
    for lane in range(1, cron_count(env)) if first else ():
        if not env.ref(cron_xmlid(lane), raise_if_not_found=False):
            _add_cron(first.sudo(), lane)


def remove_superfluous(env):
    """Remove the scheduled actions of lanes that there are not any more."""
    crons_sudo = env["ir.cron"].sudo()
    for lane in range(cron_count(env), MOST):
        crons_sudo |= env.ref(cron_xmlid(lane), raise_if_not_found=False) or crons_sudo
    idle_sudo = crons_sudo.try_lock_for_update()
    actions_sudo = idle_sudo.ir_actions_server_id
    idle_sudo.unlink()
    actions_sudo.unlink()


def _add_cron(first_sudo, lane):
    values = {
        **{name: first_sudo[name] for name in _ALIKE},
        "name": f"{first_sudo.cron_name} ({lane + 1})",
        "model_id": first_sudo.model_id.id,
        "user_id": first_sudo.user_id.id,
        "state": "code",
        "code": f"model._cron_run({lane})",
    }
    # An external id lets it go with the add-on; an update of the add-on passes over it.
    own = {"xml_id": cron_xmlid(lane), "values": values, "noupdate": True}
    first_sudo._load_records([own])
