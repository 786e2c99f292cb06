"""Enroller: from captured events, or a look at all records, to enrollments."""

import functools
import logging
from datetime import timedelta

from odoo.fields import Domain

from ..engine.domain_text import domain_from_text, is_relative_to_now
from . import carry, criteria, exits, races, waking, workers
from .facts import Slice
from .faults import describe, is_concurrency
from .processes import catch_up
from .queue import again as queued
from .queue import entry, events, moves
from .wake import wake as wake_cron

_logger = logging.getLogger(__name__)

ENTER_SLICE = 10_000
#: How often all records are held against the criteria: for what time changed, and for what
#: foreign SQL changed.
CLOCK_INTERVAL = timedelta(minutes=10)
SWEEP_INTERVAL = timedelta(days=1)


def wake(env):
    """Facts are looked at, and the queue is served, as soon as this transaction commits."""
    wake_cron(env, "crm_workflow.ir_cron_enroll")
    workers.wake(env)


def live_workflows(env, states=("on", "paused")):
    """The workflows whose triggers count."""
    return env["crm.workflow"].sudo().search([("state", "in", states)], order="id")


def work_through(env, rows):
    """Work through facts, as the queue gives them; returns how many. Does not commit."""
    taken = Slice(env, rows)
    if not taken.facts:
        return 0
    workflows = live_workflows(env) | exits.finishing(env)
    _let_deleted_leave(env, taken.facts)
    concerned = {workflow: facts for workflow in workflows if (facts := taken.concerning(workflow))}
    paused = [workflow for workflow in concerned if workflow.state == "paused"]
    for workflow in paused:
        _keep(workflow, concerned.pop(workflow))
    _react_all(env, concerned)
    events.drop_events(env, [fact.id for fact in taken.facts])
    return len(taken.facts)


def pause_broken(env):
    """Pause the workflows that cannot be read any more, with the reason."""
    for workflow_id, reason in env["crm.workflow"]._watches().broken.items():
        env["crm.workflow"].sudo().browse(workflow_id).exists()._pause_because(reason)


def time_tasks(env):
    """What the clock asks for: looks at all records, and the rest of carry-overs.

    A moment further ahead than any look is planned was planned by a clock that went wrong.
    """
    now = env.cr.now()
    due = Domain("evaluate_at", "<=", now) | Domain("evaluate_at", ">", now + SWEEP_INTERVAL)
    due &= Domain("state", "=", "on")
    asked = due | Domain("carrying", "!=", False)
    workflows = env["crm.workflow"].sudo().search(asked, order="evaluate_at")
    carried = workflows.filtered("carrying")
    return [
        *(functools.partial(guarded, own, functools.partial(carry.go_on, own)) for own in carried),
        *(functools.partial(sweep, workflow) for workflow in workflows.filtered_domain(due)),
    ]


def sweep(workflow):
    """Hold all records against the criteria of a workflow that is on; who turned enters."""
    if workflow.state != "on":  # it may have been when the tick began
        return
    workflow_sudo = workflow.sudo()
    workflow_sudo.evaluate_at = next_sweep(workflow)

    def enter_all():
        _remember_silent(workflow)
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


def enter_existing(workflow, record_ids):
    """Enrol records that match at publishing; the publisher has found them."""
    _enter_ids(workflow, dict.fromkeys(record_ids, entry.Origin()), "existing", again=False)


def enter(trigger, record_ids):
    """Enrol records that a trigger found by itself, without a fact about each; does not commit."""
    _enter(trigger, dict.fromkeys(record_ids, entry.Origin()))


def enter_queued(workflow):
    """Enrol who was to enter once more and has left, if the workflow is still on."""
    if workflow.state != "on":
        return

    def enter_all():
        for source, origins in queued.take(workflow.env, workflow.id, ENTER_SLICE).items():
            _enter_ids(workflow, origins, source, again=True)

    guarded(workflow, enter_all)


def enter_with(trigger, origins):
    """Enrol records that a trigger found, with what it tells of each; does not commit.

    :param origins: {record id: :class:`~.queue.entry.Origin`}
    :return: {record id: enrollment id} of those that entered
    """
    enrollments = trigger.env["crm.workflow.enrollment"].browse(_enter(trigger, origins))
    return {enrollment.res_id: enrollment.id for enrollment in enrollments}


def open_enrollments(workflow, candidates, source, again, user_id=None, start=None):
    """Open enrollments for those who may enter; returns their ids. Does not commit.

    The parameters are those of :func:`.queue.entry.enter`.
    """
    ids = entry.enter(
        workflow.env, workflow.live_version_id, candidates, source, again, user_id, start
    )
    if ids:
        workers.wake(workflow.env)
        exits.leave_by_entry(workflow, ids)
    return ids


