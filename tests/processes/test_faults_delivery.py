"""The servers of e-mails and the services that are called fail half-way, and recover."""

import time
from collections import Counter

import invariants
import pytest
from crew import SOAK
from http_server import Service, answer
from smtp_server import SmtpServer

COUNT = 2_000 if SOAK else 60
#: A run of the queue ends when the server hangs up.
RUNS = 2 * COUNT if SOAK else 200
#: What Odoo logs of a mail server that is away, or fails.
OF_THE_SERVER = ("Failed processing mail queue", "Exception while processing mail with ID")
OF_THE_SERVER += ("failed sending mail",)
EMAILS = ("take", "451 too busy", "hang up at once", "hang up afterwards")


def note(host, database, step, count=COUNT):
    """Let contacts outside come to a step; returns the workflow."""
    workflow = host.call("publish", steps=[step])["workflow"]
    [contact] = host.call("contacts", count=1)
    records = database.copies(contact, count, count)
    host.call("enroll", workflow=workflow, record_ids=records)
    host.call("work", workflow=workflow)
    return workflow


def deliver(host, database, verb):
    """Run a queue, again and again, until all is delivered; returns how many runs it took."""
    for number in range(1, RUNS):
        host.call(verb, may_log=OF_THE_SERVER)
        if not database.undelivered():
            return number
        database.let_deliveries_be_due()
    raise AssertionError(f"{database.undelivered()} are not delivered after {RUNS} runs")


def ids(smtp):
    return Counter(mail.message["Message-Id"] for mail in smtp.received)


def test_emails_get_through_a_server_that_fails_at_random(host, database, lots, figures):
    smtp = SmtpServer().start()
    host.call("set_up_deliveries", smtp_port=smtp.port)
    workflow = note(host, database, "email")
    smtp.behaviours = [*lots.choices(EMAILS, k=COUNT // 2), "take"]
    silent = smtp.behaviours.count("hang up afterwards")
    runs = deliver(host, database, "send")
    smtp.stop()
    invariants.check(database, workflow, delivered=True)
    times = ids(smtp)
    people = Counter(mail.recipients[0] for mail in smtp.received)
    assert len(times) == len(people) == COUNT
    assert sum(times.values()) - COUNT <= silent
    figures(
        f"{lots.name}: {COUNT} e-mails through {COUNT // 2} faults in {runs} runs, "
        f"{sum(times.values()) - COUNT} came twice under their id ({silent} were taken in silence)"
    )


def test_of_two_who_get_an_email_none_gets_it_for_the_other(host, database, lots):
    smtp = SmtpServer().start()
    host.call("set_up_deliveries", smtp_port=smtp.port)
    workflow = note(host, database, "email twofold")
    smtp.behaviours = [*lots.choices(EMAILS, k=COUNT), "take"]
    silent = smtp.behaviours.count("hang up afterwards")
    deliver(host, database, "send")
    smtp.stop()
    invariants.check(database, workflow, delivered=True)
    assert len(ids(smtp)) == COUNT, "of each record it is one e-mail"
    assert {len(mail.recipients) for mail in smtp.received} == {1}
    people = Counter(mail.recipients[0] for mail in smtp.received)
    assert len(people) == 2 * COUNT
    assert sum(people.values()) - 2 * COUNT <= silent


def test_emails_wait_for_a_server_that_is_down(host, database):
    smtp = SmtpServer().start()
    port = smtp.port
    host.call("set_up_deliveries", smtp_port=port)
    workflow = note(host, database, "email", 20)
    smtp.stop()
    host.call("send", may_log=OF_THE_SERVER)
    assert database.rows("SELECT state, count(*) FROM mail_mail GROUP BY 1") == [("outgoing", 20)]
    assert database.value("SELECT count(*) FROM mail_mail WHERE scheduled_date > now()") == 20

    smtp = SmtpServer(port).start()
    deliver(host, database, "send")
    smtp.stop()
    invariants.check(database, workflow, delivered=True)
    assert set(ids(smtp).values()) == {1} and len(smtp.received) == 20


def test_a_worker_killed_between_delivery_and_its_record_sends_one_email_twice(host, database):
    smtp = SmtpServer().start()
    host.call("set_up_deliveries", smtp_port=smtp.port)
    workflow = note(host, database, "email", 20)
    worker = host.start("send")
    smtp.on_received = lambda: len(smtp.received) == 5 and worker.kill_at_once()
    assert worker.wait() == -9
    smtp.on_received = None
    deliver(host, database, "send")
    smtp.stop()
    invariants.check(database, workflow, delivered=True)
    assert sorted(ids(smtp).values()) == [1] * 19 + [2]


@pytest.mark.parametrize(("step", "each"), [("email", 1), ("email twofold", 2)])
def test_two_queues_at_once_send_each_email_once(host, database, step, each):
    smtp = SmtpServer().start()
    host.call("set_up_deliveries", smtp_port=smtp.port)
    # Those that leave no other row which Odoo would lock.
    workflow = note(host, database, f"{step} forgotten")
    # As when the connection that holds the lock of the scheduled action is cut.
    senders = [host.start("send") for _sender in range(3)]
    for sender in senders:
        sender.wait()
    deliver(host, database, "send")
    smtp.stop()
    invariants.check(database, workflow, delivered=True)
    people = Counter(mail.recipients[0] for mail in smtp.received)
    assert len(people) == each * COUNT and set(people.values()) == {1}


def test_calls_get_through_a_service_that_fails_at_random(host, database, lots, figures):
    def reset(handler):
        """The call was taken, and nobody is told."""
        handler.connection.close()

    def slow(handler):
        time.sleep(0.5)
        answer(handler, 200)

    replies = (200, 503, 500, 429, reset, slow)
    with Service(*lots.choices(replies, k=COUNT), 200) as service:
        host.call("set_up_deliveries", smtp_port=1)
        workflow = note(host, database, f"call {service.url()}")
        runs = deliver(host, database, "deliver")
    invariants.check(database, workflow, delivered=True)
    times = Counter(request.headers["webhook-id"] for request in service.received)
    attempts = dict(database.rows("SELECT key, attempts FROM crm_workflow_call"))
    assert times == attempts, "each attempt is counted, and bears the id of its call"
    assert len(times) == COUNT
    figures(
        f"{lots.name}: {COUNT} calls through {COUNT} answers at random in {runs} runs, "
        f"{sum(times.values())} attempts"
    )


def test_calls_wait_for_a_service_that_is_down(host, database):
    with Service(200) as gone:
        host.call("set_up_deliveries", smtp_port=1)
        workflow = note(host, database, f"call {gone.url()}", 20)
    host.call("deliver")
    assert database.undelivered() == 20
    with Service(200, port=gone.port) as service:
        deliver(host, database, "deliver")
    invariants.check(database, workflow, delivered=True)
    assert len({request.headers["webhook-id"] for request in service.received}) == 20
    assert len(service.received) == 20
