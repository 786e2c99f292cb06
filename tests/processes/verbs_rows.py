"""What the processes do to the rows of single queues."""

from datetime import timedelta


def call_webhook(env, workflow, payloads):
    """Note calls of a workflow's webhook, as its door does; returns their ids."""
    from odoo.addons.crm_workflow.services.queue.calls import add_call

    webhook = env["crm.workflow.webhook"].search([("workflow_id", "=", workflow)])
    return [add_call(env, webhook, 202, payload) for payload in payloads]


def leave_alone(env, enrollment_ids):
    """Let enrollments rest, as those do that others have in hands; returns how many were free."""
    from odoo.addons.crm_workflow.services.queue.claims import postpone

    return postpone(env, enrollment_ids, timedelta(minutes=1))


def clean_up(env):
    """Forget what is old, once; returns how many rows."""
    return env["crm.workflow"]._gc_history()[0]
