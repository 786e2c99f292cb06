"""What the processes of these tests do inside Odoo."""

import functools
import os
import random
import signal
import time
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path

from freezegun import freeze_time

from odoo.fields import Command
from odoo.service.model import retrying

from odoo.addons.base.models.ir_cron import IrCron

#: No worker of these tests works longer than this; the tests have tighter bounds of their own.
LONGEST = 300
_DUE = "enrollment WHERE state = 'active' AND due_at <= now() AT TIME ZONE 'UTC'"

#: What goes wrong with a record, by its reference.
POISON = """
if record.ref == 'user':
    raise UserError('no')
elif record.ref == 'validation':
    record.write({'parent_id': record.id})
elif record.ref == 'sql':
    env.cr.execute('SELECT 1 FROM no_such_table')
elif record.ref == 'swallowed':
    try:
        env.cr.execute('SELECT 1 FROM no_such_table')
    except Exception:
        pass
elif record.ref == 'commit':
    env.cr.commit()
while record.ref == 'endless':
    try:
        1 / 0
    except Exception:
        continue
if record.ref == 'slow':
    env.cr.execute('SELECT pg_sleep(600)')
record.write({'color': record.color + 1})
"""

#: What steps run that run Python.
CODE = {
    "sign": "env.cr.execute(\"SELECT current_setting('application_name')\")\n"
    "records.write({'function': env.cr.fetchone()[0]})",
    "create": "env['res.partner.category'].create([{'name': str(r.id)} for r in records])",
    "poison": POISON,
}


# Describing


def publish(env, steps, triggers=(), exits=()):
    """Make a workflow of contacts live; returns {"workflow": id, name of a step: its id}.

    :param steps: texts of :func:`step_vals`, or {"if": domain, "then": steps, "else": steps}
    :param triggers: values of triggers
    :param exits: values of exits
    """
    contact_type = env.ref("crm_workflow.object_contact")
    workflow = env["crm.workflow"].create({"name": "Processes", "object_id": contact_type.id})
    version = workflow.draft_version_id
    for model, ways in (("trigger", triggers), ("exit", exits)):
        env[f"crm.workflow.{model}"].create([{"version_id": version.id, **vals} for vals in ways])
    _fill(version, steps, False)
    workflow.action_publish()
    named = {step.name: step.id for step in version.action_ids if step.name}
    return {"workflow": workflow.id, **named}


def republish(env, workflow):
    """Publish a workflow anew, those inside included, as a request does; returns the version."""
    workflow = env["crm.workflow"].browse(workflow)
    workflow.action_edit()
    env.cr.commit()
    retrying(lambda: workflow.action_publish(in_flight="move"), env)
    return workflow.live_version_id.number


def _fill(version, steps, path_id):
    for sequence, step in enumerate(steps):
        branch = step if isinstance(step, dict) else None
        vals = {"kind": "branch"} if branch else step_vals(version.env, step)
        place = {"version_id": version.id, "path_id": path_id, "sequence": sequence}
        action = version.env["crm.workflow.action"].create(place | vals)
        if branch:
            default = action.path_ids.filtered("is_default")
            path = default.create({"action_id": action.id, "name": "Yes", "domain": branch["if"]})
            _fill(version, branch["then"], path.id)
            _fill(version, branch["else"], default.id)


def step_vals(env, step):
    """``increment``, ``create``, ``sign`` (with the name of the process), ``sleep``, ``assign``,
    ``email``, ``decide``, ``delay``, ``await`` (a change of the reference), ``call`` and
    ``poison``; a number behind each tells several apart.

    That of ``sleep`` is the seconds for each record, that of ``assign`` how many people share the
    records in turn, that of ``call`` an address, which may be followed by ``wait``: for its answer.
    ``email forgotten`` leaves nothing in the history, ``email twofold`` goes to two addresses.
    ``poison`` fails in the way that a record's reference names, see :data:`POISON`.
    """
    match step.split():
        case ["delay", *_]:
            return {"name": step, "kind": "delay", "delay_amount": 1, "delay_unit": "days"}
        case ["call", url, *wait]:
            return {"name": step, "kind": "call", "call_url": url, "call_wait": bool(wait)}
        case ["decide"]:
            asked = {"decision_ask": "user", "decision_user_id": env.ref("base.user_admin").id}
            return {"name": step, "kind": "decision", "decision_summary": "Go on?", **asked}
        case ["increment", *_]:
            vals = {
                "state": "object_write",
                "update_path": "color",
                "evaluation_type": "equation",
                "value": "record.color + 1",
            }
        case ["sleep", seconds]:
            query = f"env.cr.execute('SELECT pg_sleep(%s)', [{float(seconds)} * len(records)])"
            vals = {"state": "code", "code": query}
        case [kind, *_] if kind in CODE:
            vals = {"state": "code", "code": CODE[kind]}
        case ["email", *how]:
            vals = _email_vals(how)
        case ["await", *_]:
            return {
                "name": step,
                "kind": "until_happens",
                "until_happens_event": "changed",
                "until_happens_field_name": "ref",
            }
        case ["assign", count]:
            people = [{"name": f"P{n}", "login": f"person {n}"} for n in range(int(count))]
            pool = [Command.create({"user_id": user.id}) for user in _users(env, people)]
            vals = {"state": "crm_workflow_assign", "assign_line_ids": pool}
    common = {
        "name": step,
        "model_id": env["ir.model"]._get_id("res.partner"),
        "usage": "crm_workflow",
    }
    action = env["ir.actions.server"].create(common | vals)
    return {"name": step, "kind": "server", "server_action_id": action.id}


