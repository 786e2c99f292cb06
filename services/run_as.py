"""Run as: whose rights a workflow may use, and who decides that.

Who designs a workflow decides what its run-as user's rights are used for. So people let workflows
run as themselves; as anybody else, an administrator alone lets them, who may do everything anyway.
This is asked when a run-as user or the companies are chosen, and again at each publishing, because
the steps may be somebody else's.
"""

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError, ValidationError


def may_use(env, workflows_sudo):
    """True when the user of ``env`` may let all of the workflows run as their run-as users."""
    if env.su or env.user.has_group("base.group_system"):
        return True
    return all(workflow.run_as_id == env.user for workflow in workflows_sudo)


def check_may_use(env, workflows_sudo):
    """Refuse what the user of ``env`` may not let run as its run-as user.

    :raise UserError: naming the cure
    """
    if not may_use(env, workflows_sudo):
        raise UserError(
            env._(
                "Only administrators let a workflow run as somebody else: choose yourself, "
                "or ask an administrator to publish it."
            )
        )


def check_is_person(workflows):
    """Workflows act for people who work here: a visitor has no place in it, and OdooBot no limits.

    :raise ValidationError: naming the user
    """
    for user in workflows.run_as_id:
        if user.share or user.id == SUPERUSER_ID:
            raise ValidationError(
                workflows.env._("A workflow cannot run as %s: choose an internal user.", user.name)
            )
