"""Events are turned into enrollments by two processes while others write."""

import time
from contextlib import closing, contextmanager

import invariants
import pytest
from hosting import RACES_OF_PEOPLE

MATCHING = "[('ref', '=', 'in')]"
#: A tick in which nothing is waited for takes less; on a busy machine as well.
SOON = 8


def test_nobody_enters_twice_and_nobody_is_missed(host, database, tmp_path):
    trigger = {"kind": "criteria", "domain": MATCHING}
    workflow = host.call("publish", steps=["delay"], triggers=[trigger])["workflow"]
    records = host.call("contacts", count=300, ref="out")
    last_call = tmp_path / "last-call"

    enrolling = [host.start("enter", last_call=str(last_call)) for _ in range(2)]
    writers = [
        host.start(
            "change_at_random",
            record_ids=records,
            vals_list=[{"ref": "in"}, {"ref": "out"}, {"ref": "in"}],
            commits=150,
            seed=seed,
        )
        for seed in range(2)
    ]
    for writer in writers:
        writer.result(may_log=RACES_OF_PEOPLE)
    last_call.touch()
    for process in enrolling:
        process.result()

    invariants.check(database, at_rest=False)
    matching = "SELECT id FROM res_partner WHERE ref = 'in'"
    inside = "SELECT res_id FROM crm_workflow_enrollment WHERE workflow_id = %s"
    remembered = "SELECT res_id FROM crm_workflow_member WHERE workflow_id = %s AND matching = 1"
    assert not database.rows(f"{matching} EXCEPT {inside}", workflow), "missed"
    assert set(database.rows(remembered, workflow)) == set(database.rows(matching))


@pytest.fixture
def begin(host, tmp_path):
    """Begins a run in another process; what is returned lets it go on, and tells its result."""

    def begin(work):
        begun, last_call = tmp_path / "begun", tmp_path / "last-call"
        running = host.start("go_on", work=work, begun=str(begun), last_call=str(last_call))
        while not begun.exists():
            time.sleep(0.05)

        def go_on():
            last_call.touch()
            return running.result()

        return go_on

    return begin


def test_what_is_published_while_a_tick_is_at_work_counts_for_what_happens_then(
    host, database, begin
):
    go_on = begin("enter")
    trigger = {"kind": "event", "event": "created"}
    workflow = host.call("publish", steps=["delay"], triggers=[trigger])["workflow"]
    host.call("contacts", count=3)
    assert go_on() == 3
    assert database.states(workflow) == {"active": 3}


def test_what_is_published_while_a_worker_is_at_work_counts_for_what_its_steps_do(
    host, database, begin
):
    moving = host.call("publish", steps=["increment 1"])["workflow"]
    go_on = begin("move")
    trigger = {"kind": "event", "event": "changed", "field_name": "color"}
    workflow = host.call("publish", steps=["delay"], triggers=[trigger])["workflow"]
    host.call("enroll", workflow=moving, record_ids=host.call("contacts", count=3))
    assert go_on() == 3
    host.call("enter_once")
    assert database.states(workflow) == {"active": 3}


@contextmanager
def held_by_another(database, enrollment_condition):
    """Within, a connection holds enrollments, as a worker does whose step takes long."""
    with closing(database.another()) as connection:
        connection.cursor().execute(
            f"SELECT FROM crm_workflow_enrollment WHERE {enrollment_condition} FOR NO KEY UPDATE"
        )
        yield


def enter_soon(host):
    """One tick, in which nobody is waited for."""
    started = time.monotonic()
    host.call("enter_once")
    assert time.monotonic() - started < SOON


def test_records_that_somebody_holds_do_not_keep_others_from_entering(host, database):
    goal = {"kind": "criteria", "domain": "[('ref', '=', 'through')]"}
    holding = host.call("publish", steps=["delay"], exits=[goal])["workflow"]
    trigger = {"kind": "criteria", "domain": MATCHING}
    other = host.call("publish", steps=["delay"], triggers=[trigger])["workflow"]
    records = host.call("contacts", count=40)
    host.call("enroll", workflow=holding, record_ids=records)
    held, free = records[:3], records[3:]
    inside = "SELECT res_id FROM crm_workflow_enrollment WHERE workflow_id = %s"

    with held_by_another(database, f"res_id IN {tuple(held)}"):
        host.call("write", record_ids=records, vals={"ref": "through"})
        host.call("write", record_ids=held[:1], vals={"ref": "in"})
        entering = host.call("contacts", count=20, ref="in")
        enter_soon(host)
        assert database.states(holding) == {"exited": len(free), "active": len(held)}
        assert {row[0] for row in database.rows(inside, other)} == set(entering)
        left = database.rows("SELECT DISTINCT res_id FROM crm_workflow_event")
        assert {row[0] for row in left} == set(held), "their facts wait, in order"

    host.call("enter_once")
    assert not database.value("SELECT count(*) FROM crm_workflow_event")
    assert database.states(holding) == {"exited": len(records) - 1, "active": 1}
    assert {row[0] for row in database.rows(inside, other)} == {*entering, held[0]}


def test_who_is_held_at_the_end_of_a_path_does_not_keep_others_from_leaving(host, database):
    goal = {"kind": "criteria", "domain": "[('parent_id.ref', '=', 'through')]"}
    workflow = host.call("publish", steps=["delay"], exits=[goal])["workflow"]
    companies = host.call("contacts", count=30)
    people = [host.call("contacts", count=1, parent_id=company)[0] for company in companies]
    host.call("enroll", workflow=workflow, record_ids=people)

    with held_by_another(database, f"res_id = {people[7]}"):
        host.call("write", record_ids=companies, vals={"ref": "through"})
        enter_soon(host)
        assert database.states(workflow) == {"exited": len(people) - 1, "active": 1}

    host.call("enter_once")
    assert database.states(workflow) == {"exited": len(people)}


def test_a_handover_is_released_although_another_is_held(host, database):
    workflow = host.call("publish", steps=["delay"])["workflow"]
    entered = host.call("publish", steps=["delay"])["workflow"]
    records = host.call("contacts", count=5)
    host.call("enroll", workflow=workflow, record_ids=records)
    host.call("move_due", workflow=workflow)
    host.call("enroll", workflow=entered, record_ids=records)
    database.run(
        """INSERT INTO crm_workflow_handover (enrollment_id, entered_id, action_key)
           SELECT e.id, o.id, a.key FROM crm_workflow_enrollment e
             JOIN crm_workflow_action a ON a.id = e.action_id
             JOIN crm_workflow_enrollment o ON o.res_id = e.res_id AND o.workflow_id = %s
            WHERE e.workflow_id = %s""",
        entered,
        workflow,
    )
    database.run(
        "UPDATE crm_workflow_enrollment SET state = 'completed' WHERE workflow_id = %s", entered
    )
    due = """SELECT count(*) FROM crm_workflow_enrollment
              WHERE workflow_id = %s AND due_at <= now() AT TIME ZONE 'UTC'"""
    with held_by_another(database, f"workflow_id = {workflow} AND res_id = {records[0]}"):
        host.call("enter_once")
        assert database.value(due, workflow) == len(records) - 1
    host.call("enter_once")
    assert database.value(due, workflow) == len(records)
