"""Steps with an effect of Odoo's own: an activity, an e-mail in the queue, a new record."""

from odoo.fields import Command

from ..contacts import ids
from ..databases import copy, tidy, user_env
from ..passage import Passage, move_on, rounds
from ..race import Contestant, race
from ..workflows import acting_rule, slices

#: Automation rules take records one by one: so many stand for all.
FOR_RULES = 100
MARK = "Bench"


def races(records, quick):
    many = rounds(records, quick)
    for title, name, ratio in (
        ("Act: plan an activity", "activity", 1.5),
        ("Act: queue an e-mail", "email", 1.2),
        ("Act: create a deal", "create", 1.3),
    ):
        yield race(title, records, _contestants(records, name, ratio), many)


def _contestants(records, name, ratio):
    undo, tables = UNDO[name]
    passage = Passage(records, name, lambda env: [STEPS[name](env)], undo, tables)
    env, everyone = passage.env, passage.everyone
    effect, kept = FLOORS[name]
    contestants = [
        Contestant("ORM, the effect alone", lambda: _all(env, everyone, effect), passage.reset),
        Contestant("ORM, with the rows", lambda: _all(env, everyone, kept, move_on), passage.reset),
        Contestant("crm_workflow", passage.run, passage.reset, {"ratio": ratio}),
    ]
    if records <= 1_000:
        contestants.append(_rule(records, name))
    return contestants


def _all(env, everyone, *parts):
    """In batches: what a careful programmer would write."""
    for some in slices(everyone):
        for part in parts:
            part(env, some)
        env.cr.commit()


def _action(env, **vals):
    common = {"name": MARK, "model_id": env["ir.model"]._get_id("res.partner")}
    action = env["ir.actions.server"].create({**common, "usage": "crm_workflow", **vals})
    return {"kind": "server", "server_action_id": action.id}


# Activities


def _activity_vals(env):
    return {
        "state": "next_activity",
        "activity_type_id": env.ref("mail.mail_activity_data_todo").id,
        "activity_summary": MARK,
        "activity_user_type": "specific",
        "activity_user_id": env.uid,
    }


def _activity_step(env):
    return _action(env, **_activity_vals(env))


def _plan(env, some):
    """Without Odoo's e-mail about each."""
    activities = env["mail.activity"].with_context(mail_activity_quick_update=True)
    shared = {
        "activity_type_id": env.ref("mail.mail_activity_data_todo").id,
        "summary": MARK,
        "user_id": env.uid,
        "res_model_id": env["ir.model"]._get_id("res.partner"),
    }
    activities.create([{**shared, "res_id": record_id} for record_id in some])


# E-mails


def _template(env):
    known = env["mail.template"].search([("name", "=", MARK)], limit=1)
    return known or env["mail.template"].create(
        {
            "name": MARK,
            "model_id": env["ir.model"]._get_id("res.partner"),
            "subject": MARK,
            "body_html": '<p>Hello <t t-out="object.name"/></p>',
            "use_default_to": True,
            "auto_delete": False,
        }
    )


def _email_step(env):
    template = _template(env).id
    own = {"crm_workflow_email_by": "template", "crm_workflow_email_template_id": template}
    return _action(env, state="crm_workflow_email", **own)


def _mail(env, some):
    """As Odoo itself queues e-mails by a template."""
    return _template(env).send_mail_batch(some, force_send=False)


def _mail_kept(env, some):
    """The same, and what bounces, openings and limits are known by."""
    mails = _mail(env, some)
    now = env.cr.now()
    notified = [
        {
            "author_id": mail.author_id.id,
            "mail_message_id": mail.mail_message_id.id,
            "mail_mail_id": mail.id,
            "res_partner_id": mail.recipient_ids.id,
            "notification_type": "email",
            "is_read": True,
        }
        for mail in mails
    ]
    env["mail.notification"].sudo().create(notified)
    workflow = env["crm.workflow"].search([], limit=1)
    common = {
        "workflow_id": workflow.id,
        "res_model": "res.partner",
        "at": now,
        "kept_subject": MARK,
    }
    kept = (
        env["crm.workflow.mail"]
        .sudo()
        .create(
            [
                {**common, "res_id": mail.res_id, "partner_ids": mail.recipient_ids.ids}
                for mail in mails
            ]
        )
    )
    for mail, row in zip(mails, kept, strict=True):
        mail.crm_workflow_mail_id = row


# New records


def _create_vals(env):
    return {"crm_workflow_model_id": env["ir.model"]._get_id("crm.lead")}


def _create_step(env):
    lines = [
        {"field_name": "name", "how": "text", "expression": f"{MARK} {{{{ object.name }}}}"},
        {"field_name": "partner_id", "how": "formula", "expression": "object"},
    ]
    commands = [Command.create({"sequence": n, **line}) for n, line in enumerate(lines)]
    own = {"crm_workflow_assignment_ids": commands, **_create_vals(env)}
    return _action(env, state="crm_workflow_create", **own)


def _create(env, some):
    partners = env["res.partner"].browse(some)
    env["crm.lead"].create(
        [{"name": f"{MARK} {one.name}", "partner_id": one.id} for one in partners]
    )


# What Odoo's automation rules offer for the same


def _rule_activity(env):
    return _activity_vals(env)


def _rule_email(env):
    return {"state": "mail_post", "template_id": _template(env).id, "mail_post_method": "email"}


def _rule_create(env):
    return {"state": "object_create", "crud_model_id": _lead(env), "value": MARK}


def _lead(env):
    return env["ir.model"]._get_id("crm.lead")


def _rule(records, name):
    """The write that sets the rule off is part of the work: there is no other way in."""
    env = user_env(copy(f"bench_plain_{records}", f"{name}_rule"))
    acting_rule(env, RULES[name](env))
    env.cr.commit()
    some = ids(env, FOR_RULES)
    undo, tables = UNDO[name]

    def reset():
        for statement in undo:
            if "crm_workflow" not in statement:
                env.cr.execute(statement)
        env.cr.execute("UPDATE res_partner SET function = 'bench' WHERE function = 'Mover'")
        env.invalidate_all()
        tidy(env, "res_partner", *(table for table in tables if "crm_workflow" not in table))

    def write():
        env["res.partner"].browse(some).write({"function": "Mover"})
        env.cr.commit()

    title = f"1 automation rule and its write, from {FOR_RULES} contacts"
    return Contestant(title, write, reset, times=FOR_RULES / records)


#: {name: (the effect, the effect with what else the step leaves of it)}
FLOORS = {"activity": (_plan, _plan), "email": (_mail, _mail_kept), "create": (_create, _create)}
STEPS = {"activity": _activity_step, "email": _email_step, "create": _create_step}
RULES = {"activity": _rule_activity, "email": _rule_email, "create": _rule_create}
#: {name: (statements that take the effect back, tables)}
UNDO = {
    "activity": ([f"DELETE FROM mail_activity WHERE summary = '{MARK}'"], ["mail_activity"]),
    "email": (
        [
            "TRUNCATE crm_workflow_mail CASCADE",
            f"DELETE FROM mail_message WHERE subject = '{MARK}'",
        ],
        ["mail_mail", "mail_message"],
    ),
    "create": (
        [
            f"DELETE FROM mail_message WHERE model = 'crm.lead' AND res_id IN "
            f"(SELECT id FROM crm_lead WHERE name LIKE '{MARK}%')",
            f"DELETE FROM crm_lead WHERE name LIKE '{MARK}%'",
        ],
        ["crm_lead", "mail_message"],
    ),
}
