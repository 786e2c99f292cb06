"""Rows of the queues that somebody holds are passed over: nobody waits for them, or fails."""

import pytest
from http_server import Service

COUNT, HELD = 30, 3


@pytest.fixture
def hold(database):
    """Holds rows of a table until the test is over, as a transaction that does not end."""
    connections = []

    def hold(table, ids):
        connections.append(database.another())
        query = f"SELECT FROM {table} WHERE id = ANY(%s) FOR UPDATE"
        connections[-1].cursor().execute(query, (ids,))

    yield hold
    for connection in connections:
        connection.rollback()
        connection.close()


@pytest.fixture
def act(host):
    """Runs a verb that must not wait for whoever holds something."""

    def act(verb, **arguments):
        worker = host.start(verb, **arguments)
        try:
            result = worker.result(60)
        finally:
            worker.poll() is None and worker.kill()
        assert "lost its races" not in worker.log()
        assert "lost their races" not in worker.log()
        return result

    return act


def enter(host, *steps):
    """The workflow that contacts have just entered."""
    workflow = host.call("publish", steps=list(steps))["workflow"]
    records = host.call("contacts", count=COUNT)
    host.call("enroll", workflow=workflow, record_ids=records)
    return workflow


def ids(database, table, workflow):
    """Of the rows of a workflow, the oldest first."""
    query = f"SELECT id FROM {table} WHERE workflow_id = %s ORDER BY id"
    return [row[0] for row in database.rows(query, workflow)]


def test_enrollments_that_somebody_holds_are_passed_over_by_the_others(host, database, hold, act):
    workflow = enter(host, "increment 1")
    held = ids(database, "crm_workflow_enrollment", workflow)[:HELD]
    hold("crm_workflow_enrollment", held)
    act("tick")
    assert database.states(workflow) == {"active": HELD, "completed": COUNT - HELD}


def test_who_is_left_alone_is_not_waited_for(host, database, hold, act):
    workflow = enter(host, "increment 1")
    enrollments = ids(database, "crm_workflow_enrollment", workflow)
    hold("crm_workflow_enrollment", enrollments[:HELD])
    assert act("leave_alone", enrollment_ids=enrollments) == COUNT - HELD


def test_calls_that_somebody_holds_are_passed_over_and_so_is_who_waits_for_one(
    host, database, hold, act
):
    with Service(200) as service:
        host.call("allow_calls", hosts="127.0.0.1")
        workflow = enter(host, f"call {service.url()} wait")
        host.call("tick")
        calls = ids(database, "crm_workflow_call", workflow)
        enrollments = ids(database, "crm_workflow_enrollment", workflow)
        assert len(calls) == COUNT
        hold("crm_workflow_call", calls[:HELD])
        hold("crm_workflow_enrollment", enrollments[-HELD:])
        act("deliver")
        assert len(service.received) == COUNT - HELD
        act("tick")
    assert database.states(workflow) == {"active": 2 * HELD, "completed": COUNT - 2 * HELD}


def test_calls_of_a_webhook_that_somebody_holds_are_passed_over(host, database, hold, act):
    trigger = {"kind": "webhook", "webhook_path": "email", "webhook_missing": "refuse"}
    workflow = host.call("publish", steps=["increment 1"], triggers=[trigger])["workflow"]
    payloads = [{"email": f"nobody{number}@test.example"} for number in range(COUNT)]
    calls = host.call("call_webhook", workflow=workflow, payloads=payloads)
    hold("crm_workflow_webhook_call", calls[:HELD])
    act("tick")
    waiting = "SELECT id FROM crm_workflow_webhook_call WHERE state = 'new' ORDER BY id"
    assert [row[0] for row in database.rows(waiting)] == calls[:HELD]


def test_a_pass_that_somebody_holds_is_forgotten_later(host, database, hold, act):
    workflow = enter(host, "increment 1")
    host.call("tick")
    database.run("UPDATE crm_workflow_enrollment SET finished_at = '2020-01-01'")
    hold("crm_workflow_enrollment", ids(database, "crm_workflow_enrollment", workflow)[:HELD])
    act("clean_up")
    left = "SELECT count(*) FROM crm_workflow_enrollment"
    assert database.value(left) == HELD
