"""Two workers serve one queue."""

import invariants
from hosting import eventually

STEPS = [
    "increment 1",
    "delay",
    {"if": "[('ref', '=', 'even')]", "then": ["create even"], "else": ["increment odd"]},
    "increment 2",
]


def test_workers_whose_lanes_overlap_take_everyone_through_once(host, database):
    """As they are while somebody changes how many there are."""
    workflow = host.call("publish", steps=STEPS)["workflow"]
    records = host.call("contacts", count=600)
    host.call("enroll", workflow=workflow, record_ids=records)

    lanes = [(0, 2), (1, 3), (2, 3), (0, 1)]
    workers = [
        host.start("work", workflow=workflow, lane=lane, lanes=count) for lane, count in lanes
    ]
    eventually(
        lambda: not database.active(workflow) or database.let_time_pass() and None,
        180,
        "everyone is through",
    )
    for worker in workers:
        worker.result()
    assert database.states(workflow) == {"completed": 600}
    invariants.check(database, workflow)


def test_two_workers_take_everyone_through_once(host, database):
    workflow = host.call("publish", steps=STEPS)["workflow"]
    records = host.call("contacts", count=2000)
    assert host.call("enroll", workflow=workflow, record_ids=records) == 2000

    workers = [host.start("work", workflow=workflow) for _ in range(2)]
    eventually(
        lambda: not database.active(workflow) or database.hurry() and None,
        180,
        "everyone is through",
    )
    for worker in workers:
        worker.result()
    assert database.states(workflow) == {"completed": 2000}
    invariants.check(database, workflow)
    done = dict(
        database.rows(
            """SELECT a.name, count(*) FROM crm_workflow_log l
                 JOIN crm_workflow_action a ON a.id = l.action_id
                WHERE l.outcome = 'done' AND l.workflow_id = %s AND a.kind = 'server'
             GROUP BY a.name""",
            workflow,
        )
    )
    assert done == {
        "increment 1": 2000,
        "create even": 1000,
        "increment odd": 1000,
        "increment 2": 2000,
    }


def test_a_workflow_is_published_while_workers_move_everyone(host, database):
    steps = [step for number in range(4) for step in (f"increment {number}", f"create {number}")]
    workflow = host.call("publish", steps=steps)["workflow"]
    records = host.call("contacts", count=2000)
    host.call("enroll", workflow=workflow, record_ids=records)

    workers = [host.start("work", workflow=workflow) for _ in range(2)]
    eventually(lambda: database.states(workflow).get("completed"), 90, "they are on their way")
    assert host.call("republish", workflow=workflow) == 2
    assert database.active(workflow), "too fast to show anything"
    for worker in [*workers, host.start("tick")]:
        worker.result(180)
        assert not worker.errors()
    assert database.states(workflow) == {"completed": 2000}
    invariants.check(database, workflow)
    host.call("tick")
    assert not database.value("SELECT count(*) FROM crm_workflow WHERE carrying IS NOT NULL")
    moved = database.value("SELECT count(*) FROM crm_workflow_log WHERE outcome = 'moved'")
    assert moved, "somebody was inside"