def _email_vals(how):
    texts = {"subject": "Hello {{ object.name }}", "body": "<p>Hello</p>"}
    if "twofold" in how:
        both = "{{ object.email }}, too.{{ object.email }}"
        texts |= {"to": "addresses", "addresses": both}
    vals = {f"crm_workflow_email_{name}": text for name, text in texts.items()}
    keep = "forgotten" not in how
    return {**vals, "state": "crm_workflow_email", "crm_workflow_email_keep": keep}


def set_up_deliveries(env, smtp_port):
    """Let e-mails and calls go to servers of this machine, as fast as they can.

    What the demonstration's records have queued stays behind.
    """
    queued = [("state", "=", "outgoing"), ("crm_workflow_attempt", "=", 0)]
    env["mail.mail"].search(queued).cancel()
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create({"name": "Here", "smtp_host": "127.0.0.1", "smtp_port": smtp_port})
    allow_calls(env, "127.0.0.1")
    env["ir.config_parameter"].set_param("crm_workflow.calls_per_second", "1000")


def set_parameter(env, name, value):
    """Set a system parameter."""
    env["ir.config_parameter"].set_param(name, value)


def send(env):
    """Odoo's queue of e-mails, once."""
    env["mail.mail"].process_email_queue()


def health(env):
    """{what is looked at: how many are not well}."""
    found = env["crm.workflow"]._health()
    return {finding.key: finding.count for finding in found if finding.count}


def allow_calls(env, hosts):
    """Let calls of web services go to hosts and networks besides the public internet."""
    env["ir.config_parameter"].set_param("crm_workflow.calls_allowed", hosts)


def deliver(env):
    """The cron that calls web services, once."""
    env["crm.workflow"]._cron_call()


def colleagues(env, count, **vals):
    """New users; returns the ids of their contacts."""
    people = [{"name": f"C{n}", "login": f"colleague {n}", **vals} for n in range(count)]
    return _users(env, people).partner_id.ids


def _users(env, vals_list):
    return env["res.users"].with_context(no_reset_password=True).create(vals_list)


def contacts(env, count, **vals):
    """New contacts, every other one with the reference "even"; returns their ids."""
    quiet = env["res.partner"].with_context(tracking_disable=True)
    references = ("even", "odd")
    return quiet.create(
        [{"name": f"Contact {n}", "ref": references[n % 2], **vals} for n in range(count)]
    ).ids


def enroll(env, workflow, record_ids):
    """Enrol contacts by hand; returns how many entered."""
    records = env["res.partner"].browse(record_ids)
    return len(env["crm.workflow"].browse(workflow).enroll(records))


def retry(env, workflow):
    """Take parked contacts up again; returns how many there were."""
    inside = [("workflow_id", "=", workflow), ("state", "=", "parked")]
    parked = env["crm.workflow.enrollment"].search(inside)
    parked.action_retry()
    return len(parked)


def write(env, record_ids, vals):
    """Change contacts, as a user does."""
    env["res.partner"].browse(record_ids).write(vals)


def write_slowly(env, record_ids, vals, begun, go_on):
    """The same in a transaction that stays open: touches ``begun``, and waits for ``go_on``.

    Half of the contacts are written before that, the others after.
    """
    half = len(record_ids) // 2
    write(env, record_ids[:half], vals)
    env.cr.flush()
    Path(begun).touch()
    while not Path(go_on).exists():
        time.sleep(0.01)
    write(env, record_ids[half:], vals)


