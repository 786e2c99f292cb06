"""Something happens while a worker takes records to the step that waits for it."""

from hosting import eventually

COUNT = 20
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
    happened = database.value(
        """SELECT count(*) FROM crm_workflow_log l
             JOIN crm_workflow_action a ON a.id = l.action_id
             JOIN crm_workflow_path p ON p.action_id = a.id AND p.key = l.path_key
            WHERE l.workflow_id = %s AND p.role = 'happened'""",
        workflow,
    )
    assert happened == COUNT
