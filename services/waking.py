"""Waking: who waits on a step until something happens, and need wait no longer.

Asked when facts arrive, and by the clock. Whoever may go on is marked with what ended the wait
and made due; the step then decides, see ``models/crm_workflow_action.py``.
"""

from dataclasses import dataclass
from datetime import timedelta

from odoo.fields import Domain

from ..engine.domain_text import domain_from_text, is_relative_to_now
from ..engine.snapshot import is_news
from ..engine.typed_json import unpacked
from . import in_use, workers
from .queue import wakes

CHUNK = 10_000
#: How often everyone who waits is asked for: for what time changed, and for what foreign SQL
#: changed.
CLOCK_INTERVAL = timedelta(minutes=10)
SWEEP_INTERVAL = timedelta(days=1)

_FACT, _SKIPPED, _PUBLISHED = "fact", "skipped", "published"


@dataclass(frozen=True, slots=True)
class Mark:
    """What ended a wait before its time: ``by`` a fact, by hand, or by a new version.

    ``told`` is what the event told, as a trigger's ``Origin.data``.
    """

    by: str
    told: dict | None = None

    @property
    def is_fact(self):
        """True when what the step waits for has happened, or may have."""
        return self.by == _FACT

    @property
    def is_skip(self):
        """True when somebody ended the wait by hand."""
        return self.by == _SKIPPED


def take(batch):
    """What ended the waits of a batch before their time: {enrollment id: Mark}. One query.

    To be called by each ``_run`` and ``_resume`` of a step that is woken.
    """
    marks = wakes.take(batch.env, {row.id: row.reached_at for row in batch.rows})
    return {row_id: Mark(mark["by"], unpacked(mark.get("told"))) for row_id, mark in marks.items()}


def steps_in_use(env):
    """The steps that wait for facts, by workflow: {workflow id: step ids}."""
    steps = env["crm.workflow.action"].sudo()
    kinds = steps._woken_kinds()
    published = [("kind", "in", kinds), ("version_id.state", "!=", "draft")]
    return in_use.by_workflow(steps.search(published, order="id"))


def wake_by_facts(workflow, facts):
    """Make those due whose wait the facts may end: two queries, beside those of each step."""
    found = {}
    for step in _steps(workflow.env, workflow):
        if reached := step._by_kind("waking")(facts):
            found[step.id] = reached
    _wake(workflow, found)


def due(env):
    """The versions whose waiting records are to be looked at now."""
    steps = _steps(env)
    if not steps:
        return env["crm.workflow.version"]
    now = Domain("waits_at", "=", False) | Domain("waits_at", "<=", env.cr.now())
    moving = Domain("action_ids", "in", steps.ids) & Domain(
        "workflow_id.state", "in", ("on", "off")
    )
    return env["crm.workflow.version"].sudo().search(moving & now, order="id")


def next_look(version):
    """When the waiting records of a version are next looked at."""
    texts = [text for step in _steps_of(version) for text in step._conditions()]
    clock = any(is_relative_to_now(domain_from_text(text)) for text in texts)
    return version.env.cr.now() + (CLOCK_INTERVAL if clock else SWEEP_INTERVAL)


def wake_by_time(version):
    """Make those due whose wait time, or foreign SQL, has ended."""
    for step in _steps_of(version):
        waiting = wakes.waiting_at(version.env, step.id)
        for start in range(0, len(waiting), CHUNK):
            over = step._over(waiting[start : start + CHUNK])
            _wake(version.workflow_id, {step.id: dict.fromkeys(over)})


def wake_by_publishing(version):
    """Let all who wait look anew: what they wait for, or how long, may be another."""
    for step in _steps_of(version):
        waiting = wakes.waiting_at(version.env, step.id)
        for start in range(0, len(waiting), CHUNK):
            chunk = dict.fromkeys(waiting[start : start + CHUNK])
            _wake(version.workflow_id, {step.id: chunk}, _PUBLISHED)


def _wake(workflow, found, by=_FACT):
    """Mark who stands on the steps since before it happened, and make them due.

    :param found: {step id: {record id: Origin, or None for whenever it was}}
    """
    record_ids = set().union(*found.values())
    if not record_ids:
        return
    marks = {}
    for row in wakes.lock_standing(workflow.env, workflow.id, found, record_ids):
        reached = found.get(row["action_id"], {})
        if row["res_id"] in reached and _counts(row, reached[row["res_id"]], by):
            origin = reached[row["res_id"]]
            marks[row["id"]] = {"by": by, "told": origin and origin.packed_data}
    if marks:
        wakes.wake(workflow.env, marks)
        workers.wake(workflow.env)


def _counts(row, origin, by):
    """What happened before the step was reached does not count, nor before a start that lies ahead.

    What happens in the very transaction in which the step is reached comes from the steps before.
    What others had begun by then, and committed later, has happened since.
    """
    if not row["begun"] or row["marked"] and by != _FACT:
        return False
    if origin is None or origin.at is None:
        return True
    return is_news(origin.at, origin.transaction, row["reached_at"], row["reached_snapshot"])


def _steps(env, workflow=None):
    """The steps that count, of one workflow or of all."""
    by_workflow = env["crm.workflow"]._watches().steps
    lists = by_workflow.values() if workflow is None else [by_workflow.get(workflow.id, ())]
    ids = [step_id for ids in lists for step_id in ids]
    return env["crm.workflow.action"].sudo().browse(ids)


def _steps_of(version):
    return _steps(version.env, version.workflow_id).filtered(
        lambda step: step.version_id == version
    )
