"""Something happens while a worker takes records to the step that waits for it."""

import pytest
from hosting import eventually

COUNT = 20
HAPPENED = """SELECT count(*) FROM crm_workflow_log l
                JOIN crm_workflow_action a ON a.id = l.action_id
                JOIN crm_workflow_path p ON p.action_id = a.id AND p.key = l.path_key
               WHERE l.workflow_id = %s AND p.role = 'happened'"""
ASLEEP = """SELECT count(*) FROM pg_stat_activity
             WHERE query LIKE '%%pg_sleep%%' AND state = 'active' AND pid <> pg_backend_pid()"""


def test_what_happens_between_reaching_a_step_and_the_commit_is_not_lost(host, database, tmp_path):
    workflow = host.call("publish", steps=["sleep 0.1", "await", "increment"])["workflow"]
    records = host.call("contacts", count=COUNT)
    host.call("enroll", workflow=workflow, record_ids=records)

    worker = host.start("work", workflow=workflow)
    eventually(lambda: database.value(ASLEEP), 30, "the worker is on its way to the wait")
    host.call("write", record_ids=records, vals={"ref": "happened"})
    last_call = tmp_path / "last_call"
    last_call.touch()
    host.call("enter", last_call=str(last_call))

    worker.result()
    assert database.states(workflow) == {"completed": COUNT}
    assert database.value(HAPPENED, workflow) == COUNT


def writing(host, tmp_path, records):
    """A transaction that has begun to write: (its process, how to let it commit)."""
    begun, go_on = tmp_path / "begun", tmp_path / "go-on"
    vals = {"ref": "happened"}
    process = host.start(
        "write_slowly", record_ids=records, vals=vals, begun=str(begun), go_on=str(go_on)
    )
    eventually(begun.exists, 60, "the transaction has begun")

    def commit():
        go_on.touch()
        process.result()

    return commit


def evaluate(host, tmp_path):
    """Turn all events into what they mean."""
    last_call = tmp_path / "last_call"
    last_call.touch()
    host.call("enter", last_call=str(last_call))


@pytest.mark.parametrize(
    "steps", [["await"], ["delay", "await"], ["sleep 0.05", "await"]], ids=lambda steps: steps[0]
)
def test_what_began_before_a_wait_and_was_committed_within_it_ends_it(
    host, database, tmp_path, steps
):
    """The step is the first, or reached and begun at once, or reached when time is up."""
    workflow = host.call("publish", steps=steps)["workflow"]
    records = host.call("contacts", count=COUNT)
    early, during = records[: COUNT // 2], records[COUNT // 2 :]
    if steps[0] == "delay":
        host.call("enroll", workflow=workflow, record_ids=records)
        host.call("move_due", workflow=workflow)
    host.call("write", record_ids=early, vals={"ref": "too early"})
    commit = writing(host, tmp_path, during)
    if steps[0] == "delay":
        database.let_time_pass()
    else:
        host.call("enroll", workflow=workflow, record_ids=records)
    host.call("move_due", workflow=workflow)
    commit()
    evaluate(host, tmp_path)
    host.call("move_due", workflow=workflow)

    assert database.value(HAPPENED, workflow) == len(during)
    assert database.states(workflow) == {"completed": len(during), "active": len(early)}


def test_what_began_before_the_entry_and_was_committed_after_it_reaches_the_goal(
    host, database, tmp_path
):
    goal = {"kind": "goal", "goal_by": "event", "event": "changed", "field_name": "ref"}
    workflow = host.call("publish", steps=["delay"], exits=[goal])["workflow"]
    records = host.call("contacts", count=COUNT)
    early, during = records[: COUNT // 2], records[COUNT // 2 :]
    host.call("write", record_ids=early, vals={"ref": "too early"})
    commit = writing(host, tmp_path, during)
    host.call("enroll", workflow=workflow, record_ids=records)
    commit()
    evaluate(host, tmp_path)

    assert database.states(workflow) == {"exited": len(during), "active": len(early)}
