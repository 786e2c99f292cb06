"""Enroller: from captured events, a look at all records, or a person's wish, to enrollments."""

import logging
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.fields import Domain

from ..engine.domain_text import domain_from_text, is_relative_to_now
from . import criteria, exits, merges, races
from .facts import Fact, Facts, facts_alike
from .faults import describe, is_concurrency
from .queue import again as queued
from .queue import entry, events, moves
from .wake import wake as wake_cron

_logger = logging.getLogger(__name__)

SLICE = 1_000
ENTER_SLICE = 10_000
#: How often all records are held against the criteria: for what time changed, and for what
#: foreign SQL changed.
CLOCK_INTERVAL = timedelta(minutes=10)
SWEEP_INTERVAL = timedelta(days=1)


def wake(env):
    """Both crons run as soon as this transaction commits."""
    wake_cron(env, "crm_workflow.ir_cron_enroll")
    wake_cron(env, "crm_workflow.ir_cron_run")


def live_workflows(env, states=("on", "paused")):
    """The workflows whose triggers count."""
    return env["crm.workflow"].sudo().search([("state", "in", states)], order="id")


def process_events(env):
    """Work through the oldest slice of facts; returns how many it was. Does not commit it."""
    return in_turn(env, lambda: _process_slice(env))


def _process_slice(env):
    workflows = live_workflows(env)
    running = workflows.filtered(lambda workflow: workflow.state == "on")
    workflows |= exits.finishing(env)
    rows = [Fact(**row) for row in events.take_events(env, running.ids, SLICE)]
    if not rows:
        return 0
    _let_deleted_leave(env, rows)
    alike = facts_alike(rows)
    for workflow in workflows:
        own = _concerning(workflow, alike)
        if own and workflow.state == "paused":
            _keep(workflow, own)
        elif own:
            guarded(workflow, lambda workflow=workflow, own=own: _react(workflow, own), own)
    events.drop_events(env, [fact.id for fact in rows])
    return len(rows)


def pause_broken(env):
    """Pause the workflows that cannot be read any more, with the reason."""
    for workflow_id, reason in env["crm.workflow"]._watches().broken.items():
        env["crm.workflow"].sudo().browse(workflow_id).exists()._pause_because(reason)


def due_for_sweep(env):
    """Workflows whose criteria are to be held against all records now."""
    due = [("state", "=", "on"), ("evaluate_at", "<=", env.cr.now())]
    return env["crm.workflow"].sudo().search(due, order="evaluate_at")


def sweep(workflow):
    """Hold all records against a workflow's criteria, and enrol those that turned."""
    workflow.evaluate_at = next_sweep(workflow)

    def enter_all():
        for trigger in criteria.triggers_of(workflow.live_version_id):
            enter(trigger, criteria.turned_of_all(trigger))

    guarded(workflow, enter_all)


def next_sweep(workflow):
    """When all records are next held against the live criteria; False without criteria."""
    triggers = criteria.triggers_of(workflow.live_version_id)
    if not triggers:
        return False
    clock = any(is_relative_to_now(domain_from_text(trigger.domain)) for trigger in triggers)
    return workflow.env.cr.now() + (CLOCK_INTERVAL if clock else SWEEP_INTERVAL)


def enroll(workflow, records, source):
    """See ``crm.workflow.enroll``."""
    workflow.check_access("read")
    records = _as_records(workflow, records)
    sources = workflow.env["crm.workflow.enrollment"]._fields["source"]
    if source not in sources.get_values(workflow.env):
        raise ValueError(f"Unknown source of an enrollment: {source!r}")
    if workflow.state != "on":
        raise UserError(
            workflow.env._(
                "“%s” is not on, so nobody can enter. Switch it on first.", workflow.name
            )
        )
    refused = set().union(*refusals(workflow, records).values())
    workflow_sudo = workflow.sudo()
    ids = []
    for chunk in _chunks([record_id for record_id in records.ids if record_id not in refused]):
        ids += _open(
            workflow_sudo,
            dict.fromkeys(chunk, entry.Origin()),
            source,
            may_reenter_by_hand(workflow_sudo),
            workflow.env.uid,
        )
    if ids:
        workflow.env["crm.workflow.enrollment"].invalidate_model()
    return workflow.env["crm.workflow.enrollment"].browse(ids)


def unenroll(workflow, records, reason):
    """See ``crm.workflow.unenroll``."""
    workflow.check_access("read")
    records = _as_records(workflow, records)
    return moves.finish(workflow.env, workflow.id, "exited", reason, record_ids=records.ids)


def refusals(workflow, records):
    """See ``crm.workflow._refusals``. A handful of queries, however many records."""
    workflow_sudo, ids = workflow.sudo(), set(records.ids)
    if records._name != workflow_sudo.model_name or not ids:
        return {"other_type": list(ids)}
    model = records.browse().with_context(active_test=False)
    chosen = Domain("id", "in", list(ids))
    of_type = set(model.sudo().search(chosen & workflow_sudo.object_id._records_domain()).ids)
    sight = workflow_sudo._run_env()[model._name].with_context(active_test=False)
    seen = set(sight.search(chosen).ids) if sight.has_access("read") else set()
    inside = _record_ids(
        workflow_sudo, "crm.workflow.enrollment", ids, [("state", "in", ("active", "parked"))]
    )
    been = set()
    if not may_reenter_by_hand(workflow_sudo):
        been = _record_ids(workflow_sudo, "crm.workflow.member", ids, [("passes", ">", 0)])
    may = of_type & seen
    barred = workflow_sudo._barred(sorted(may - inside - been))
    return {
        "other_type": sorted(ids - of_type),
        "out_of_sight": sorted((ids & of_type) - seen),
        "inside": sorted(inside & may),
        "been_through": sorted((been & may) - inside),
        **{reason: sorted(record_ids) for reason, record_ids in barred.items()},
    }


