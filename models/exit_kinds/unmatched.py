from odoo import fields, models
from odoo.fields import Domain

from ...services import criteria


class CrmWorkflowExit(models.Model):
    _inherit = "crm.workflow.exit"

    kind = fields.Selection(
        selection_add=[("unmatched", "It no longer matches the conditions to enter")],
        ondelete={"unmatched": "cascade"},
    )

    def _watch_unmatched(self, watches):
        for trigger in self._criteria_triggers():
            self._watch_condition(watches, trigger._records_domain())

    def _reached_unmatched(self, facts):
        reached = (
            self._reached_by(facts, trigger._records_domain())
            for trigger in self._criteria_triggers()
        )
        return sorted(set().union(*reached))

    def _leaving_unmatched(self, passes):
        """Who matches none of the criteria triggers of the version it walks on."""
        triggers = self._criteria_triggers()
        asked = passes.filtered(lambda enrollment: self._had_to_match(enrollment.source))
        if not triggers or not asked:
            return []
        chosen = Domain("id", "in", asked.mapped("res_id"))
        matching = set(criteria.matching_any(triggers, chosen))
        return asked.filtered(lambda enrollment: enrollment.res_id not in matching).ids

    def _conditions_unmatched(self):
        return self._criteria_triggers().mapped("domain")

    def _criteria_triggers(self):
        return criteria.triggers_of(self.version_id)

    def _had_to_match(self, source):
        """Who entered because something happened never had to match, and so cannot stop."""
        triggers = self.env["crm.workflow.trigger"]
        happened = source in triggers._fields["kind"].get_values(self.env)
        return not happened or hasattr(triggers, f"_remembers_{source}")

    def _summary_unmatched(self):
        return self.env._("No longer matches any condition by which records enter")

    def _problems_unmatched(self):
        if not self._criteria_triggers():
            yield self.env._(
                "No trigger has a condition that a record could stop to match: "
                "add one to “Who Enters”, or remove this way out."
            )

    def _document_fields_unmatched(self):
        return ()
