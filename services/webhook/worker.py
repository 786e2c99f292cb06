"""The worker: what waiting calls do to records, set by set, in the name of the run-as user."""

from collections import Counter

from ...engine.errors import CoercionError
from ...engine.payload import MISSING, value_at
from .. import enroller
from ..queue.calls import settle_calls, take_calls
from ..texts import translated
from ..wake import wake
from .call import Call, apart
from .entering import enter
from .values import Filling

SLICE = 200


def work(webhook):
    """Act on the oldest waiting calls of a webhook; those behind them are for the next turn."""
    workflow = webhook.workflow_id
    if workflow.state != "paused":  # it may just have paused itself
        enroller.guarded(workflow, lambda: _work_slice(webhook))


def _work_slice(webhook):
    calls = [Call(*row) for row in take_calls(webhook.env, webhook.id, SLICE)]
    if not calls:
        return
    trigger = webhook._live_trigger()
    if trigger:
        trigger._by_kind("called")(calls)
    else:
        for call in calls:
            call.refuse(webhook.env._("The workflow was turned off, or lost this trigger."))
    settle_calls(webhook.env, [call.settled() for call in calls])
    if len(calls) == SLICE:
        wake(webhook.env, "crm_workflow.ir_cron_enroll")


def act(trigger, calls):
    """Find or create the record of each call, fill it, and let it enter."""
    env = trigger.workflow_id._run_env()
    _find(trigger, calls)
    filling = Filling(trigger, env, [call.payload for call in calls])
    known = _going_on(calls, lambda call: call.record_id)
    _create(trigger, env, filling, _going_on(calls, lambda call: not call.record_id))
    _update(env[trigger.model_name], filling, known)
    enter(trigger, _going_on(calls, lambda call: call.record_id))


def _going_on(calls, wanted):
    return [call for call in calls if call.state != "refused" and wanted(call)]


def _find(trigger, calls):
    """The record of each call; more than one is none."""
    for call in calls:
        try:
            value = value_at(call.payload, trigger.webhook_path)
            call.key = trigger._webhook_key(None if value is MISSING else value)
        except CoercionError as error:
            call.refuse(translated(trigger.env, error))
    found = trigger._webhook_found(list({call.key for call in calls if call.key}))
    for call in _going_on(calls, lambda call: call.key in found):
        records = found[call.key]
        if len(records) > 1:
            reason = trigger.env._("%s records are found by this; make it one.", len(records))
            call.refuse(reason)
        call.record_id = records.id if len(records) == 1 else None


def _create(trigger, env, filling, calls):
    """One record for all calls that look for the same; those behind the first find it."""
    if trigger.webhook_missing == "refuse":
        for call in calls:
            call.refuse(env._("No record is found."))
        return
    first = {}
    for call in calls:
        first.setdefault(call.key, call)
    apart(env, list(first.values()), lambda some: _create_for(trigger, env, filling, some))
    rest = [call for call in calls if call is not first[call.key]]
    for call in rest:
        call.record_id = first[call.key].record_id
        if not call.record_id:
            call.refuse(first[call.key].reasons[0])
    _update(env[trigger.model_name], filling, _going_on(rest, lambda call: True))


def _create_for(trigger, env, filling, calls):
    given = getattr(trigger, f"_webhook_given_{trigger.webhook_find}")
    filled = [filling.for_creation(call.payload, given(call.key)) for call in calls]
    records = env[trigger.model_name].create([vals for vals, _faults in filled])
    for call, record, (_vals, faults) in zip(calls, records, filled, strict=True):
        call.record_id, call.reasons = record.id, faults


def _update(model, filling, calls):
    """The last call about a record has the last word; see :func:`_update_once`."""
    rounds, seen = [], Counter()
    for call in calls:
        if seen[call.record_id] == len(rounds):
            rounds.append([])
        rounds[seen[call.record_id]].append(call)
        seen[call.record_id] += 1
    for calls_of_round in rounds:
        _update_once(model, filling, calls_of_round)


def _update_once(model, filling, calls):
    """One write for all that bring the same values; each is about another record."""
    groups = {}
    for call in calls:
        vals, call.reasons = filling.for_update(call.payload)
        if vals:
            groups.setdefault(repr(sorted(vals.items())), (vals, []))[1].append(call)
    for vals, alike in groups.values():
        apart(model.env, alike, lambda some, vals=vals: _write(model, vals, some))


def _write(model, vals, calls):
    model.browse([call.record_id for call in calls]).write(vals)