def chunks(ids):
    return [ids[start : start + ENTER_SLICE] for start in range(0, len(ids), ENTER_SLICE)]


class NotOurTurn(Exception):
    """Another process enrols at the moment. The transaction is rolled back."""


def take_turn(env, work, max_waits=races.MAX_WAITS, is_first=False):
    """Do the work while no other enroller does any; returns what it returns. Does not commit it.

    Two at once could remember a record by what the one saw before, and the other after, a change.
    A row that somebody else holds is waited for a moment.

    :param is_first: a tick begins with it, and Odoo has just looked what others have published
    :raise NotOurTurn: when another enroller is at work
    :raise races.LostRaces: when the races do not end, or somebody holds a row
    """
    ours = False

    def turn():
        nonlocal ours
        ours = False
        events.take_turn(env)
        ours = True
        return work()

    # On purpose: the turn is taken before the transaction's snapshot, so that nobody's work is
    # overlooked.
    env.cr.commit()  # pylint: disable=invalid-commit
    if not is_first:
        catch_up(env)
    try:
        return races.run(env, turn, max_waits)
    except races.LostRaces:
        if not ours:
            raise NotOurTurn from None
        raise


def in_turn(env, work):
    """The same for what is due at the next tick as well: 0 when it is left to that.

    What fails leaves the others their turn: the tick that each of them is a part of goes on.
    """
    try:
        return take_turn(env, work)
    except (NotOurTurn, races.LostRaces):
        _logger.info("Another process enrols at the moment, or races do not end: the next tick's")
    except Exception:
        if env.cr.closed:
            raise
        _logger.exception("What a tick was to do failed, and is tried again at the next")
    return 0


def guarded(workflow, work, facts=None):
    """Do the work of one workflow; when it fails, pause that one, and keep its facts."""
    try:
        with workflow.env.cr.savepoint():
            work()
    except Exception as error:
        if is_concurrency(error) or workflow.env.cr.closed:
            raise
        _logger.warning("Workflow %s paused itself", workflow.id, exc_info=True)
        workflow._pause_because(describe(error))
        if facts:
            _keep(workflow, facts)


def _react_all(env, concerned):
    """React to the facts of each workflow: all together, and when one fails, one by one."""
    try:
        with env.cr.savepoint():
            for workflow, facts in concerned.items():
                _react(workflow, facts)
    except Exception as error:
        if is_concurrency(error) or env.cr.closed:
            raise
        for workflow, facts in concerned.items():
            guarded(workflow, functools.partial(_react, workflow, facts), facts)


def _react(workflow, facts):
    """Let leave, go on, then enter, whom the facts reach. Who is off lets nobody in."""
    exits.leave_by_facts(workflow, facts)
    waking.wake_by_facts(workflow, facts)
    if workflow.state != "on":
        return
    for part, may_enter in facts.parts:
        (_enter_by_facts if may_enter else _remember)(workflow, part)


def _enter_by_facts(workflow, facts):
    for trigger in workflow.live_version_id.trigger_ids:
        _enter(trigger, trigger._by_kind("entering")(facts))


def _remember_silent(workflow):
    """Before a look at all records: what was written in silence has not turned."""
    silent = Slice(workflow.env, events.silent_events(workflow.env, workflow.id))
    if facts := silent.concerning(workflow):
        _remember(workflow, facts)


def _remember(workflow, facts):
    """Let members remember who matches after facts by which nobody enters."""
    for trigger in criteria.triggers_of(workflow.live_version_id):
        trigger._by_kind("entering")(facts)


def _enter(trigger, origins):
    if trigger.reenroll:
        trigger.version_id._fires_while_inside(trigger, origins)
    return _enter_ids(trigger.workflow_id, origins, trigger.kind, trigger.reenroll)


def _enter_ids(workflow, origins, source, again):
    barred = set().union(*workflow._barred(list(origins)).values()) if origins else ()
    entered = []
    for chunk in chunks([record_id for record_id in origins if record_id not in barred]):
        candidates = {record_id: origins[record_id] for record_id in chunk}
        entered += open_enrollments(workflow, candidates, source, again)
    return entered


def _keep(workflow, facts):
    events.keep_events(workflow.env, workflow.id, [fact.id for fact in facts.all])


def _let_deleted_leave(env, facts):
    gone = {}
    for fact in facts:
        if fact.event == "deleted":
            gone.setdefault(fact.res_model, set()).add(fact.res_id)
    for model_name, ids in gone.items():
        moves.leave_deleted(env, model_name, ids)
