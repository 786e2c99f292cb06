"""Records that somebody else holds or writes, and records that break the step."""

import time

import invariants
from crew import SOAK
from hosting import RACES_OF_PEOPLE, eventually

RECORDS = 1_000 if SOAK else 400
#: Why a record is parked, by the poison in its reference; the rest is due to nobody's fault.
POISONS = {
    "user": "no",
    "validation": "recursive",
    "sql": "no_such_table",
    "swallowed": "passed over an error of the database",
    "commit": "must not commit",
    "endless": "had not come to an end",
    "slow": "had not come to an end",
}
#: What Odoo logs of queries: wrong ones, those behind one that was passed over, one cut off.
OF_THE_POISONS = ("no_such_table", "current transaction is aborted", "pg_sleep")
EACH = 20 if SOAK else 2
WRITERS, WRITES = (4, 2000) if SOAK else (2, 150)


def test_records_that_somebody_holds_do_not_hold_up_the_others(host, database):
    workflow = host.call("publish", steps=["increment 1", "create"])["workflow"]
    records = host.call("contacts", count=RECORDS)
    host.call("enroll", workflow=workflow, record_ids=records)
    held = records[200:203]
    somebody = database.another()
    somebody.cursor().execute("SELECT id FROM res_partner WHERE id = ANY(%s) FOR UPDATE", (held,))

    host.call("move_due", workflow=workflow)
    assert database.states(workflow) == {"active": 3, "completed": RECORDS - 3}
    waiting = database.rows(
        """SELECT res_id, attempts FROM crm_workflow_enrollment
            WHERE state = 'active' ORDER BY res_id"""
    )
    assert waiting == [(record, 0) for record in held]
    assert not set(host.call("health")) - {"late"}

    somebody.rollback()
    somebody.close()
    database.hurry()
    host.call("work", workflow=workflow)
    assert database.states(workflow) == {"completed": RECORDS}
    invariants.check(database, workflow)


def test_records_that_others_write_all_the_time_are_written_once_by_the_step(
    host, database, lots, figures
):
    workflow = host.call("publish", steps=["increment 1", "create", "increment 2"])["workflow"]
    records = host.call("contacts", count=RECORDS)
    writers = [
        host.start(
            "change_at_random",
            record_ids=records[:50],
            vals_list=[{"function": "busy"}, {"function": "idle"}],
            commits=WRITES,
            seed=lots.randrange(1000),
        )
        for _writer in range(WRITERS)
    ]
    host.call("enroll", workflow=workflow, record_ids=records)
    workers = [host.start("work", workflow=workflow) for _worker in range(2)]
    eventually(
        lambda: database.states(workflow).get("completed", 0) >= RECORDS - 50, 180, "the others"
    )
    for writer in writers:
        writer.result(may_log=RACES_OF_PEOPLE)
    database.let_time_pass()
    lost = sum(worker.log().count("lost its races") for worker in workers)
    eventually(
        lambda: not database.active(workflow) or database.hurry() and None,
        180,
        "everyone is through",
    )
    for worker in workers:
        worker.result()
    assert database.states(workflow) == {"completed": RECORDS}
    invariants.check(database, workflow)
    figures(f"{lots.name}: {WRITERS * WRITES} writes of others, {lost} batches lost their races")


def test_poisoned_records_are_parked_with_the_reason_and_the_others_go_on(host, database, figures):
    host.call("set_parameter", name="crm_workflow.step_seconds", value="1")
    workflow = host.call("publish", steps=["poison", "create"])["workflow"]
    records = host.call("contacts", count=300, ref="fine")
    poisoned = {}
    for number, poison in enumerate([*POISONS] * EACH):
        poisoned[records[2 * number + 1]] = poison
    for record, poison in poisoned.items():
        host.call("write", record_ids=[record], vals={"ref": poison})
    host.call("enroll", workflow=workflow, record_ids=records)
    started = time.monotonic()
    host.call("work", workflow=workflow, may_log=OF_THE_POISONS)
    host.call("set_parameter", name="crm_workflow.step_seconds", value="")

    parked = dict(
        database.rows("SELECT res_id, reason FROM crm_workflow_enrollment WHERE state = 'parked'")
    )
    assert parked.keys() == poisoned.keys()
    assert not {
        record: reason
        for record, reason in parked.items()
        if POISONS[poisoned[record]] not in reason
    }
    assert database.states(workflow) == {"completed": 300 - len(poisoned), "parked": len(poisoned)}
    stepped = database.value(
        "SELECT count(*) FROM res_partner WHERE color = 1 AND id = ANY(%s)", records
    )
    assert stepped == 300 - len(poisoned)
    invariants.check(database)
    figures(
        f"{len(poisoned)} of 300 parked, {2 * EACH} of them cut off after 1 s each, in "
        f"{time.monotonic() - started:.0f} s"
    )
