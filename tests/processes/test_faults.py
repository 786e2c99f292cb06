"""Twenty thousand go through while workers die: in the queue, while they send, while they call."""

import time
from collections import Counter

import invariants
from crew import SOAK, Crew
from http_server import Service
from smtp_server import SmtpServer

RECORDS = 20_000
#: So many of them get an e-mail and a call: each costs ten times what a step in the database does.
OUTSIDE = RECORDS if SOAK else 500
#: While records move through the database, and while e-mails and calls leave.
KILLS, KILLS_OUTSIDE = (500, 500) if SOAK else (15, 25)
#: Seconds between two kills at most, in the database.
PAUSE = 0.8 if SOAK else 3
LONGEST = 4 * 3600 if SOAK else 900


def test_twenty_thousand_go_through_while_workers_are_killed(
    host, database, lots, figures, tmp_path
):
    smtp = SmtpServer().start()
    with Service(200) as service:
        host.call("set_up_deliveries", smtp_port=smtp.port)
        outside = ["email", f"call {service.url()}"]
        steps = [
            "increment 1",
            "create",
            "delay",
            {"if": "[('ref', '=', 'outside')]", "then": outside, "else": []},
        ]
        workflow = host.call("publish", steps=steps)["workflow"]
        [contact] = host.call("contacts", count=1)
        records = database.copies(contact, RECORDS, OUTSIDE)
        assert host.call("enroll", workflow=workflow, record_ids=records) == RECORDS

        started = time.monotonic()
        last_call = tmp_path / "last_call"
        scheduler = ("schedule", {"last_call": str(last_call)})
        crew = Crew(
            host, database, lots, scheduler, scheduler, ("move_due", {"workflow": workflow})
        )
        try:
            drain(crew, workflow, KILLS, PAUSE, lambda: database.due(workflow))
            database.let_time_pass()
            drain(crew, workflow, KILLS + KILLS_OUTSIDE, 0.8, lambda: leaves(database, workflow))
        finally:
            crew.dismiss()
        finish(host, database, workflow)
        suspects = take_up(host, database, workflow)
        smtp.stop()

    invariants.check(database, workflow, delivered=True)
    assert database.states(workflow) == {"completed": RECORDS}
    assert not set(host.call("health")) - {"late"}
    # The scheduler serves all of Odoo: its digest goes to the administrator.
    received = [mail for mail in smtp.received if mail.recipients[0].endswith("@outside.example")]
    mails = Counter(mail.message["Message-Id"] for mail in received)
    people = {mail.recipients[0] for mail in received}
    calls = Counter(request.headers["webhook-id"] for request in service.received)
    figures(
        f"{lots.name}: {RECORDS} enrollments, {OUTSIDE} e-mails and calls, {crew.kills} kills in "
        f"{time.monotonic() - started:.0f} s; {crew.told()}; {suspects} suspects parked and taken "
        f"up; {doubles(mails)} e-mails and {doubles(calls)} calls came twice, all under their id"
    )
    crew.check_resumed()
    assert len(mails) == len(people) == len(calls) == OUTSIDE
    assert doubles(mails) <= crew.kills
    # A call that was in the hands of a dead worker may have arrived, and no other.
    mortal = Counter(key for key, _attempt in crew.in_hands)
    assert not {key: times for key, times in calls.items() if times > 1 + mortal[key]}
    attempts = dict(database.rows("SELECT key, attempts FROM crm_workflow_call"))
    assert not {key: times for key, times in calls.items() if times > attempts[key]}


def drain(crew, workflow, kills, pause, is_under_way):
    """Kill now and then, until all is done or so many were killed in all; the rest goes on alone.

    :param pause: seconds between two kills at most
    """
    ends = time.monotonic() + LONGEST
    database = crew.database
    while is_under_way():
        assert time.monotonic() < ends, (database.states(workflow), database.undelivered())
        time.sleep(crew.lots.uniform(0.1, pause))
        if crew.kills < kills:
            crew.kill_one()
            if crew.kills % 10 == 0:
                invariants.check(database, workflow, at_rest=False)
        crew.look_after_orphans()
        crew.replace_ended()
        database.call_the_scheduler()


def leaves(database, workflow):
    """Whether anything is on its way out; calls that the dead hold are left for later."""
    of_the_dead = "SELECT count(*) FROM crm_workflow_call WHERE state = 'waiting' AND attempts > 0"
    return database.due(workflow) or database.undelivered() > database.value(of_the_dead)


def finish(host, database, workflow):
    """Serve the queues once more: the last of the dead left something in each."""
    host.start("move_due", workflow=workflow).result()
    for _round in range(100):
        if not database.undelivered():
            return
        database.let_deliveries_be_due(of_the_dead=True)
        host.start("deliver").result()
        host.start("send").result()
    raise AssertionError(f"{database.undelivered()} e-mails and calls do not leave")


def take_up(host, database, workflow):
    """Whoever was alone in the hands of two that died is a suspect, parked: it goes on."""
    suspects = host.call("retry", workflow=workflow)
    while database.active(workflow):
        database.let_time_pass()
        host.call("move_due", workflow=workflow)
    finish(host, database, workflow)
    return suspects


def doubles(times):
    return sum(times.values()) - len(times)
