"""Exits: who leaves before its time. Asked when facts arrive, before a step, and by the clock."""

from datetime import timedelta

from odoo.fields import Domain

from ..engine.domain_text import domain_from_text, is_relative_to_now
from ..engine.outcome import Stop
from . import in_use
from .queue import moves

CHUNK = 10_000
#: How often everyone inside is held against the exits: for what time changed, and for what
#: foreign SQL changed.
CLOCK_INTERVAL = timedelta(minutes=10)
SWEEP_INTERVAL = timedelta(days=1)


def ways_in_use(env):
    """The exits that count, by workflow: {workflow id: exit ids}."""
    published = [("version_id.state", "!=", "draft")]
    return in_use.by_workflow(env["crm.workflow.exit"].sudo().search(published))


def finishing(env):
    """The workflows that are off and still have exits, or waits, to heed."""
    watches = env["crm.workflow"]._watches()
    ids = {**watches.exits, **watches.steps}
    workflows = env["crm.workflow"].sudo().browse(ids).exists()
    return workflows.filtered(lambda workflow: workflow.state == "off")


def leave_by_facts(workflow, facts):
    """Let those leave whom the facts reach; a query or two per exit, however many facts."""
    for way in _ways(workflow.env, workflow):
        if reached := way._by_kind("reached")(facts):
            _leave(way, _passes(way, Domain("res_id", "in", list(reached))))


def leave_by_entry(workflow, enrollment_ids):
    """Let those leave other workflows who have just entered this one."""
    entered = workflow.env["crm.workflow.enrollment"].sudo().browse(enrollment_ids)
    here = Domain("res_model", "=", workflow.model_name)
    for way in _ways(workflow.env).filtered(lambda way: way._follows(workflow)):
        _leave(way, _passes(way, here & Domain("res_id", "in", entered.mapped("res_id"))))


def leave_by_time(version):
    """Hold everyone inside a version against its exits."""
    for way in version.exit_ids:
        inside = _passes(way)
        for start in range(0, len(inside), CHUNK):
            _leave(way, inside[start : start + CHUNK])


def before_step(ways, passes):
    """Who does not come to a step because it is to leave: {enrollment id: outcome}."""
    leaving = {}
    for way in ways:
        for enrollment_id in way._by_kind("leaving")(passes):
            leaving.setdefault(enrollment_id, Stop("exited", way._reason()))
    return leaving


def barred(ways, record_ids):
    """Who may not enter because of exits: {reason: ids}, each record under its first reason."""
    found, left = {}, set(record_ids)
    for way in ways:
        ids = left.intersection(way._bars(sorted(left))) if left else ()
        if ids:
            found.setdefault(way._reason(), []).extend(sorted(ids))
            left -= ids
    return found


def due(env):
    """The versions whose exits are to be held against everyone inside now."""
    ways = _ways(env)
    if not ways:
        return env["crm.workflow.version"]
    now = Domain("exits_at", "=", False) | Domain("exits_at", "<=", env.cr.now())
    moving = Domain("exit_ids", "in", ways.ids) & Domain("workflow_id.state", "in", ("on", "off"))
    return env["crm.workflow.version"].sudo().search(moving & now, order="id")


def next_look(version):
    """When everyone inside a version is next held against its exits."""
    texts = [text for way in version.exit_ids for text in way._conditions()]
    clock = any(is_relative_to_now(domain_from_text(text)) for text in texts)
    return version.env.cr.now() + (CLOCK_INTERVAL if clock else SWEEP_INTERVAL)


def _ways(env, workflow=None):
    """The exits that count, of one workflow or of all."""
    by_workflow = env["crm.workflow"]._watches().exits
    lists = by_workflow.values() if workflow is None else [by_workflow.get(workflow.id, ())]
    ids = [way_id for ids in lists for way_id in ids]
    return env["crm.workflow.exit"].sudo().browse(ids)


def _passes(way, restriction=Domain.TRUE):
    """The enrollments that an exit may end."""
    mine = Domain("version_id", "=", way.version_id.id) & in_use.INSIDE & restriction
    names = ["res_id", "source", "enrolled_at", "enrolled_snapshot"]
    return way.env["crm.workflow.enrollment"].sudo().search_fetch(mine, names, order="id")


def _leave(way, passes):
    leaving = passes and way._by_kind("leaving")(passes)
    if leaving:
        moves.finish(way.env, way.workflow_id.id, "exited", way._reason(), enrollment_ids=leaving)
