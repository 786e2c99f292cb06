"""Chains of causes in words: why a step was not run, for whoever finds the parked record."""

from ..engine import causes
from . import reach


def chain_text(env, chain, own_link):
    """Why a step stops at the end of a chain, with the way that led there.

    :param own_link: the link of the step that is not run
    """
    stopped_in = env["crm.workflow"].sudo().browse(causes.last_workflow_id(own_link))
    way = " → ".join(_names((*chain, own_link), stopped_in))
    if own_link in chain:
        return env._("Stopped a loop: this step is caused by its own effect. %s", way)
    return env._(
        "Stopped a chain: %(count)s steps, each caused by the one before, led here. %(way)s",
        count=causes.MAX_DEPTH,
        way=way,
    )


def _names(chain, reader_sudo):
    """“Workflow: step” for each link; the key of a step that is gone, or of a workflow that not
    all may see who read of the workflow ``reader_sudo``. A handful of queries.
    """
    keys = [*map(causes.key_of, chain)]
    steps = reader_sudo.env["crm.workflow.action"].search([("key", "in", keys)])
    # Copies of a workflow have its keys; so have the versions, of which the newest names the step.
    names = {
        causes.link(step.workflow_id.id, step.key): f"{step.workflow_id.name}: {step._kept_name()}"
        for step in steps.sorted("id")
        if reach.is_told(step.workflow_id, reader_sudo)
    }
    return [names.get(link) or causes.key_of(link) for link in chain]
