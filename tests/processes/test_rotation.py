"""Two workers assign records to the same people."""

import invariants
from hosting import eventually


def test_two_workers_share_one_rota(host, database):
    workflow = host.call("publish", steps=["assign 3"])["workflow"]
    records = host.call("contacts", count=450)
    assert host.call("enroll", workflow=workflow, record_ids=records) == 450

    workers = [host.start("work", workflow=workflow) for _ in range(2)]
    eventually(lambda: not database.active(workflow), 180, "everyone is through")
    for worker in workers:
        worker.result()
    assert database.states(workflow) == {"completed": 450}
    invariants.check(database, workflow)
    shares = database.rows(
        """SELECT count(*) FROM res_partner p JOIN res_users u ON u.id = p.user_id
            WHERE p.id = ANY(%s) GROUP BY u.id""",
        records,
    )
    assert shares == [(150,)] * 3
    counted = database.rows(
        """SELECT s.count, s.turns, s.day_count FROM crm_workflow_rota_share s
             JOIN crm_workflow_rota r ON r.id = s.rota_id WHERE r.workflow_id = %s""",
        workflow,
    )
    assert counted == [(150, 150, 150)] * 3
