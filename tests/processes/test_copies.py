"""Copies and backups of a database, made by Odoo's own commands: which of them act, which rest."""

import os
import sys
from pathlib import Path

import invariants
import life
import pytest
from setup.mail_catcher import MailCatcher

sys.path.append(str(Path(__file__).parents[1]))
from http_server import Service  # noqa: E402

#: People outside, and colleagues.
OUTSIDE, COLLEAGUES = 6, 2
COUNT = OUTSIDE + COLLEAGUES
#: A backup that was moved, and where time is no matter, one that is a copy like a duplicate.
WAYS = [True, False] if os.environ.get("CRM_WORKFLOW_SOAK") else [True]


@pytest.fixture
def world(tmp_path):
    """A mail server and a web service: what arrives there has left the database."""
    with Service(200) as service:
        folder = tmp_path / "mail"
        folder.mkdir()
        catcher = MailCatcher(folder).start()
        try:
            yield World(service, catcher)
        finally:
            catcher.shutdown()
            catcher.server_close()


class World:
    def __init__(self, service, catcher):
        self.service, self.catcher = service, catcher

    @property
    def reached(self):
        """(calls, e-mails) that have arrived."""
        return len(self.service.received), len(list(self.catcher.folder.iterdir()))

    def serve(self, host):
        """Let a database do all that it wants to do."""
        host.call("serve_all", smtp_port=self.catcher.port)


@pytest.fixture
def original(setup, database_name, tmp_path, world):
    """A database in the middle of its work: e-mails and calls are queued, and more will be."""
    own = life.begin(setup, database_name, tmp_path)
    try:
        own.database.run("DELETE FROM mail_mail")  # of Odoo's demo data
        own.database.run("UPDATE ir_mail_server SET active = false")  # of other tests
        call = f"call {world.service.url()}"
        host = own.host()
        host.call("allow_calls", hosts="127.0.0.1")
        steps = ["email 1", call, "delay", "increment 1", "email 2", call]
        own.workflow = host.call("publish", steps=steps)["workflow"]
        records = host.call("contacts", count=OUTSIDE, email="somebody@else.example")
        records += host.call("colleagues", count=COLLEAGUES, email="somebody@here.example")
        host.call("enroll", workflow=own.workflow, record_ids=records)
        host.call("tick")
        own.leave()
        yield own
    finally:
        own.drop()


def resting(copy, workflow):
    """Why a workflow of a copy does not act; everybody stands where he stood."""
    [[state, reason]] = copy.database.rows(
        "SELECT state, pause_reason FROM crm_workflow WHERE id = %s", workflow
    )
    assert copy.database.states(workflow) == {"active": COUNT}
    return state == "paused" and reason


def test_a_plain_copy_rests_until_somebody_lets_it_act(original, world):
    copy = original.another(f"{original.name}_plain")
    original.odoo("db", "duplicate", original.name, copy.name)
    host = copy.host()
    copy.database.let_time_pass()
    world.serve(host)
    assert world.reached == (0, 0)
    assert "copy" in resting(copy, original.workflow)

    host.call("resume", workflow=original.workflow)
    copy.database.let_time_pass()
    world.serve(host)
    assert copy.database.states(original.workflow) == {"completed": COUNT}
    assert world.reached == (COUNT, COUNT), "what was queued in the original is the original's"
    invariants.check(copy.database, original.workflow)

    world.serve(original.host())
    assert world.reached == (2 * COUNT, 2 * COUNT), "each that the original had queued"


def test_a_neutralized_copy_reaches_nobody_even_when_it_is_let_act(original, world):
    copy = original.another(f"{original.name}_neutral")
    original.odoo("db", "duplicate", "-n", original.name, copy.name)
    host = copy.host()
    copy.database.let_time_pass()
    world.serve(host)
    assert "copy" in resting(copy, original.workflow)

    host.call("resume", workflow=original.workflow)
    copy.database.let_time_pass()
    world.serve(host)
    assert copy.database.states(original.workflow) == {"completed": COUNT}
    assert world.reached == (0, 0)
    invariants.check(copy.database, original.workflow)


@pytest.mark.parametrize("moved", WAYS)
def test_a_backup_goes_on_when_it_is_moved_and_rests_when_it_is_a_copy(
    original, world, tmp_path, moved
):
    backup = original.another(f"{original.name}_backup")
    file = tmp_path / "backup.zip"
    original.odoo("db", "dump", original.name, file, "--no-filestore")
    if moved:
        host = original.host()
        host.call("restore", database=backup.name, file=str(file))
        original.leave()
    else:
        original.odoo("db", "load", backup.name, file)
    backup.database.let_time_pass()
    world.serve(backup.host())
    if moved:
        assert backup.database.states(original.workflow) == {"completed": COUNT}
        assert world.reached == (2 * COUNT, 2 * COUNT)
        invariants.check(backup.database, original.workflow)
    else:
        assert world.reached == (0, 0)
        assert "copy" in resting(backup, original.workflow)
