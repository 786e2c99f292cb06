from odoo import api, fields, models, tools

from ...services import criteria
from ...services.describe import describe_domain
from ...services.queue.entry import Origin
from ...services.watch import routes_of_domain


class CrmWorkflowTrigger(models.Model):
    _inherit = "crm.workflow.trigger"

    kind = fields.Selection(
        selection_add=[("criteria", "Record starts to match a condition")],
        ondelete={"criteria": "cascade"},
    )

    def _remembers_criteria(self):
        return True

    def _watch_criteria(self, watches):
        """Everything the condition reads, on the record and on its associated records."""
        watches.records(self.model_name)
        for route in self._routes():
            watches.route(route)

    def _entering_criteria(self, facts):
        """Records that turned from not matching to matching: {record id: Origin}."""
        causes = facts.reached(self.model_name, self._live_routes(self.id))
        turned = criteria.turned_among(self, causes.keys())
        return {record_id: Origin(causes[record_id]) for record_id in turned}

    def _routes(self):
        """How changes reach the condition; see ``services.watch``."""
        return routes_of_domain(self.env[self.model_name], self._records_domain())

    @api.model
    @tools.ormcache("trigger_id")
    def _live_routes(self, trigger_id):
        """The same of a published trigger, which does not change: found once per process."""
        return self.browse(trigger_id)._routes()

    def _summary_criteria(self):
        return self.env._(
            "Starts to match: %s", describe_domain(self.env, self.model_name, self.domain)
        )

    def _problems_criteria(self):
        return ()

    def _document_fields_criteria(self):
        return ()
