"""What a step is given to work on."""

import time
from collections import Counter
from contextlib import contextmanager

from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from odoo.exceptions import UserError
from odoo.fields import Domain

from ..engine.typed_json import unpacked
from .values import Values


class Batch:
    """Enrollments that stand on one step, with their records as the run-as user sees them.

    ``records`` and ``rows`` are in the same order. ``now`` is naive UTC, ``tz`` the name of
    the zone in which days are counted.
    """

    def __init__(self, env, model_name, rows, now, entries=()):
        self.env = env
        self.model_name = model_name
        self.rows = rows
        self.now = now
        self.tz = env.context.get("tz") or "UTC"
        self.records = env[model_name].browse([row.res_id for row in rows])
        self._entries = entries
        #: position of the row in hands, where a step has to go one by one
        self.position = None
        #: when the step took the row in hands, or all of them, by the monotonic clock
        self.since = time.monotonic()

    def all(self, outcome):
        """The same outcome for everyone: {enrollment id: outcome}."""
        return {row.id: outcome for row in self.rows}

    def enrollment_by_record(self):
        """{record id: enrollment id}."""
        return {row.res_id: row.id for row in self.rows}

    def told(self):
        """What the triggers told of those who entered by an event: {record id: data}. One query."""
        rows = self.env["crm.workflow.enrollment"].sudo().browse([row.id for row in self.rows])
        return {row.res_id: unpacked(row.data) for row in rows if row.data}

    def outputs(self):
        """What earlier steps left: {record id: {step key: {name: value}}}. One query."""
        rows = self.env["crm.workflow.enrollment"].sudo().browse([row.id for row in self.rows])
        kept = {row.id: row.outputs or {} for row in rows}
        return {row.res_id: unpacked(kept[row.id] | row.outputs) for row in self.rows}

    def enrolled(self):
        """{record id: the enrolled record}: itself, or the one whose loop has come to it."""
        model_name, _id = self.rows[0].enrolled
        together = self.env[model_name].browse([row.enrolled[1] for row in self.rows])
        return {row.res_id: record for row, record in zip(self.rows, together, strict=True)}

    def values(self):
        """What texts and formulas of this step may read, see ``services/values.py``."""
        version_sudo = self.env["crm.workflow.version"].sudo().browse(self.rows[0].version_id)
        return Values(
            self.records,
            self.now,
            version_sudo=version_sudo,
            told=self.told,
            outputs=self.outputs,
            enrolled=self.enrolled,
            at=self,
        )

    def jumps_from(self, key):
        """How often each went elsewhere from the step of that key: {enrollment id: times}.

        One query; what this very batch has yet to write into the ledger counts as well.
        """
        ids = [row.id for row in self.rows]
        mine = Domain("enrollment_id", "in", ids) & Domain("action_key", "=", key)
        groups = (
            self.env["crm.workflow.log"]
            .sudo()
            ._read_group(mine & Domain("outcome", "=", "jumped"), ["enrollment_id"], ["__count"])
        )
        times = Counter({enrollment.id: count for enrollment, count in groups})
        times.update(
            entry.enrollment_id
            for entry in self._entries
            if entry.outcome == "jumped" and entry.action_key == key
        )
        return times

    def matching(self, domain, record_ids):
        """Those of ``record_ids`` that match, archived or not, in one query.

        Their associated records are those that a list shows: not the archived ones.
        """
        chosen = Domain("id", "in", list(record_ids)) & domain
        return list(self.env[self.model_name]._search(chosen, active_test=False, order="id"))

    def one_by_one(self):
        """Each record in turn. When one fails, the runner knows which, and spares the others."""
        for position, record in enumerate(self.records):
            self.position, self.since = position, time.monotonic()
            yield record
            refuse_lost(self.env)
        self.position = None


def refuse_lost(env):
    """A step must not go on after an error of the database that it passed over.

    :raise UserError: when nothing can be written any more
    """
    if env.cr.connection.get_transaction_status() == TRANSACTION_STATUS_INERROR:
        raise passed_over(env)


def passed_over(env):
    """The error of code that did not let an error of the database through."""
    return UserError(
        env._(
            "The step's code passed over an error of the database, and nothing can be written "
            "after it. Let the error through, or run the statement in a savepoint."
        )
    )


@contextmanager
def no_commit(env):
    """A step that commits or rolls back would tear its effect from the ledger: refuse it.

    :raise UserError: from within the step
    """

    def refuse():
        raise UserError(
            env._("A step must not commit or roll back; the workflow does so after its batch.")
        )

    cr = env.cr
    cr.commit = cr.rollback = refuse
    try:
        yield
    finally:
        del cr.commit, cr.rollback
