"""Workers on servers whose clocks go wrong: what is due is for the database's clock to say."""

from datetime import timedelta

import invariants


def test_workers_with_skewed_clocks_end_no_wait_early_and_none_late(host, database, tmp_path):
    over = tmp_path / "over"
    workflow = host.call("publish", steps=["increment 1", "delay", "increment 2"])["workflow"]
    records = host.call("contacts", count=400)
    host.call("enroll", workflow=workflow, record_ids=records)

    def serve_skewed():
        workers = [host.start("serve", last_call=str(over), skew_hours=h) for h in (26, -26)]
        for worker in workers:
            worker.result()

    serve_skewed()
    assert database.states(workflow) == {"active": 400}
    shortest, longest = database.rows(
        """SELECT min(due_at - reached_at), max(due_at - reached_at)
             FROM crm_workflow_enrollment WHERE workflow_id = %s""",
        workflow,
    )[0]
    # A batch whose time was up goes on in the next transaction, which begins the wait.
    assert timedelta(days=1) <= shortest <= longest < timedelta(days=1, hours=1)
    assert (
        database.value(
            """SELECT count(*) FROM crm_workflow_enrollment
            WHERE abs(extract(epoch FROM reached_at - now() AT TIME ZONE 'UTC')) > 3600"""
        )
        == 0
    ), "moments are those of the database"

    database.let_time_pass()
    serve_skewed()
    assert database.states(workflow) == {"completed": 400}
    invariants.check(database, workflow)
