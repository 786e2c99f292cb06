"""Steps that only control the way: a wait, a branch, a random split."""

from datetime import timedelta

from odoo.fields import Command

from ..passage import Passage, rounds
from ..race import Contestant, race
from ..workflows import slices

WAIT = {"kind": "delay", "delay_amount": 1, "delay_unit": "days"}


def races(records, quick):
    many = rounds(records, quick)
    yield race("Hop: wait a day", records, _contestants(records, "wait", _wait), many)
    yield race("Hop: branch, and wait", records, _contestants(records, "branch", _branch), many)
    yield race("Hop: split, and wait", records, _contestants(records, "split", _split), many)


def _contestants(records, name, steps):
    """Wherever they come from, everyone ends in a wait: this the floor has to write, too."""
    passage = Passage(records, name, steps)
    env, version, reset = passage.env, passage.version, passage.reset
    floors = {"wait": _sql_wait, "branch": _sql_choose, "split": _sql_choose}
    return [
        Contestant("raw SQL, with the rows", lambda: floors[name](env, version), reset),
        Contestant("ORM write of the wait alone", lambda: _orm(env, version), reset),
        Contestant("crm_workflow", passage.run, reset, {"ratio": 6}),
    ]


def _wait(_env):
    return [WAIT, {"kind": "end"}]


def _branch(_env):
    """By whether the e-mail address has a 7: half of the contacts, or so."""
    path = {"name": "Sevens", "domain": "[('email', 'ilike', '7')]"}
    return [{"kind": "branch", "path_ids": [Command.create(path)]}, WAIT, {"kind": "end"}]


def _split(_env):
    return [{"kind": "split"}, WAIT, {"kind": "end"}]


def _sql_wait(env, version):
    env.cr.execute(
        """UPDATE crm_workflow_enrollment SET waiting = true, due_at = %s
            WHERE version_id = %s AND state = 'active'""",
        [env.cr.now() + timedelta(days=1), version.id],
    )
    env.cr.commit()


def _sql_choose(env, version):
    """The choice is one row of the ledger for each; the wait is written with it."""
    first, wait = (
        version._program().first,
        version.action_ids.filtered_domain([("kind", "=", "delay")]),
    )
    values = {"now": env.cr.now(), "due": env.cr.now() + timedelta(days=1), "wait": wait.id}
    values |= {"version": version.id, "step": first.id, "key": first.key}
    env.cr.execute(
        """WITH chosen AS (
               UPDATE crm_workflow_enrollment e
                  SET waiting = true, due_at = %(due)s, action_id = %(wait)s, visit = 2
                 FROM res_partner p
                WHERE p.id = e.res_id AND e.version_id = %(version)s AND e.state = 'active'
            RETURNING e.id, e.workflow_id, p.email ILIKE '%%7%%' AS seven
           )
           INSERT INTO crm_workflow_log
                  (workflow_id, enrollment_id, version_id, action_id, action_key, visit,
                   outcome, message, started_at, at)
           SELECT workflow_id, id, %(version)s, %(step)s, %(key)s, 2, 'done',
                  CASE WHEN seven THEN 'Sevens' ELSE 'Otherwise' END, %(now)s, %(now)s
             FROM chosen""",
        values,
    )
    env.cr.commit()


def _orm(env, version):
    Enrollment = env(su=True)["crm.workflow.enrollment"]
    rows = Enrollment.search([("version_id", "=", version.id), ("state", "=", "active")])
    for some in slices(rows.ids):
        Enrollment.browse(some).write({"waiting": True, "due_at": env.cr.now() + timedelta(days=1)})
        env.cr.commit()
