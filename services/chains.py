"""Chains of causes in words: why a step was not run, for whoever finds the parked record."""

from ..engine import causes


def chain_text(env, chain, own_link):
    """Why a step stops at the end of a chain, with the way that led there.

    :param own_link: the link of the step that is not run
    """
    way = " → ".join(_names(env, (*chain, own_link)))
    if own_link in chain:
        return env._("Stopped a loop: this step is caused by its own effect. %s", way)
    return env._(
        "Stopped a chain: %(count)s steps, each caused by the one before, led here. %(way)s",
        count=causes.MAX_DEPTH,
        way=way,
    )


def _names(env, chain):
    """“Workflow: step” for each link; the key of a step that is gone. Two queries at most."""
    steps = env["crm.workflow.action"].search([("key", "in", [*map(causes.key_of, chain)])])
    # Copies of a workflow have its keys; so have the versions, of which the newest names the step.
    names = {
        causes.link(step.workflow_id.id, step.key): f"{step.workflow_id.name}: {step._kept_name()}"
        for step in steps.sorted("id")
    }
    return [names.get(link) or causes.key_of(link) for link in chain]
