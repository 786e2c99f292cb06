"""A step that writes a field, for everyone who stands on it."""

from ..contacts import ids
from ..databases import copy, tidy, user_env
from ..passage import Passage, move_on, rounds
from ..race import Contestant, race
from ..workflows import slices, write_step, writing_rule

#: Automation rules take records one by one; beyond this many they would take all day.
MOST_FOR_RULES = 1_000


def races(records, quick):
    undo = ["UPDATE res_partner SET ref = NULL WHERE ref IS NOT NULL"]
    passage = Passage(
        records, "step", lambda env: [write_step(env)], undo=undo, tables=["res_partner"]
    )
    env, everyone, reset = passage.env, passage.everyone, passage.reset
    contestants = [
        Contestant("ORM, with the rows", lambda: _write_rows(env, everyone), reset),
        Contestant("ORM, the write alone", lambda: _write(env, everyone), reset),
        Contestant("raw SQL, with the rows", lambda: _sql(env, passage.version), reset),
        Contestant("crm_workflow", passage.run, reset, {"ratio": 1.2}),
    ]
    if records <= MOST_FOR_RULES:
        contestants.append(_rule(records))
    yield race("Step: write a field", records, contestants, rounds(records, quick))


def _write(env, everyone):
    for some in slices(everyone):
        env["res.partner"].browse(some).write({"ref": "moved"})
        env.cr.commit()


def _write_rows(env, everyone):
    for some in slices(everyone):
        env["res.partner"].browse(some).write({"ref": "moved"})
        move_on(env, some)
        env.cr.commit()


def _sql(env, version):
    step = version._program().first
    values = {"version": version.id, "step": step.id, "key": step.key}
    values |= {"now": env.cr.now(), "user": env.uid}
    env.cr.execute(
        """UPDATE res_partner SET ref = 'moved', write_uid = %(user)s, write_date = %(now)s
            WHERE id IN (SELECT res_id FROM crm_workflow_enrollment
                          WHERE version_id = %(version)s AND state = 'active')""",
        values,
    )
    env.cr.execute(
        """WITH done AS (
               UPDATE crm_workflow_enrollment
                  SET state = 'completed', due_at = NULL, finished_at = %(now)s, visit = 3
                WHERE version_id = %(version)s AND state = 'active' RETURNING id, workflow_id
           )
           INSERT INTO crm_workflow_log
                  (workflow_id, enrollment_id, version_id, action_id, action_key, visit,
                   outcome, started_at, at)
           SELECT workflow_id, id, %(version)s, step, key, visit, outcome, %(now)s, %(now)s
             FROM done, (VALUES (%(step)s, %(key)s, 2, 'done'), (NULL, NULL, 3, 'completed'))
                        AS visits(step, key, visit, outcome)""",
        values,
    )
    env.cr.commit()


def _rule(records):
    """The write that sets the rule off is part of the work: there is no other way in."""
    env = user_env(copy(f"bench_plain_{records}", "step_rule"))
    writing_rule(env)
    env.cr.commit()
    everyone = ids(env)

    def reset():
        env.cr.execute("UPDATE res_partner SET ref = NULL, function = 'bench' WHERE ref = 'moved'")
        tidy(env, "res_partner")

    def write():
        env["res.partner"].browse(everyone).write({"function": "Mover"})
        env.cr.commit()

    return Contestant("1 automation rule, and the write that sets it off", write, reset)
