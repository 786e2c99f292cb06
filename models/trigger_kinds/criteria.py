from odoo import api, fields, models, tools
from odoo.fields import Domain

from ...engine.domain_text import domain_from_text
from ...engine.domain_tree import known_paths
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
        for route in self._known_routes():
            watches.field(route.model, route.field, valued=True)

    def _takes_new_criteria(self):
        return True

    def _entering_criteria(self, facts):
        """Records that turned from not matching to matching: {record id: Origin}."""
        causes = facts.reached(self.model_name, self._live_routes(self.id))
        turned = criteria.turned_among(self, causes.keys())
        entering = {record_id: Origin(causes[record_id]) for record_id in turned}
        return self._known_anew(facts) | entering if self.reenroll else entering

    def _known_anew(self, facts):
        """Records that match as before, but know another value of what they are asked to know.

        A condition that a field is set is met again by each new value: {record id: Origin}.
        """
        routes = self._known_routes()
        causes = routes and facts.with_new_values(routes).reached(self.model_name, routes)
        if not causes:
            return {}
        matching = criteria.matching_any(self, Domain("id", "in", list(causes)))
        return {record_id: Origin(causes[record_id]) for record_id in matching}

    def _known_routes(self):
        """The routes to the fields that the condition asks to be set."""
        if not self.reenroll:
            return []
        paths = known_paths(domain_from_text(self.domain))
        return [route for route in self._live_routes(self.id) if route.full_path in paths]

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
