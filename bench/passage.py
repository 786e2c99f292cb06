"""A workflow that all contacts stand at the beginning of, put back there before each turn."""

from .contacts import ids
from .databases import copy, cron_env, tidy, user_env
from .workflows import TABLES, enrol_all, silence, workflow


class Passage:
    """What a step's turn needs: a database with a live workflow, and the way back.

    :param steps: a function of the environment that gives the values of the steps
    :param undo: statements that take the steps' effects back
    :param tables: what the steps write beside the queue
    """

    def __init__(self, records, name, steps, undo=(), tables=()):
        env = self.env = user_env(copy(f"bench_addon_{records}", name))
        silence(env)
        own = workflow(env, name.capitalize(), steps=steps(env))
        own.action_publish()
        env.cr.commit()
        self.version, self.everyone = own.live_version_id, ids(env)
        self._undo, self._tables = undo, (*tables, *TABLES)

    def reset(self):
        """Everyone stands at the first step, due, and nothing has been done."""
        for statement in self._undo:
            self.env.cr.execute(statement)
        enrol_all(self.env, self.version, self.everyone)
        self.env.invalidate_all()
        tidy(self.env, *self._tables)

    def run(self):
        """What the scheduler does, until nobody is due."""
        cron_env(self.env)["crm.workflow"]._cron_run()


def rounds(records, quick):
    """How often each contestant has its turn."""
    if records >= 1_000_000:
        return 1
    return 3 if quick or records >= 100_000 else 7


def move_on(env, some):
    """By the ORM, what a step leaves beside its effect: the row of each enrollment, and two of its
    history. Somebody who may write them does.
    """
    su, now = env(su=True), env.cr.now()
    theirs = [("res_model", "=", "res.partner"), ("res_id", "in", some), ("state", "=", "active")]
    rows = su["crm.workflow.enrollment"].search(theirs)
    su["crm.workflow.log"].create([vals for row in rows for vals in _ledger(row, now)])
    rows.write({"state": "completed", "due_at": False, "finished_at": now, "visit": 3})


def _ledger(row, now):
    common = {
        "workflow_id": row.workflow_id.id,
        "enrollment_id": row.id,
        "version_id": row.version_id.id,
        "started_at": now,
        "at": now,
    }
    step = {"action_id": row.action_id.id, "action_key": row.action_id.key}
    yield {**common, **step, "visit": 2, "outcome": "done"}
    yield {**common, "visit": 3, "outcome": "completed"}