def write_again(env, record_ids, vals):
    """The same a few at a time, where others write as well: a lost race is run again."""
    for start in range(0, len(record_ids), 20):
        some = record_ids[start : start + 20]
        retrying(functools.partial(write, env, some, vals), env)
        env.cr.commit()


def set_workers(env, count, served_by="crons"):
    """Save in the settings how many workers there are, and what they are."""
    vals = {"crm_workflow_workers": count, "crm_workflow_served_by": served_by}
    env["res.config.settings"].create(vals).execute()


# Working


def work(env, workflow, lane=0, lanes=1):
    """Serve the queue, as the scheduler does, until nobody is on the way through a workflow.

    The tickets of dead workers are part of it.
    """
    on_the_way = f"enrollment WHERE state = 'active' AND workflow_id = {int(workflow)}"
    _repeat(
        env,
        lambda: env["crm.workflow"]._cron_run(lane, lanes),
        lambda: _any(env, on_the_way) or _any(env, "ticket"),
    )


def move_due(env, workflow):
    """The same, until nobody is due."""
    due = f"{_DUE} AND workflow_id = {int(workflow)}"
    _repeat(env, env["crm.workflow"]._cron_run, lambda: _any(env, due) or _any(env, "ticket"))


def schedule(env, last_call):
    """Do as Odoo's own cron worker does, until the file ``last_call`` exists.

    Jobs have connections of their own; what happens to them does not end the worker.
    """
    env.cr.commit()
    while not Path(last_call).exists():
        IrCron._process_jobs(env.cr.dbname)
        time.sleep(0.05)


def work_and_die_of(env, workflow, record_id):
    """The same, but a step that meets this record kills the process it runs in."""
    step = env.registry["crm.workflow.action"]
    run = step._run_server

    def run_server(self, batch):
        if record_id in batch.records.ids:
            os.kill(os.getpid(), signal.SIGKILL)
        return run(self, batch)

    step._run_server = run_server
    work(env, workflow)


def tick(env):
    """The crons, once each."""
    env["crm.workflow"]._cron_enroll()
    env["crm.workflow"]._cron_run()


def serve(env, last_call, skew_hours=0):
    """Serve both crons as long as the file ``last_call`` exists, and until nothing is left.

    :param skew_hours: by how much the clock of this process, and not the database's, is ahead
    """
    skewed = freeze_time(datetime.now() + timedelta(hours=skew_hours), tick=True)
    with skewed if skew_hours else nullcontext():
        _repeat(
            env,
            lambda: tick(env),
            lambda: Path(last_call).exists() or _any(env, "event") or _any(env, _DUE),
        )


def enter_once(env):
    """Turn events into enrollments, and do what time asks for: one tick."""
    env["crm.workflow"]._cron_enroll()


def go_on(env, work, begun, last_call):
    """Do the rest of a run that has begun, which the file ``begun`` tells, as ``last_call`` exists.

    :param work: "enter" or "move"
    """
    from odoo.addons.crm_workflow.services import drain, runner

    run = {"enter": drain.Drain(env).next_slice, "move": runner.Runner(env).run}[work]
    env["crm.workflow"]._watches()
    run()
    env.cr.commit()
    Path(begun).touch()
    while not Path(last_call).exists():
        time.sleep(0.05)
    return run()


def enter(env, last_call):
    """Turn events into enrollments until the file ``last_call`` exists and no event is left."""
    _repeat(
        env,
        env["crm.workflow"]._cron_enroll,
        lambda: not Path(last_call).exists() or _any(env, "event"),
    )


def change_at_random(env, record_ids, vals_list, commits, seed):
    """Change contacts in many small transactions, as users do; a lost race is run again."""
    generator = random.Random(seed)
    for number in range(commits):
        some = env["res.partner"].browse(generator.sample(record_ids, 5))
        retrying(functools.partial(some.write, vals_list[number % len(vals_list)]), env)
        env.cr.commit()


def _repeat(env, tick, is_needed):
    """Tick until there is nothing to do, each time in a transaction that sees what is committed."""
    ends = time.monotonic() + LONGEST
    while is_needed():
        if time.monotonic() > ends:
            raise TimeoutError(f"not done after {LONGEST} s")
        tick()
        env.cr.commit()
        env.transaction.clear()
        time.sleep(0.01)


def _any(env, table_and_condition):
    env.cr.commit()
    env.cr.execute(f"SELECT 1 FROM crm_workflow_{table_and_condition} LIMIT 1")
    return bool(env.cr.rowcount)
