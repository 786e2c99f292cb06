"""The database server crashes, and the line to it is cut, silent or slow."""

import subprocess
import time

import invariants
import pytest
from crew import SOAK, Crew
from database import Database
from hosting import Host, eventually
from proxy import Proxy
from setup import cache, postgres_cluster
from setup.postgres import Server

CRASHES = 30 if SOAK else 2
CUTS = 100 if SOAK else 5
#: More than move between so many faults.
RECORDS = 20_000 if SOAK else 3_000
STEPS = ["increment 1", "create", "increment 2"]
#: How many enrollments workers have in hands that are alive.
IN_HANDS = """SELECT sum(jsonb_array_length(t.enrollment_ids))
                FROM crm_workflow_ticket t JOIN pg_locks l ON l.objid = t.id
               WHERE l.locktype = 'advisory'
                 AND l.classid = 'crm_workflow_ticket'::regclass::oid"""


class Own:
    """A database server that nobody else uses, with a copy of the database, behind a proxy."""

    def __init__(self, setup, name, path, variables):
        self.path, self.server = path, Server(variables, private=True)
        self.proxy = Proxy(f"{variables['PGHOST']}/.s.PGSQL.{variables['PGPORT']}")
        subprocess.run(["createdb", name], env=self.server.environment(), check=True)
        dump = subprocess.Popen(
            ["pg_dump", "--no-owner", name],
            env=setup.server.environment(),
            stdout=subprocess.PIPE,
        )
        subprocess.run(
            ["psql", "-X", "-q", "-o", "/dev/null", name],
            env=self.server.environment(),
            stdin=dump.stdout,
            check=True,
        )
        assert dump.wait() == 0

    def crash(self):
        postgres_cluster.crash(self.path)


@pytest.fixture(scope="module")
def own(setup, database_name):
    path = cache.folder("postgres") / f"{database_name}_faults"
    # What crashes are processes; the machine, which fsync is for, does not.
    settings = "max_connections = 50\nshared_buffers = 64MB\nfsync = off\n"
    with postgres_cluster.own(path, settings) as variables:
        own = Own(setup, database_name, path, variables)
        yield own
        own.proxy.stop()


@pytest.fixture(scope="module")
def far_host(setup, database_name, own, tmp_path_factory):
    """Workers whose way to the database leads through the proxy."""
    options = ("--db_host=127.0.0.1", f"--db_port={own.proxy.port}")
    host = Host(setup, database_name, tmp_path_factory.mktemp("far"), *options)
    yield host
    host.stop()


@pytest.fixture
def far_database(setup, database_name, own):
    """The database, asked past the proxy."""
    database = Database(setup, database_name, own.server)
    yield database
    database.forget_workflows()
    database.close()


@pytest.fixture
def queue(far_host, far_database):
    """A workflow with many inside."""
    workflow = far_host.call("publish", steps=STEPS)["workflow"]
    [contact] = far_host.call("contacts", count=1)
    records = far_database.copies(contact, RECORDS)
    far_host.call("enroll", workflow=workflow, record_ids=records)
    return workflow


def finish(host, database, workflow, faults):
    """Serve the queue to its end; whoever was alone in the hands of two that died goes on."""
    host.call("work", workflow=workflow)
    suspects = host.call("retry", workflow=workflow)
    assert suspects <= faults
    host.call("work", workflow=workflow)
    assert database.states(workflow) == {"completed": RECORDS}
    invariants.check(database, workflow)
    return suspects


def test_a_crash_of_the_database_server_loses_nothing(
    own, far_host, far_database, queue, lots, figures, tmp_path
):
    last_call = tmp_path / "last_call"
    scheduler = ("schedule", {"last_call": str(last_call)})
    crew = Crew(far_host, far_database, lots, scheduler, ("work", {"workflow": queue}))
    seconds = []
    for _crash in range(CRASHES):
        more(crew, queue)
        far_database.call_the_scheduler()
        time.sleep(lots.uniform(0, 0.5))
        own.crash()
        crashed = time.monotonic()
        far_database.connect()
        invariants.check(far_database, queue, at_rest=False)
        more(crew, queue)
        seconds.append(time.monotonic() - crashed)
    last_call.touch()
    crew.dismiss()
    suspects = finish(far_host, far_database, queue, CRASHES)
    figures(
        f"{lots.name}: {CRASHES} crashes of PostgreSQL, work went on after {max(seconds):.1f} s "
        f"at most; {suspects} suspects parked and taken up"
    )


def more(crew, workflow):
    """One more batch is through, or the last one was."""

    def progress():
        return crew.database.value("SELECT COALESCE(max(id), 0) FROM crm_workflow_log")

    def is_more():
        crew.replace_ended()
        return progress() > before or not crew.database.active(workflow)

    before = progress()
    eventually(is_more, 60, "work goes on")


def test_a_line_that_is_reset_again_and_again_loses_nothing(
    own, far_host, far_database, queue, lots, figures
):
    for _cut in range(CUTS):
        worker = far_host.start("work", workflow=queue)
        eventually(lambda: far_database.value(IN_HANDS), 30, "a batch in hands")
        time.sleep(lots.uniform(0, 0.2))
        own.proxy.cut()
        worker.wait()
        invariants.check(far_database, queue, at_rest=False)
    suspects = finish(far_host, far_database, queue, CUTS)
    figures(f"{lots.name}: {CUTS} resets of the line; {suspects} suspects parked and taken up")


def test_a_line_that_falls_silent_holds_up_only_what_was_in_hands(
    own, far_host, far_database, queue
):
    worker = far_host.start("work", workflow=queue)
    eventually(lambda: far_database.value(IN_HANDS), 30, "a batch in hands")
    own.proxy.silence()
    worker.kill()
    held = far_database.value(IN_HANDS) or 0
    # The server does not know yet that nobody is there any more: others go round what it holds.
    others = far_host.start("work", workflow=queue)
    eventually(
        lambda: far_database.states(queue).get("completed", 0) >= RECORDS - held, 180, "the others"
    )
    others.kill()
    own.proxy.cut()
    finish(far_host, far_database, queue, 2)


def test_a_slow_line_costs_time_alone(own, far_host, far_database):
    workflow = far_host.call("publish", steps=["increment 1", "create"])["workflow"]
    records = far_host.call("contacts", count=200)
    far_host.call("enroll", workflow=workflow, record_ids=records)
    own.proxy.delay = 0.03
    try:
        workers = [far_host.start("work", workflow=workflow) for _worker in range(2)]
        for worker in workers:
            worker.result()
    finally:
        own.proxy.delay = 0
    assert far_database.states(workflow) == {"completed": 200}
    invariants.check(far_database, workflow)
