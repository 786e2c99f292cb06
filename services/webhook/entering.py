"""Which of the records that calls are about enter, and why others do not."""

from .. import enroller
from ..facts import Facts
from ..queue.entry import Origin
from ..reasons import reason_label


def enter(trigger, calls):
    """Whoever matches the condition enters, with the payload of the first call about it."""
    first = {}
    for call in calls:
        first.setdefault(call.record_id, call)
    origins = {record_id: Origin(data=call.payload) for record_id, call in first.items()}
    matching = Facts(trigger.env, ()).matching(trigger, origins)
    entered = enroller.enter_with(trigger, matching)
    for call in calls:
        if call is first[call.record_id] and call.record_id in entered:
            call.state, call.enrollment_id = "entered", entered[call.record_id]
    outside = [call for call in calls if call.state != "entered"]
    reasons = _why_not(trigger, {call.record_id for call in outside}, matching)
    for call in outside:
        call.reasons.append(reasons[call.record_id])


def _why_not(trigger, record_ids, matching):
    """Why records that were found did not enter: {record id: words}."""
    env, workflow = trigger.env, trigger.workflow_id
    if not record_ids:
        return {}
    inside = env["crm.workflow.enrollment"].search_fetch(
        [
            ("workflow_id", "=", workflow.id),
            ("res_id", "in", list(record_ids)),
            ("state", "in", ("active", "parked")),
        ],
        ["res_id"],
    )
    reasons = dict.fromkeys(
        record_ids, env._("It has been through before, and does not enter again.")
    )
    for reason, barred in workflow._barred(list(record_ids)).items():
        reasons |= dict.fromkeys(record_ids & set(barred), reason_label(env, reason))
    reasons |= dict.fromkeys(inside.mapped("res_id"), env._("It is inside already."))
    unmatched = record_ids - matching.keys()
    return reasons | dict.fromkeys(unmatched, env._("It does not match the condition."))
