from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..engine.outcome import Advance, Hold
from ..services.describe import describe_domain
from ..services.domains import checked_domain

#: What the ledger says of who has left a step, and comes to each step anew from then on.
MOVED_ON = ("done", "jumped", "continued", "restarted")


class CrmWorkflowAction(models.Model):
    """Who runs a step, of those who come to it: by its status, and by its condition.

    A status is a value of ``status`` and a method ``_before_<status>(batch)``, which says who does
    not run the step: {enrollment id: outcome}, in a constant number of queries.
    """

    _inherit = "crm.workflow.action"

    status = fields.Selection(
        [("live", "Live"), ("manual", "By hand"), ("off", "Off")],
        required=True,
        default="live",
        help="By hand: records collect before the step until somebody releases or drops them. "
        "Off: everybody passes it.",
    )
    domain = fields.Char(
        string="Only If", help="Records that do not match pass the step. Empty for all."
    )
    is_remark = fields.Boolean(compute="_compute_is_remark", string="Is There for People Only")

    @api.depends("kind")
    def _compute_is_remark(self):
        for action in self:
            action.is_remark = bool(action.kind) and action._is_remark()

    def _badges_depends(self):
        return [*super()._badges_depends(), "status", "domain", "model_name"]

    def _badges(self):
        badges = []
        if self.status not in (False, "live"):
            names = dict(self._fields["status"]._description_selection(self.env))
            badges.append({"name": self.status, "text": names[self.status]})
        if self._has_condition():
            text = self.env._("Only if %s", self._condition_text())
            badges.append({"name": "condition", "text": text})
        return [*badges, *super()._badges()]

    def _before_run(self, batch):
        """Who does not run the step, of those who come to it: {enrollment id: outcome}."""
        told = self.with_context(lang=batch.env.lang)
        return getattr(told, f"_before_{self.status}")(batch)

    def _before_off(self, batch):
        return batch.all(Advance(message=self.env._("Skipped: the step is off.")))

    def _before_live(self, batch):
        """Who does not match passes; one query, where there is a condition."""
        if not self._has_condition():
            return {}
        domain = checked_domain(batch.records.browse(), self.domain)
        matching = set(batch.matching(domain, batch.records.ids))
        skipped = Advance(message=self.env._("Skipped: not %s", self._condition_text()))
        return {row.id: skipped for row in batch.rows if row.res_id not in matching}

    def _before_manual(self, batch):
        """Who matches is held, unless somebody has released it since it came here."""
        skipped = self._before_live(batch)
        released = self._released(batch)
        held = {row.id: Hold(None) for row in batch.rows if row.id not in released}
        return held | skipped

    def _released(self, batch):
        """Ids of the enrollments that have been released and did no step since; one query."""
        here = Domain("action_key", "=", self.key) & Domain("outcome", "=", "released")
        groups = self.env["crm.workflow.log"]._read_group(
            Domain("enrollment_id", "in", [row.id for row in batch.rows if not row.has_moved])
            & (here | Domain("outcome", "in", MOVED_ON)),
            ["enrollment_id", "outcome"],
            ["visit:max"],
        )
        last = sorted((visit, enrollment.id, outcome) for enrollment, outcome, visit in groups)
        newest = {enrollment_id: outcome for _visit, enrollment_id, outcome in last}
        return {key for key, outcome in newest.items() if outcome == "released"}

    def _is_for_all(self):
        """True when nobody passes the step who comes to it."""
        return self.status != "off" and not self._has_condition()

    def _has_condition(self):
        return self.domain not in (False, "", "[]")

    def _condition_text(self):
        return f"“{describe_domain(self.env, self.model_name or '', self.domain)}”"

    def _problems(self):
        """What a step that is off would do need not be right yet."""
        return self._problems_settings() if self.status == "off" else super()._problems()

    def _problems_settings(self):
        yield from super()._problems_settings()
        try:
            checked_domain(self.env[self.model_name], self.domain)
        except ValidationError as error:
            yield self.env._("“Only if”: %s", error.args[0])
