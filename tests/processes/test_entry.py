"""Events are turned into enrollments by two processes while others write."""

import invariants
from hosting import RACES_OF_PEOPLE

MATCHING = "[('ref', '=', 'in')]"


def test_nobody_enters_twice_and_nobody_is_missed(host, database, tmp_path):
    trigger = {"kind": "criteria", "domain": MATCHING}
    workflow = host.call("publish", steps=["delay"], triggers=[trigger])["workflow"]
    records = host.call("contacts", count=300, ref="out")
    last_call = tmp_path / "last-call"

    enrolling = [host.start("enter", last_call=str(last_call)) for _ in range(2)]
    writers = [
        host.start(
            "change_at_random",
            record_ids=records,
            vals_list=[{"ref": "in"}, {"ref": "out"}, {"ref": "in"}],
            commits=150,
            seed=seed,
        )
        for seed in range(2)
    ]
    for writer in writers:
        writer.result(may_log=RACES_OF_PEOPLE)
    last_call.touch()
    for process in enrolling:
        process.result()

    invariants.check(database, at_rest=False)
    matching = "SELECT id FROM res_partner WHERE ref = 'in'"
    inside = "SELECT res_id FROM crm_workflow_enrollment WHERE workflow_id = %s"
    remembered = "SELECT res_id FROM crm_workflow_member WHERE workflow_id = %s AND matching = 1"
    assert not database.rows(f"{matching} EXCEPT {inside}", workflow), "missed"
    assert set(database.rows(remembered, workflow)) == set(database.rows(matching))
