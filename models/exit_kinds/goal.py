from odoo import api, fields, models

from ...engine.snapshot import is_news
from ...services.describe import describe_domain
from ...services.facts import Facts, pending_facts
from ...services.field_values import check_lists


class CrmWorkflowExit(models.Model):
    """A goal is reached by a state, its condition, or by an event, as a trigger knows events."""

    _inherit = "crm.workflow.exit"

    kind = fields.Selection(
        selection_add=[("goal", "It reaches the goal")], ondelete={"goal": "cascade"}
    )
    goal_by = fields.Selection(
        [("state", "It matches a condition"), ("event", "Something happens")],
        default="state",
        string="Goal",
    )
    event = fields.Selection(
        selection=lambda self: self._event_selection(), default="changed", string="What Happens"
    )
    field_name = fields.Char(string="Field", help="The field whose change counts.")
    value_from = fields.Char(
        string="From", help="Old values that count, as a JSON list; empty for any."
    )
    value_to = fields.Char(
        string="To", help="New values that count, as a JSON list; empty for any."
    )

    def _event_selection(self):
        """The events that a trigger knows, add-ons' own among them."""
        return self.env["crm.workflow.trigger"]._fields["event"]._description_selection(self.env)

    @api.constrains("value_from", "value_to")
    def _check_values(self):
        for way in self:
            check_lists(self.env, way.value_from, way.value_to)

    def _watch_goal(self, watches):
        getattr(self, f"_watch_goal_{self.goal_by}")(watches)

    def _watch_goal_state(self, watches):
        self._watch_condition(watches, self._condition())

    def _watch_goal_event(self, watches):
        self._as_trigger()._by_kind("watch")(watches)

    def _reached_goal(self, facts):
        return getattr(self, f"_reached_goal_{self.goal_by}")(facts)

    def _reached_goal_state(self, facts):
        return self._reached_by(facts, self._condition())

    def _reached_goal_event(self, facts):
        return list(self._as_trigger()._by_kind("entering")(facts))

    def _leaving_goal(self, passes):
        return getattr(self, f"_leaving_goal_{self.goal_by}")(passes)

    def _leaving_goal_state(self, passes):
        return self._matching_passes(passes, self._condition())

    def _leaving_goal_event(self, passes):
        """Those to whom it happened since they entered, as the facts not yet forgotten tell."""
        entered = {row.res_id: (row.enrolled_at, row.enrolled_snapshot) for row in passes}
        facts = [
            fact
            for fact in pending_facts(self.workflow_id, self.model_name, list(entered))
            if fact.at == entered[fact.res_id][0]
            or is_news(fact.at, fact.transaction, *entered[fact.res_id])
        ]
        happened = set(self._reached_goal_event(Facts(self.env, facts))) if facts else ()
        return [row.id for row in passes if row.res_id in happened]

    def _bars_goal(self, record_ids):
        return getattr(self, f"_bars_goal_{self.goal_by}")(record_ids)

    def _bars_goal_state(self, record_ids):
        return self._matching(record_ids, self._condition())

    def _bars_goal_event(self, record_ids):
        """What happened once is no state: it does not keep anybody out."""
        return []

    def _conditions_goal(self):
        return [self.domain]

    def _as_trigger(self):
        """The trigger that would fire on the event, so that goals know all that triggers know."""
        names = ("domain", "event", "field_name", "value_from", "value_to")
        return self.env["crm.workflow.trigger"].new(
            {
                "version_id": self.version_id.id,
                "model_name": self.model_name,
                "kind": "event",
                **{name: self[name] for name in names},
            }
        )

    def _summary_depends(self):
        return [
            *super()._summary_depends(),
            *("goal_by", "event", "field_name", "value_from", "value_to"),
        ]

    def _summary_goal(self):
        return self.env._("Goal: %s", getattr(self, f"_summary_goal_{self.goal_by}")())

    def _summary_goal_state(self):
        return describe_domain(self.env, self.model_name, self.domain)

    def _summary_goal_event(self):
        return self._as_trigger()._by_kind("summary")()

    def _problems_goal(self):
        return getattr(self, f"_problems_goal_{self.goal_by}")()

    def _problems_goal_state(self):
        return self._problems_of_condition()

    def _problems_goal_event(self):
        return self._as_trigger()._by_kind("problems")()

    def _document_fields_goal(self):
        return ("goal_by", "event", "field_name", "value_from", "value_to")

    def _document_lists_goal(self):
        return self._as_trigger()._document_lists_event()