def may_reenter_by_hand(workflow):
    """True when a record that has been through may be enrolled by hand once more."""
    version = workflow.live_version_id
    return version.reenroll or any(version.trigger_ids.mapped("reenroll"))


def enter_existing(workflow, record_ids):
    """Enrol records that match at publishing; the publisher has found them."""
    _enter_ids(workflow, dict.fromkeys(record_ids, entry.Origin()), "existing", again=False)


def enter(trigger, record_ids):
    """Enrol records that a trigger found by itself, without a fact about each; does not commit."""
    _enter(trigger, dict.fromkeys(record_ids, entry.Origin()))


def enter_queued(workflow):
    """Enrol who was to enter once more and has left."""

    def enter_all():
        for source, origins in queued.take(workflow.env, workflow.id, ENTER_SLICE).items():
            _enter_ids(workflow, origins, source, again=True)

    guarded(workflow, enter_all)


def in_turn(env, work):
    """Do the work while no other enroller does any; returns what it returns, or 0 for another time.

    Two at once could remember a record by what the one saw before, and the other after, a change.
    """

    def turn():
        events.take_turn(env)
        return work()

    # On purpose: the turn is taken before the transaction's snapshot, so that nobody's work is
    # overlooked.
    env.cr.commit()  # pylint: disable=invalid-commit
    try:
        return races.run(env, turn)
    except races.LostRaces:
        _logger.info("Another process enrols at the moment, or races do not end: the next tick's")
        return 0


def guarded(workflow, work, own=()):
    """Do the work of one workflow; when it fails, pause that one, and keep its facts ``own``."""
    try:
        with workflow.env.cr.savepoint():
            work()
    except Exception as error:
        if is_concurrency(error) or workflow.env.cr.closed:
            raise
        _logger.warning("Workflow %s paused itself", workflow.id, exc_info=True)
        workflow._pause_because(describe(error))
        _keep(workflow, own)


def _as_records(workflow, records):
    """Records that the caller may see; the external API can only send their ids."""
    if isinstance(records, list | tuple):
        records = workflow.env[workflow.sudo().model_name].browse(records)
    records.check_access("read")
    return records


def _react(workflow, own):
    """Let leave, then enter, whom the facts reach. Who is off lets nobody in."""
    exits.leave_by_facts(workflow, Facts(workflow.env, own))
    if workflow.state == "on":
        for part, may_enter in merges.parts(own):
            _enter_by_facts(workflow, Facts(workflow.env, part), may_enter)


def _enter_by_facts(workflow, facts, may_enter):
    """Whoever may not enter by these facts is remembered as matching nevertheless."""
    for trigger in workflow.live_version_id.trigger_ids:
        origins = trigger._by_kind("entering")(facts)
        if may_enter:
            _enter(trigger, origins)


def _enter(trigger, origins):
    if trigger.reenroll:
        trigger.version_id._fires_while_inside(trigger, origins)
    _enter_ids(trigger.workflow_id, origins, trigger.kind, trigger.reenroll)


def _enter_ids(workflow, origins, source, again):
    barred = set().union(*workflow._barred(list(origins)).values()) if origins else ()
    for chunk in _chunks([record_id for record_id in origins if record_id not in barred]):
        candidates = {record_id: origins[record_id] for record_id in chunk}
        _open(workflow, candidates, source, again)


def _open(workflow, candidates, source, again, user_id=None):
    """Open enrollments for those who may enter; returns their ids. Does not commit."""
    ids = entry.enter(workflow.env, workflow.live_version_id, candidates, source, again, user_id)
    if ids:
        wake_cron(workflow.env, "crm_workflow.ir_cron_run")
        exits.leave_by_entry(workflow, ids)
    return ids


def _keep(workflow, own):
    events.keep_events(workflow.env, workflow.id, [fact.id for fact in own])


def _concerning(workflow, alike):
    """The facts that a workflow watches, oldest first; one look for all that are alike."""
    watched = workflow.env["crm.workflow"]._watches().by_workflow.get(workflow.id, {})
    own = []
    for facts in alike:
        fact = facts[0]
        watch = watched.get(fact.res_model)
        if fact.workflow_id in (None, workflow.id) and watch and watch.concerns(fact):
            own += facts
    return sorted(own, key=lambda fact: fact.id)


def _let_deleted_leave(env, rows):
    gone = {}
    for fact in rows:
        if fact.event == "deleted":
            gone.setdefault(fact.res_model, set()).add(fact.res_id)
    for model_name, ids in gone.items():
        moves.leave_deleted(env, model_name, ids)


def _record_ids(workflow, model_name, ids, domain):
    rows = workflow.env[model_name].search_fetch(
        [("workflow_id", "=", workflow.id), ("res_id", "in", list(ids)), *domain], ["res_id"]
    )
    return set(rows.mapped("res_id"))


def _chunks(ids):
    return [ids[start : start + ENTER_SLICE] for start in range(0, len(ids), ENTER_SLICE)]
