"""A real server: its scheduler is woken by a change, and it ends in good order."""

import invariants
import pytest
from hosting import errors_in, eventually
from servers import Server
from smtp_server import SmtpServer

#: Without the wake-up call the scheduler would look only once a minute.
SOON = 30


@pytest.fixture
def server(setup, database_name, tmp_path):
    """Odoo as it is run, with two threads for scheduled actions."""
    with Server(setup, database_name, tmp_path, "--max-cron-threads=2") as server:
        yield server.wait_until_ready()


def test_a_change_is_acted_on_within_seconds_and_the_server_stops_in_good_order(
    host, database, server
):
    trigger = {"kind": "criteria", "domain": "[('ref', '=', 'now')]"}
    workflow = host.call("publish", steps=["increment 1", "create"], triggers=[trigger])["workflow"]
    records = host.call("contacts", count=2001, ref="later")
    first, *others = records

    host.call("write", record_ids=[first], vals={"ref": "now"})
    eventually(lambda: database.states(workflow) == {"completed": 1}, SOON, "the first step")

    host.call("write", record_ids=others, vals={"ref": "now"})
    eventually(lambda: database.states(workflow).get("completed", 0) > 1, SOON, "the next batch")
    until_then = server.log()
    assert server.stop() == 0
    assert not errors_in(until_then)
    last_words = server.log().removeprefix(until_then)
    assert "failed on step" not in last_words, "a connection that is closed is no record's fault"
    invariants.check(database, workflow, at_rest=False)

    host.call("enter", last_call=str(server.log_file))
    host.call("work", workflow=workflow)
    assert database.states(workflow) == {"completed": 2001}
    invariants.check(database, workflow)


def test_a_step_without_an_end_is_cut_off_in_a_thread_of_the_scheduler(host, database, server):
    host.call("set_parameter", name="crm_workflow.step_seconds", value="1")
    workflow = host.call("publish", steps=["poison"])["workflow"]
    records = host.call("contacts", count=30, ref="fine")
    host.call("write", record_ids=records[7:8], vals={"ref": "endless"})
    host.call("enroll", workflow=workflow, record_ids=records)
    eventually(
        lambda: database.states(workflow) == {"completed": 29, "parked": 1}, 3 * SOON, "the end"
    )
    host.call("set_parameter", name="crm_workflow.step_seconds", value="")
    assert server.process.poll() is None
    invariants.check(database)


def test_emails_leave_at_once_though_they_are_more_than_odoo_takes_and_the_server_hangs_up(
    host, database, server
):
    smtp = SmtpServer().start()
    smtp.behaviours = [*(2 * [*15 * ["take"], "hang up at once"]), "take"]
    host.call("set_up_deliveries", smtp_port=smtp.port)
    host.call("set_parameter", name="mail.mail.queue.batch.size", value="20")
    workflow = host.call("publish", steps=["email"])["workflow"]
    [contact] = host.call("contacts", count=1)
    host.call("enroll", workflow=workflow, record_ids=database.copies(contact, 90, 90))

    def received():
        """The scheduler serves all of Odoo: its digest goes to the administrator."""
        return [mail for mail in smtp.received if "@outside.example" in mail.recipients[0]]

    eventually(lambda: len(received()) == 88, SOON, "all but those that met a fault")
    host.call("set_parameter", name="mail.mail.queue.batch.size", value="")
    server.stop()
    database.let_deliveries_be_due()
    host.call("send")
    smtp.stop()
    assert len(received()) == 90
    invariants.check(database, workflow, delivered=True)
