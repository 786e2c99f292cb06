"""Workers are killed at any instant: nothing is lost, nothing happens twice."""

import random
import time

import invariants
from hosting import eventually

KILLS, CUTS = 12, 5
#: A worker that runs out of work before its turn leaves a round without a kill.
MOST_ROUNDS = 2 * KILLS
RECORDS = 3000
#: Of a record in the first batch: in the hundred, in a tenth of it, and twice alone.
DEATHS = 4


def test_workers_killed_at_random_instants_neither_lose_nor_repeat(host, database):
    workflow = host.call("publish", steps=["increment 1", "create", "increment 2"])["workflow"]
    generator = random.Random(7)

    entered = supply(host, workflow, RECORDS)
    workers = [host.start("work", workflow=workflow)]
    killed = 0
    for _round in range(MOST_ROUNDS):
        if database.active(workflow) < RECORDS // 2:
            entered += supply(host, workflow, RECORDS // 2)
        workers.append(host.start("work", workflow=workflow))
        time.sleep(generator.uniform(0.05, 0.4))
        workers = still_at_work(workers)
        if workers:
            workers.pop(generator.randrange(len(workers))).kill()
            killed += 1
        # The other one goes on meanwhile.
        invariants.check(database, workflow, at_rest=False)
        if killed == KILLS:
            break

    assert killed == KILLS, f"only {killed} workers were met at work"
    for worker in workers:
        worker.result()
    host.call("work", workflow=workflow)
    take_up_suspects(host, workflow, deaths=KILLS)
    assert database.states(workflow) == {"completed": entered}
    invariants.check(database, workflow)


def still_at_work(workers):
    """Those who have not run out of work; who has must have ended in good order."""
    ended = [worker for worker in workers if worker.poll() is not None]
    for worker in ended:
        worker.result()
    return [worker for worker in workers if worker not in ended]


def take_up_suspects(host, workflow, deaths):
    """Whoever was alone in the hands of two that died is a suspect, parked: let it go on."""
    assert host.call("retry", workflow=workflow) <= deaths // 2
    host.call("work", workflow=workflow)


def supply(host, workflow, count):
    """Let new contacts enter; returns how many."""
    return host.call("enroll", workflow=workflow, record_ids=host.call("contacts", count=count))


def test_a_record_that_kills_its_worker_is_parked_and_holds_up_nobody(host, database):
    workflow = host.call("publish", steps=["increment 1", "create"])["workflow"]
    records = host.call("contacts", count=400)
    host.call("enroll", workflow=workflow, record_ids=records)
    poison = records[50]

    deaths = 0
    while (worker := host.start("work_and_die_of", workflow=workflow, record_id=poison)).wait():
        assert worker.code == -9, worker.log()[-3000:]
        deaths += 1
        assert deaths <= DEATHS
    assert deaths == DEATHS
    assert database.states(workflow) == {"completed": 399, "parked": 1}
    assert database.rows(
        "SELECT res_id, reason FROM crm_workflow_enrollment WHERE state = 'parked'"
    ) == [(poison, "The server process died while running this step.")]
    invariants.check(database, workflow)


def test_a_worker_whose_connection_is_cut_leaves_the_queue_in_order(host, database):
    workflow = host.call("publish", steps=["increment 1", "create", "increment 2"])["workflow"]
    records = host.call("contacts", count=RECORDS)
    host.call("enroll", workflow=workflow, record_ids=records)
    generator = random.Random(11)

    for _cut in range(CUTS):
        worker = host.start("work", workflow=workflow)
        time.sleep(generator.uniform(0.02, 0.3))
        eventually(lambda: database.cut_busy(host.process.pid), 60, "a batch at work")
        assert worker.wait() == 1
        assert database.active(workflow)
        invariants.check(database, workflow, at_rest=False)

    host.call("work", workflow=workflow)
    take_up_suspects(host, workflow, deaths=CUTS)
    assert database.states(workflow) == {"completed": RECORDS}
    invariants.check(database, workflow)
