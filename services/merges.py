"""Merges: several records become one, inside workflows as well."""

from . import capture
from .queue import merges, moves

#: The event that marks in the queue where a merge has taken place.
MERGED = "merged"


def follow(gone, survivor):
    """See ``crm.workflow._merged``."""
    env, model_name = survivor.env, survivor._name
    gone -= survivor
    if not gone or model_name not in env["crm.workflow"]._visited_models():
        return
    # What has happened to them before follows as well, and stays apart from what the merge does.
    env.flush_all()
    capture.write_facts(env)
    moves.leave_doubles(env, model_name, [*gone.ids, survivor.id])
    merges.follow(env, model_name, gone.ids, survivor.id)
    if capture.watch_of(survivor):
        capture.note(survivor, MERGED)
        capture.write_facts(env)


def parts(facts):
    """Facts in the order in which they are looked at: [(facts, whether records enter by them)].

    What a merge itself changes on the survivor brings it into no workflow, even if it matches now.
    """
    marks = {
        (fact.res_model, fact.res_id, fact.at): fact.id for fact in facts if fact.event == MERGED
    }
    if not marks:
        return [(facts, True)]
    first = min(marks.values())
    before = [fact for fact in facts if fact.id < first]
    changed = [fact for fact in facts if fact.id >= first and _belongs(fact, marks)]
    after = [fact for fact in facts if fact.id >= first and not _belongs(fact, marks)]
    return [(before, True), (changed, False), (after, True)]


def _belongs(fact, marks):
    """True for what happened to the survivor in the transaction of its merge."""
    mark = marks.get((fact.res_model, fact.res_id, fact.at))
    return mark is not None and fact.id >= mark
