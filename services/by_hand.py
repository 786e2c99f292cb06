"""Entry and exit by hand, and who may not enter, and why."""

from odoo.exceptions import UserError
from odoo.fields import Domain

from . import capture, enroller
from .queue import entry, moves
from .reasons import reason_labels
from .start import start_of

#: The one reason among the workflow's own that people give.
BY_HAND = "manual"


def enroll(workflow, records, source, start_at=None, start_key=None):
    """See ``crm.workflow.enroll``."""
    workflow.check_access("read")
    records = _as_records(workflow, records)
    sources = workflow.env["crm.workflow.enrollment"]._fields["source"]
    if source not in sources.get_values(workflow.env):
        raise ValueError(f"Unknown source of an enrollment: {source!r}")
    check_is_on(workflow, workflow.name)
    start = start_of(workflow, start_at, start_key)
    ids = _open(workflow.sudo(), records, source, workflow.env.uid, start)
    if ids:
        workflow.env["crm.workflow.enrollment"].invalidate_model()
    return workflow.env["crm.workflow.enrollment"].browse(ids)


def hand_over(workflow_sudo, records, told=None):
    """Enrol what a step of another workflow hands over: {record id: enrollment id} of who entered.

    They queue like all who enter by themselves.

    :param workflow_sudo: one that is on, see :func:`check_is_on`
    :param told: what goes along with the records, as {record id: data}
    """
    ids = _open(workflow_sudo, records, "workflow", told=told)
    entered = workflow_sudo.env["crm.workflow.enrollment"].browse(ids)
    return {enrollment.res_id: enrollment.id for enrollment in entered}


def unenroll(workflow, records, reason):
    """See ``crm.workflow.unenroll``."""
    workflow.check_access("read")
    records = _as_records(workflow, records)
    _check_reason(workflow.env, reason)
    return moves.finish(workflow.env, workflow.id, "exited", reason, record_ids=records.ids)


def refusals(workflow, records):
    """See ``crm.workflow._refusals``. A handful of queries, however many records."""
    workflow.check_access("read")
    workflow_sudo, ids = workflow.sudo(), set(records.ids)
    if records._name != workflow_sudo.model_name or not ids:
        return {"other_type": list(ids)}
    model, chosen = records.browse().sudo(), Domain("id", "in", list(ids))
    of_type = set(
        model._search(chosen & workflow_sudo.object_id._records_domain(), active_test=False)
    )
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


def _open(workflow_sudo, records, source, user_id=None, start=None, told=None):
    """Open enrollments for those of the records that may enter; returns their ids."""
    told = told or {}
    refused = set().union(*refusals(workflow_sudo, records).values())
    welcome = [record_id for record_id in records.ids if record_id not in refused]
    # Whatever a step does, its Python too, is its effect: so loops are cut.
    cause = capture.acting_cause(records.env.cr)
    again = may_reenter_by_hand(workflow_sudo)
    ids = []
    for chunk in enroller.chunks(welcome):
        candidates = {one: entry.Origin(cause, told.get(one)) for one in chunk}
        ids += enroller.open_enrollments(workflow_sudo, candidates, source, again, user_id, start)
    return ids


def check_is_on(workflow, name):
    """
    :param name: what the workflow is called for whom this is told
    :raise UserError: when nobody can enter
    """
    if workflow.state != "on":
        raise UserError(
            workflow.env._("“%s” is not on, so nobody can enter. Switch it on first.", name)
        )


def _check_reason(env, reason):
    """People say why in words: by its codes the workflow counts, such as who reached the goal."""
    codes = [code for code in reason_labels(env) if code != BY_HAND]
    if reason in codes and not env.su:
        raise UserError(
            env._(
                "“%s” is what a workflow notes when that has happened. Say in words why the "
                "records leave, or give no reason.",
                reason,
            )
        )


def _as_records(workflow, records):
    """Records that the caller may see; the external API can only send their ids."""
    if isinstance(records, list | tuple):
        records = workflow.env[workflow.sudo().model_name].browse(records)
    records.check_access("read")
    return records


def _record_ids(workflow, model_name, ids, domain):
    rows = workflow.env[model_name].search_fetch(
        [("workflow_id", "=", workflow.id), ("res_id", "in", list(ids)), *domain], ["res_id"]
    )
    return set(rows.mapped("res_id"))
