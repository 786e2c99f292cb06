"""Two Odoo servers share the work of one database, while people write to the same records."""

import sys
from pathlib import Path

import invariants
import pytest
from hosting import RACES_OF_PEOPLE, eventually
from servers import Server

sys.path.append(str(Path(__file__).parents[1]))
from http_server import Service  # noqa: E402

COUNT = 600
#: Neither is taken through by one scheduled action before the other server has looked.
WORKERS = 4


@pytest.fixture
def servers(setup, host, database, database_name, tmp_path):
    """Two servers, each with two threads for scheduled actions."""
    host.call("set_workers", count=WORKERS)
    options = (setup, database_name, tmp_path, "--max-cron-threads=2")
    with Server(*options) as one, Server(*options) as other:
        yield one.wait_until_ready(), other.wait_until_ready()
    host.call("set_workers", count=1)


def test_two_servers_take_everyone_through_once_beside_people_who_write(host, database, servers):
    with Service(200) as service:
        host.call("allow_calls", hosts="127.0.0.1")
        steps = ["increment 1", "sign", "await", "increment 2", f"call {service.url()}", "create"]
        trigger = {"kind": "criteria", "domain": "[('ref', '=', 'in')]"}
        workflow = host.call("publish", steps=steps, triggers=[trigger])["workflow"]
        records = host.call("contacts", count=COUNT, ref="out")

        people = [
            host.start(
                "change_at_random",
                record_ids=records,
                vals_list=[{"ref": "in"}, {"ref": "out"}, {"ref": "in", "city": "Oslo"}],
                commits=150,
                seed=seed,
            )
            for seed in range(2)
        ]
        for person in people:
            person.result(may_log=RACES_OF_PEOPLE)
        host.call(
            "write_again",
            may_log=RACES_OF_PEOPLE,
            record_ids=records,
            vals={"ref": "in", "city": "Rome"},
        )
        eventually(lambda: entered(database, workflow) == COUNT, 60, "all are inside")
        eventually(lambda: not moving(database, workflow), 60, "all have come as far as they can")
        host.call("write_again", may_log=RACES_OF_PEOPLE, record_ids=records, vals={"ref": "gone"})
        eventually(lambda: database.states(workflow) == {"completed": COUNT}, 90, "all are through")
        delivered = "SELECT count(*) FROM crm_workflow_call WHERE state = 'delivered'"
        eventually(lambda: database.value(delivered) == COUNT, 60, "all are called")

        signed = database.rows("SELECT DISTINCT function FROM res_partner WHERE ref = 'gone'")
        assert {name for (name,) in signed} == {server.name for server in servers}
        # Before the end: Odoo closes the connections of what is still at work then, and logs it.
        for server in servers:
            assert not server.errors()
        assert all(server.stop() == 0 for server in servers)
        ids = [request.headers["webhook-id"] for request in service.received]
        assert len(ids) == len(set(ids)) == COUNT
    host.call("enter", last_call=str(servers[0].log_file))
    invariants.check(database, workflow)


def entered(database, workflow):
    """How many ever entered."""
    return sum(database.states(workflow).values())


def moving(database, workflow):
    """How many are on the way, and wait for nothing."""
    return database.value(
        """SELECT count(*) FROM crm_workflow_enrollment
            WHERE workflow_id = %s AND state = 'active' AND NOT waiting""",
        workflow,
    )
