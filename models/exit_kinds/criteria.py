from odoo import fields, models

from ...services.describe import describe_domain


class CrmWorkflowExit(models.Model):
    _inherit = "crm.workflow.exit"

    kind = fields.Selection(
        selection_add=[("criteria", "It matches a condition")], ondelete={"criteria": "cascade"}
    )

    def _watch_criteria(self, watches):
        self._watch_condition(watches, self._condition())

    def _reached_criteria(self, facts):
        return self._reached_by(facts, self._condition())

    def _leaving_criteria(self, passes):
        return self._matching_passes(passes, self._condition())

    def _conditions_criteria(self):
        return [self.domain]

    def _summary_criteria(self):
        return self.env._("Matches: %s", describe_domain(self.env, self.model_name, self.domain))

    def _problems_criteria(self):
        return self._problems_of_condition()

    def _document_fields_criteria(self):
        return ()
