"""An upgrade, an uninstallation, and apps that come and go, with records inside workflows."""

import invariants
import life
import pytest
from hosting import RACES_OF_PEOPLE, eventually

PASS = ["increment 1", "create 1", "delay", "increment 2", "create 2"]
#: What Odoo keeps of a module that is gone, and whatever would break without it.
LEFT = {
    "tables": "SELECT relname FROM pg_class WHERE relname LIKE 'crm_workflow%%' AND relkind <> 'i'",
    "columns": """SELECT table_name, column_name FROM information_schema.columns
                   WHERE column_name LIKE '%%crm_workflow%%' AND table_schema = 'public'""",
    "models": "SELECT model FROM ir_model WHERE model LIKE 'crm.workflow%%'",
    "fields": "SELECT model, name FROM ir_model_fields WHERE name LIKE '%%crm_workflow%%'",
    "external ids": """SELECT module, name, model FROM ir_model_data
                        WHERE module = 'crm_workflow'""",
    "actions": """SELECT id, state, usage FROM ir_act_server
                   WHERE state LIKE 'crm_workflow%%' OR usage LIKE 'crm_workflow%%'""",
    "crons": "SELECT cron_name FROM ir_cron WHERE cron_name LIKE 'Workflows:%%'",
    "parameters": "SELECT key FROM ir_config_parameter WHERE key LIKE 'crm_workflow%%'",
    "messages": "SELECT id FROM mail_message WHERE model LIKE 'crm.workflow%%'",
    "activities": "SELECT id FROM mail_activity WHERE res_model LIKE 'crm.workflow%%'",
    "followers": "SELECT id FROM mail_followers WHERE res_model LIKE 'crm.workflow%%'",
    "attachments": "SELECT id FROM ir_attachment WHERE res_model LIKE 'crm.workflow%%'",
    "views": "SELECT id, model FROM ir_ui_view WHERE model LIKE 'crm.workflow%%'",
    "groups": """SELECT id FROM res_groups WHERE name->>'en_US' LIKE '%%orkflow%%'""",
    "filters": "SELECT id FROM ir_filters WHERE model_id LIKE 'crm.workflow%%'",
}


@pytest.fixture
def alive(setup, database_name, tmp_path):
    """A database of the test's own, in which the add-on is installed."""
    own = life.begin(setup, database_name, tmp_path)
    try:
        yield own
    finally:
        own.drop()


def test_an_upgrade_under_load_loses_nothing_and_repeats_nothing(alive, tmp_path):
    host, database, over = alive.host(), alive.database, tmp_path / "over"
    over.touch()
    trigger = {"kind": "criteria", "domain": "[('ref', '=', 'now')]"}
    workflow = host.call("publish", steps=PASS, triggers=[trigger])["workflow"]
    records = host.call("contacts", count=4000, ref="later")
    early, late = records[:1000], records[1000:]
    host.call("enroll", workflow=workflow, record_ids=early)
    workers = [host.start("serve", last_call=str(over)) for _worker in range(2)]
    people = host.start("write_until", last_call=str(over), record_ids=late, vals={"ref": "now"})
    eventually(lambda: database.states(workflow).get("active", 0) > 1100, 60, "a busy database")

    alive.upgrade()

    meanwhile = database.states(workflow)["active"]
    eventually(lambda: database.states(workflow)["active"] > meanwhile, 60, "the next to enter")
    over.unlink()
    count = 1000 + people.result(may_log=RACES_OF_PEOPLE)
    for worker in workers:
        worker.result()
    assert database.states(workflow) == {"active": count}
    database.let_time_pass()
    alive.host().call("work", workflow=workflow)
    assert database.states(workflow) == {"completed": count}
    invariants.check(database, workflow)


def test_it_is_uninstalled_with_all_that_it_holds_and_installed_again(alive):
    furnished = alive.host().call("furnish")
    for what, count in furnished.items():
        assert count, f"there is no {what} to uninstall"
    alive.uninstall()
    left = {what: alive.database.rows(query) for what, query in LEFT.items()}
    assert not any(left.values()), {what: rows for what, rows in left.items() if rows}

    alive.leave()
    alive.install()
    host = alive.host()
    workflow = host.call("publish", steps=["increment 1", "create 1"])["workflow"]
    host.call("enroll", workflow=workflow, record_ids=host.call("contacts", count=20))
    host.call("work", workflow=workflow)
    assert alive.database.states(workflow) == {"completed": 20}
    invariants.check(alive.database, workflow)


def test_an_app_that_goes_stops_the_workflows_over_its_records_and_no_other(alive):
    host = alive.host()
    tasks = host.call("publish_tasks", count=5)["workflow"]
    contacts = host.call("publish", steps=PASS)["workflow"]
    host.call("enroll", workflow=contacts, record_ids=host.call("contacts", count=20))
    host.call("tick")
    assert alive.database.states(tasks) == {"active": 5}

    alive.uninstall("project")
    host, database = alive.host(), alive.database
    database.let_time_pass()
    ticking = host.start("tick")
    ticking.result()
    host.call("work", workflow=contacts)
    assert database.states(contacts) == {"completed": 20}
    [[state, reason]] = database.rows(
        "SELECT state, pause_reason FROM crm_workflow WHERE id = %s", tasks
    )
    assert state == "paused"
    assert "project.task" in reason
    assert database.states(tasks) == {"exited": 5}, "the tasks went with the app"

    alive.leave()
    alive.install("project")
    host = alive.host()
    assert host.call("publish_again_with_tasks", workflow=tasks, count=3) == 3, "they are new"
    host.call("tick")
    assert alive.database.states(tasks) == {"exited": 5, "completed": 3}
