"""Carry-over: what becomes of those inside when another version is live, or none any more.

It is done while publishing, or turning off, unless workers are just moving them. Whoever is left
then, and who enters at the very moment of publishing by what was live before, is the enroller's,
slice by slice.
"""

from . import races
from .queue import claims, moves
from .wake import wake

SLICE = 10_000
#: Why those leave who are not carried over.
_LEAVING = {"leave": "new_version", "end": "turned_off"}


def begin(workflow, in_flight):
    """Decide about everyone inside, whatever version they are on. Does not commit.

    Whoever is still to be carried over by an earlier publishing is meant as well.
    """
    env, moves_on = workflow.env, workflow.version_ids > workflow.live_version_id
    workflow_sudo = workflow.sudo()
    workflow_sudo.carrying = moves_on and in_flight != "finish" and in_flight
    if not workflow_sudo.carrying:
        return
    if races.attempt(env, lambda: _at_once(workflow, in_flight)):
        return
    workflow.message_post(
        body=env._("Records inside are on the move just now: the new version takes them over soon.")
    )


def end(workflow):
    """Let everyone inside a workflow that is off leave. Does not commit."""
    env = workflow.env
    if not races.attempt(env, lambda: _at_once(workflow, "end")):
        workflow.sudo().carrying = "end"
        workflow.message_post(
            body=env._("Records inside are on the move just now: they leave soon.")
        )


def go_on(workflow):
    """Decide about some of those who are left. Does not commit."""
    ends = workflow.carrying == "end"
    if ends and workflow.state != "off":  # it is on again
        workflow.carrying = False
    if not workflow.carrying:  # or somebody has published once more since the tick began
        return
    env, kept = workflow.env, 0 if ends else workflow.live_version_id.id
    ids = moves.take_others(env, workflow.id, kept, SLICE)
    if ids:
        _carry(workflow, workflow.carrying, ids)
    if moves.are_others(env, workflow.id, kept, ids):
        if ids:
            wake(env, "crm_workflow.ir_cron_enroll")
    else:
        workflow.carrying = False


def _at_once(workflow, in_flight):
    claims.limit_waiting(workflow.env)
    _carry(workflow, in_flight, None)
    claims.wait_as_usual(workflow.env)


def _carry(workflow, in_flight, ids):
    """:param ids: of the enrollments that are meant; None for all that are open"""
    env, version = workflow.env, workflow.live_version_id
    if in_flight in _LEAVING:
        moves.finish(env, workflow.id, "exited", _LEAVING[in_flight], enrollment_ids=ids)
    elif in_flight == "restart":
        moves.restart(env, workflow.id, version.id, version._program().first.id, ids)
    else:
        for old in workflow.version_ids - version:
            _move(env, workflow, old, version, ids)
        moves.let_go(env, version.id, ids)


def _move(env, workflow, old, version, ids):
    program, old_program = version._program(), old._program()
    steps, gone = {}, []
    for key in old_program.keys:
        survivor = old_program.survivor(key, program)
        if survivor is None:
            gone.append(old_program.step(key).id)
        else:
            steps[old_program.step(key).id] = survivor.id
    moves.move_to_version(env, workflow.id, version.id, old.id, steps, ids)
    moves.complete_at(env, old.id, gone, ids)
