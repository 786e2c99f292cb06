"""Workflows and automation rules, as the contestants need them."""

from odoo.fields import Command
from odoo.tools import SQL

from .contacts import FUNCTION

#: Tables that a step, a wait or an entry writes.
TABLES = tuple(f"crm_workflow_{name}" for name in ("enrollment", "log", "member", "ticket"))
MATCHING = repr([("function", "=", FUNCTION)])


def silence(env):
    """Switch off the workflows of the demo data."""
    env["crm.workflow"].sudo().search([("state", "in", ("on", "paused"))]).action_turn_off("end")


def workflow(env, name, triggers=(), steps=(), object_xmlid="object_contact"):
    """A draft with triggers (condition as text) and steps (dicts of values)."""
    own = env["crm.workflow"].create(
        {"name": name, "object_id": env.ref(f"crm_workflow.{object_xmlid}").id}
    )
    version = own.draft_version_id
    env["crm.workflow.trigger"].create(
        [{"version_id": version.id, "kind": "criteria", "domain": domain} for domain in triggers]
    )
    env["crm.workflow.action"].create(
        [
            {"version_id": version.id, "sequence": sequence, **vals}
            for sequence, vals in enumerate(steps or [{"kind": "end"}], 1)
        ]
    )
    return own


def live(env, count, field="function", object_xmlid="object_contact"):
    """Live workflows, each waiting for a value of a field that never comes."""
    for number in range(count):
        domain = repr([(field, "=", f"nobody has {number}")])
        workflow(env, f"Watch {number}", [domain], object_xmlid=object_xmlid).action_publish()


def write_step(env):
    """Values of a step that writes one field."""
    action = env["ir.actions.server"].create({**_write_action(env), "usage": "crm_workflow"})
    return {"kind": "server", "server_action_id": action.id}


def rules(env, count):
    """Odoo's automation rules with the same condition as :func:`live`."""
    partner = env["ir.model"]._get("res.partner")
    field = env["ir.model.fields"]._get("res.partner", "function")
    env["base.automation"].sudo().create(
        [
            {
                "name": f"Watch {number}",
                "model_id": partner.id,
                "trigger": "on_create_or_write",
                "trigger_field_ids": [Command.set(field.ids)],
                "filter_domain": repr([("function", "=", f"nobody has {number}")]),
                "action_server_ids": [
                    Command.create({**_write_action(env), "usage": "base_automation"})
                ],
            }
            for number in range(count)
        ]
    )


def writing_rule(env):
    """A rule that writes ``ref`` on whoever gets another ``function``."""
    acting_rule(env, {})


def acting_rule(env, vals):
    """A rule that acts on whoever gets another ``function``.

    :param vals: values of its server action, beside those of one that writes ``ref``
    """
    rules(env, 1)
    rule_sudo = env["base.automation"].sudo().search([("name", "=", "Watch 0")])
    rule_sudo.filter_domain = "[]"
    rule_sudo.action_server_ids.write(vals)


def _write_action(env):
    return {
        "name": "Set reference",
        "model_id": env["ir.model"]._get_id("res.partner"),
        "state": "object_write",
        "update_path": "ref",
        "evaluation_type": "value",
        "value": "moved",
    }


def empty(env):
    """Nobody has ever entered anything."""
    env.cr.execute(SQL("TRUNCATE %s CASCADE", SQL(", ").join(map(SQL.identifier, TABLES))))


def enrol_all(env, version, ids):
    """Everyone stands at the first step of a version, due now, and nothing else has happened."""
    empty(env)
    env.cr.execute(
        """WITH entered AS (
               INSERT INTO crm_workflow_enrollment
                      (workflow_id, version_id, res_model, res_id, state, action_id, due_at,
                       waiting, reached_at, enrolled_at, source, visit, attempts, shard)
               SELECT %(workflow)s, %(version)s, 'res.partner', id, 'active', %(step)s, %(now)s,
                      false, %(now)s, %(now)s, 'existing', 1, 0, id %% 64
                 FROM unnest(%(ids)s) AS id RETURNING id
           )
           INSERT INTO crm_workflow_log
                  (workflow_id, enrollment_id, version_id, visit, outcome, started_at, at)
           SELECT %(workflow)s, id, %(version)s, 1, 'entered', %(now)s, %(now)s FROM entered""",
        {
            "workflow": version.workflow_id.id,
            "version": version.id,
            "step": version._program().first.id,
            "now": env.cr.now(),
            "ids": list(ids),
        },
    )
    env["crm.workflow.enrollment"].invalidate_model()


def slices(ids, size=1_000):
    """The ids in lists of a size."""
    return [ids[start : start + size] for start in range(0, len(ids), size)]
