"""The job runner of OCA's queue_job, as it is run, serves the queue."""

import os

import invariants
import pytest
from balancer import Balancer
from database import Database
from hosting import Host, eventually
from servers import Server
from setup import databases, ports
from setup.command import ADDON

COUNT = 120
#: A batch lasts long enough to be met at work; its parts, when it is run again, do not.
STEPS = ["increment 1", "create", "sleep 0.02", "increment 2"]
WORKERS = 2
#: The cron has a thread beside the jobs: it makes them, and does none of the work.
OPTIONS = ("--load=base,web,queue_job", "--max-cron-threads=1")
CHANNELS = f"root:{WORKERS + 1},root.crm_workflow:{WORKERS}"


@pytest.fixture(scope="module")
def jobs_database_name(setup):
    """A database in which the job queue is installed beside the addon."""
    name = f"{ADDON}_test_{os.getpid()}_jobs"
    databases.fresh(setup, name, addon=False)
    try:
        setup.run_odoo("install-jobs", "-d", name, "-i", f"{ADDON},queue_job", *databases.QUIET)
        setup.server.query("UPDATE ir_cron SET active = false WHERE cron_name LIKE '%demo%'", name)
        yield name
    finally:
        databases.drop(setup, name)


@pytest.fixture
def jobs_host(setup, jobs_database_name, tmp_path):
    """Acts in that database, and has jobs serve its queue."""
    host = Host(setup, jobs_database_name, tmp_path)
    host.call("set_workers", count=WORKERS, served_by="jobs")
    yield host
    host.stop()


@pytest.fixture
def jobs_database(setup, jobs_database_name):
    """That database, to be asked directly."""
    database = Database(setup, jobs_database_name)
    yield database
    database.close()


@pytest.fixture
def start(setup, jobs_database_name, tmp_path):
    """Starts servers with a job runner, and ends them."""
    servers = []

    def start(*words, **variables):
        variables = {"ODOO_QUEUE_JOB_CHANNELS": CHANNELS, **variables}
        servers.append(Server(setup, jobs_database_name, tmp_path, *OPTIONS, *words, **variables))
        return servers[-1].wait_until_ready()

    yield start
    for server in servers:
        server.kill()


def test_jobs_take_everyone_through_once_though_their_server_is_killed(
    jobs_host, jobs_database, start
):
    workflow = jobs_host.call("publish", steps=STEPS)["workflow"]
    records = jobs_host.call("contacts", count=COUNT)
    server = start()
    assert jobs_host.call("enroll", workflow=workflow, record_ids=records) == COUNT

    eventually(lambda: in_hands(jobs_database), 60, "a batch in a job's hands")
    server.kill()
    assert jobs_database.active(workflow), "there was nothing left to find again"
    assert not server.errors()
    invariants.check(jobs_database, workflow, at_rest=False)

    other = start()
    eventually(lambda: not jobs_database.active(workflow), 300, "everyone is through")
    eventually(lambda: not in_hands(jobs_database), 60, "the end of the last batch")
    # Before the end: Odoo closes the cursors of what is still at work then, and logs it.
    assert not other.errors()
    assert other.stop() == 0
    assert jobs_database.states(workflow) == {"completed": COUNT}
    invariants.check(jobs_database, workflow)

    states = dict(jobs_database.rows("SELECT state, count(*) FROM queue_job GROUP BY state"))
    assert states["done"] and "failed" not in states
    assert sum(states.values()) < COUNT / 10, "jobs are made for lanes, and not for records"
    moved = jobs_database.value("SELECT sum(result::int) FROM queue_job WHERE state = 'done'")
    assert moved, "jobs did it"
    assert "No job runner" not in server.log() + other.log()


def test_jobs_run_on_each_server_and_another_takes_the_lead_when_one_is_killed(
    jobs_host, jobs_database, start
):
    workflow = jobs_host.call("publish", steps=STEPS)["workflow"]
    records = jobs_host.call("contacts", count=3 * COUNT)
    with Balancer() as balancer:
        behind = {"ODOO_QUEUE_JOB_HOST": "127.0.0.1", "ODOO_QUEUE_JOB_PORT": str(balancer.port)}
        leader = start("--workers=3", f"--gevent-port={ports.free()}", **behind)
        balancer.ports = [leader.port]
        eventually(lambda: leads(leader), 60, "the job runner of the first server")
        other = start(**behind)
        balancer.ports.append(other.port)
        jobs_host.call("enroll", workflow=workflow, record_ids=records)

        eventually(lambda: len(served_by(jobs_database, leader, other)) == 2, 90, "both at work")
        assert not leads(other), "two job runners at a time"
        leader.kill()
        assert jobs_database.active(workflow), "there was nothing left to find again"

        eventually(lambda: leads(other), 60, "the job runner of the second server")
        eventually(lambda: not jobs_database.active(workflow), 300, "everyone is through")
        eventually(lambda: not in_hands(jobs_database), 60, "the end of the last batch")
        # Before the end: Odoo closes the cursors of what is still at work then, and logs it.
        assert not leader.errors() + other.errors()
        assert other.stop() == 0
    assert jobs_database.states(workflow) == {"completed": 3 * COUNT}
    invariants.check(jobs_database, workflow)


def leads(server):
    """True once a server's job runner is the one that sends the jobs."""
    return "queue job runner ready for db" in server.log()


def served_by(database, *servers):
    """The servers that jobs have run on."""
    pids = {pid for (pid,) in database.rows("SELECT worker_pid FROM queue_job")}
    return [server for server in servers if pids & server.pids()]


def in_hands(database):
    """How many batches are in somebody's hands."""
    return database.value("SELECT count(*) FROM crm_workflow_ticket")
