"""Calls of web services by workers that are killed, or are several."""

import pytest
from hosting import eventually
from http_server import Service, hang


@pytest.fixture
def calling(host):
    """Notes calls of a service: returns the workflow."""

    def note(service, count):
        host.call("allow_calls", hosts="127.0.0.1")
        workflow = host.call("publish", steps=[f"call {service.url()}"])["workflow"]
        records = host.call("contacts", count=count)
        host.call("enroll", workflow=workflow, record_ids=records)
        host.call("work", workflow=workflow)
        return workflow

    return note


def test_a_call_of_a_killed_worker_is_sent_again_under_its_id(host, database, calling):
    with Service(hang(60), 200) as service:
        calling(service, 1)
        worker = host.start("deliver")
        eventually(lambda: service.received, 20, "the call")
        assert open_transactions(database) == 0
        worker.kill()
        assert database.rows("SELECT state, attempts FROM crm_workflow_call") == [("waiting", 1)]

        host.call("deliver")
        assert len(service.received) == 1, "it was sent again before its lease ended"
        database.run("UPDATE crm_workflow_call SET locked_until = '2020-01-01'")
        host.call("deliver")
        assert database.rows("SELECT state, attempts FROM crm_workflow_call") == [("delivered", 2)]
        assert len(service.received) == 2
        assert len({request.headers["webhook-id"] for request in service.received}) == 1


def test_several_workers_send_each_call_once(host, database, calling):
    with Service(200) as service:
        calling(service, 60)
        workers = [host.start("deliver") for _worker in range(3)]
        for worker in workers:
            worker.result()
        host.call("deliver")
        ids = [request.headers["webhook-id"] for request in service.received]
        assert len(ids) == len(set(ids)) == 60
        assert database.value("SELECT count(*) FROM crm_workflow_call WHERE attempts <> 1") == 0


def open_transactions(database):
    """How many connections to the database have begun something, besides our own."""
    return database.value(
        """SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
              AND xact_start IS NOT NULL"""
    )
