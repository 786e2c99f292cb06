"""What the processes do whose databases are upgraded, uninstalled from, and copied."""

import functools
from pathlib import Path

from verbs import allow_calls, contacts, deliver, enroll, publish, step_vals, tick

import odoo
from odoo.service.db import restore_db
from odoo.service.model import retrying


def furnish(env):
    """Leave something of every kind that the add-on has; returns {what: how many of it}."""
    triggers = [
        {"kind": "criteria", "domain": "[('create_date', '<', 'now -1d')]"},
        {"kind": "event", "event": "changed", "field_name": "ref"},
        {"kind": "event", "event": "activity_overdue"},
        {"kind": "schedule", "schedule_frequency": "days"},
        {"kind": "webhook", "webhook_path": "email"},
    ]
    steps = ["email", "increment 1", "assign 2", "call https://service.example/hook", "decide"]
    allow_calls(env, "10.0.0.0/8")
    ids = [publish(env, steps, triggers)["workflow"], publish(env, ["delay", "create"])["workflow"]]
    for workflow in ids:
        enroll(env, workflow, contacts(env, 10, email="somebody@else.example"))
    tick(env)
    env["crm.workflow"].browse(ids[1]).action_turn_off()
    env["res.partner"].browse(contacts(env, 3)).write({"ref": "changed"})
    env.cr.flush()
    cause = [("crm_workflow_decision_id", "!=", False)]
    return {
        "calls": env["crm.workflow.call"].search_count([("state", "=", "waiting")]),
        "e-mails": env["crm.workflow.mail"].search_count([]),
        "decisions": env["mail.activity"].search_count(cause),
        "facts": env["crm.workflow.event"].search_count([]),
        "webhooks": env["crm.workflow.webhook"].search_count([]),
        "records inside": env["crm.workflow.enrollment"].search_count([("state", "=", "active")]),
        "marks": env["crm.workflow.mark"].search_count([]),
        "rotas": env["crm.workflow.rota"].search_count([]),
    }


def publish_tasks(env, count):
    """Let tasks wait in a workflow of tasks; returns as :func:`publish` does."""
    object_type = env["crm.workflow.object"].search([("model_name", "=", "project.task")])
    workflow = env["crm.workflow"].create({"name": "Tasks", "object_id": object_type.id})
    version = workflow.draft_version_id
    trigger = {"kind": "criteria", "domain": "[('priority', '=', '1')]", "reenroll": True}
    env["crm.workflow.trigger"].create({"version_id": version.id, **trigger})
    action = env["ir.actions.server"].create(
        {
            "name": "Rename",
            "model_id": env["ir.model"]._get_id("project.task"),
            "usage": "crm_workflow",
            "state": "object_write",
            "update_path": "name",
            "value": "Renamed",
        }
    )
    for sequence, step in enumerate((step_vals(env, "delay"), {"kind": "server"})):
        more = {"server_action_id": action.id} if step["kind"] == "server" else {}
        place = {"version_id": version.id, "sequence": sequence}
        env["crm.workflow.action"].create(place | step | more)
    workflow.action_publish()
    workflow.enroll(_tasks(env, count))
    return {"workflow": workflow.id}


def publish_again_with_tasks(env, workflow, count):
    """Edit and publish a workflow of tasks, and let new tasks enter; returns how many did."""
    workflow = env["crm.workflow"].browse(workflow)
    workflow.action_edit()
    workflow.draft_version_id.action_ids.filtered(lambda step: step.kind == "delay").unlink()
    workflow.action_publish()
    return len(workflow.enroll(_tasks(env, count)))


def _tasks(env, count):
    project = env["project.project"].create({"name": "Project"})
    return env["project.task"].create(
        [{"name": f"Task {n}", "project_id": project.id} for n in range(count)]
    )


def serve_all(env, smtp_port):
    """All that the scheduler does for workflows and their e-mails, until they are still."""
    odoo.tools.config["smtp_port"] = smtp_port
    for _round in range(3):
        tick(env)
        deliver(env)
        env["mail.mail"].process_email_queue()
        env.cr.commit()


def resume(env, workflow):
    """Let a paused workflow act."""
    env["crm.workflow"].browse(workflow).action_resume()


def restore(env, database, file):
    """Restore a backup in the place of its original, as the database manager does."""
    odoo.tools.config["list_db"] = True
    restore_db(database, file, copy=False)


def write_until(env, last_call, record_ids, vals):
    """Change contacts one by one, as users do, while the file ``last_call`` exists.

    Returns how many it was.
    """
    for count, record_id in enumerate(record_ids):
        if not Path(last_call).exists():
            return count
        record = env["res.partner"].browse(record_id)
        retrying(functools.partial(record.write, vals), env)
        env.cr.commit()
    return len(record_ids)
