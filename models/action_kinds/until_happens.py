from odoo import fields, models
from odoo.fields import Domain

from ...engine.outcome import Advance, Wait
from ...services import waits, waking
from ...services.describe import describe_domain
from ...services.domains import checked_domain
from ...services.queue.entry import Origin
from ...services.watch import routes_of_domain

#: Roles of the two paths.
HAPPENED, TIME_OUT = "happened", "time_out"


class CrmWorkflowAction(models.Model):
    """A wait for an event, as a trigger knows events, or for a condition; each has methods by name.

    Either path begins with who takes it; behind them, all go on together.
    """

    _inherit = "crm.workflow.action"

    kind = fields.Selection(
        selection_add=[("until_happens", "Wait until something happens")],
        ondelete={"until_happens": "cascade"},
    )
    until_happens_by = fields.Selection(
        [("event", "Something happens"), ("state", "It matches a condition")],
        string="Until",
        default="event",
    )
    until_happens_domain = fields.Char(
        string="Condition", default="[]", help="What the record has to match."
    )
    until_happens_limited = fields.Selection(
        [("most", "At most for some time"), ("ever", "As long as it takes")],
        string="Wait",
        default="most",
    )
    until_happens_amount = fields.Integer(string="Longest Wait", default=7)
    until_happens_unit = fields.Selection(
        waits.UNITS, default="days", string="Unit of the Longest Wait"
    )

    def _branches_until_happens(self):
        return True

    def _missing_paths_until_happens(self):
        own = (
            {"role": HAPPENED, "sequence": 1},
            {"role": TIME_OUT, "sequence": 2, "is_default": True},
        )
        return [vals for vals in own if not self._path_of(vals["role"])]

    def _takes_paths_until_happens(self):
        return False

    def _path_names_until_happens(self, paths):
        names = {HAPPENED: self.env._("It happened"), TIME_OUT: self.env._("Time ran out")}
        return {path.id: names.get(path.role) for path in paths}

    def _run_until_happens(self, batch):
        """Who matches already goes on at once; all others wait from now on."""
        happened = self._until_happens_told(batch, waking.take(batch))
        starts = {row.id: batch.now for row in batch.rows}
        return self._until_happens_ends(batch, starts) | happened

    def _resume_until_happens(self, batch):
        """What woke a record has happened; else its time has run out, or a new version gives more.

        Somebody who skips the wait ends the time.
        """
        marks = waking.take(batch)
        skipped = {row_id for row_id, mark in marks.items() if mark.is_skip}
        starts = {row.id: row.reached_at for row in batch.rows}
        ends = self._until_happens_ends(batch, starts)
        over = {
            row_id
            for row_id, wait in ends.items()
            if row_id in skipped or wait.until is not None and wait.until <= batch.now
        }
        time_out = Advance(self._path_of(TIME_OUT).key or None, outputs={"happened": False})
        return ends | dict.fromkeys(over, time_out) | self._until_happens_told(batch, marks)

    def _until_happens_told(self, batch, marks):
        """Who goes on because it happened, with what the event told: {enrollment id: Advance}."""
        told = dict.fromkeys(self._until_happens_met(batch))
        told |= {row_id: mark.told for row_id, mark in marks.items() if mark.is_fact}
        key = self._path_of(HAPPENED).key or None
        return {
            row_id: Advance(key, outputs=self._until_happens_outputs(event))
            for row_id, event in told.items()
        }

    def _until_happens_outputs(self, event):
        return {"happened": True, "record": event and event["record"], "event": event}

    def _outputs_until_happens(self):
        return {
            "happened": ("boolean", self.env._("It happened")),
            "record": ("record", self.env._("To what it happened")),
            "event": ("json", self.env._("What the event told")),
        }

    def _until_happens_ends(self, batch, starts):
        """How long each waits at most: {enrollment id: Wait}."""
        if self.until_happens_limited == "ever":
            return batch.all(Wait(None))
        amount, unit = self.until_happens_amount, self.until_happens_unit
        ends = waits.after(self, batch, starts, amount, unit)
        return {row_id: Wait(end) for row_id, end in ends.items()}

    # By an event or by a condition

    def _until_happens(self, verb, *args):
        return getattr(self, f"_until_happens_{verb}_by_{self.until_happens_by}")(*args)

    def _until_happens_met(self, batch):
        """Ids of those enrollments of a batch for which it holds without having happened."""
        return self._until_happens("met", batch)

    def _until_happens_met_by_event(self, batch):
        return set()

    def _until_happens_met_by_state(self, batch):
        enrollments = batch.enrollment_by_record()
        domain = checked_domain(batch.records.browse(), self.until_happens_domain)
        return {enrollments[record_id] for record_id in batch.matching(domain, enrollments)}

    def _watch_until_happens(self, watches):
        self._until_happens("watch", watches)

    def _until_happens_watch_by_event(self, watches):
        self._trigger_until_happens()._by_kind("watch")(watches)

    def _until_happens_watch_by_state(self, watches):
        watches.of(self.model_name)
        for route in self._until_happens_routes():
            watches.route(route)

    def _waking_until_happens(self, facts):
        return self._until_happens("waking", facts)

    def _until_happens_waking_by_event(self, facts):
        return self._trigger_until_happens()._by_kind("entering")(facts)

    def _until_happens_waking_by_state(self, facts):
        reached = facts.reached(self.model_name, self._until_happens_routes())
        return dict.fromkeys(self._over_until_happens(list(reached)), Origin())

    def _over_until_happens(self, record_ids):
        return self._until_happens("over", record_ids) if record_ids else []

    def _until_happens_over_by_event(self, record_ids):
        return []

    def _until_happens_over_by_state(self, record_ids):
        model = self.workflow_id._run_env()[self.model_name]
        domain = Domain("id", "in", record_ids) & checked_domain(model, self.until_happens_domain)
        return list(model._search(domain, active_test=False, order="id"))

    def _conditions_until_happens(self):
        return self._until_happens("conditions")

    def _until_happens_conditions_by_event(self):
        return []

    def _until_happens_conditions_by_state(self):
        return [self.until_happens_domain]

    def _until_happens_routes(self):
        model = self.env[self.model_name]
        return routes_of_domain(model, checked_domain(model, self.until_happens_domain))

    # In words, and in the document

    def _summary_depends(self):
        return [*super()._summary_depends(), *self._document_fields_until_happens()]

    def _summary_until_happens(self):
        env = self.env
        if not self.until_happens_by or self.model_name not in env:
            return env._("Wait until something happens")
        told = env._("Wait until: %s", self._until_happens("summary"))
        amount, unit = self.until_happens_amount, self.until_happens_unit
        if self.until_happens_limited == "ever" or not amount or not unit:
            return told
        most = waits.duration_text(env, amount, unit)
        return env._("%(wait)s, at most %(time)s", wait=told, time=most)

    def _until_happens_summary_by_event(self):
        if not self.until_happens_event:
            return self.env._("nothing chosen yet")
        return self._trigger_until_happens()._by_kind("summary")()

    def _until_happens_summary_by_state(self):
        return describe_domain(self.env, self.model_name, self.until_happens_domain)

    def _problems_until_happens(self):
        if not self.until_happens_by or not self.until_happens_limited:
            yield self.env._("Choose what to wait for, and whether for ever.")
            return
        yield from self._until_happens("problems")
        if self.until_happens_limited == "most":
            amount, unit = self.until_happens_amount, self.until_happens_unit
            yield from waits.duration_problems(self, amount, unit)
        if self._missing_paths_until_happens():
            yield self.env._("A path of the step is missing: delete the step and add it anew.")

    def _until_happens_problems_by_event(self):
        checked_domain(self.env[self.model_name], self.until_happens_domain)
        return self._trigger_until_happens()._by_kind("problems")()

    def _until_happens_problems_by_state(self):
        domain = checked_domain(self.env[self.model_name], self.until_happens_domain)
        if domain.is_true():
            yield self.env._("Give the condition to wait for: without one, everyone goes on.")

    def _document_fields_until_happens(self):
        return (
            "until_happens_by",
            *self._until_happens_event_fields(),
            "until_happens_domain",
            "until_happens_limited",
            "until_happens_amount",
            "until_happens_unit",
        )

    def _document_domains_until_happens(self):
        own = {"until_happens_domain": self.model_name}
        return own | self._until_happens_prefixed(
            self._trigger_until_happens()._document_domains_event()
        )

    def _document_lists_until_happens(self):
        lists = self._trigger_until_happens()._document_lists_event()
        return self._until_happens_prefixed(lists)
