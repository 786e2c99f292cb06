from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..services import reach
from ..services.domains import checked_domain
from ..services.keys import new_key
from ..services.names import READER
from ..services.watch import routes_of_domain
from .kind import KindMixin


class CrmWorkflowExit(KindMixin, models.Model):
    """One way out before the end. Records leave when any exit of their version says so.

    A kind of exit is one file in ``exit_kinds``. It adds its value to ``kind``, its fields, and
    these methods, found by name. Each takes a constant number of queries::

        _watch_<kind>(self, watches)    what capture must look for, see services/watch.py
        _reached_<kind>(self, facts)    ids of the records whose leaving may hang on these facts
        _leaving_<kind>(self, passes)   ids of those enrollments, among the ones given, that are
                                        to leave now; asked when facts reach them, before each
                                        step, and from time to time
        _summary_<kind>(self)           one line for people
        _problems_<kind>(self)          what keeps it from being published
        _document_fields_<kind>(self)   names of its fields, for the XML document
        _document_domains_<kind>(self)  which of them hold a condition: {field name: model name};
                                        without it, only ``domain``
        _document_lists_<kind>(self)    which of them hold a JSON list: {field name: model whose
                                        ids it lists, or None for values}; without it, none
        _bars_<kind>(self, record_ids)  which of the records may not enter either; without it,
                                        whoever enters may leave at once
        _conditions_<kind>(self)        texts of the domains it asks, so that those which move
                                        with the clock are asked often; without it, none
        _follows_<kind>(self, workflow) True when an entry into another workflow may make
                                        records leave; without it, entries elsewhere do not
        _workflow_fields_<kind>(self)   names of its fields that hold other workflows; without it,
                                        it is about none
        _reason_<kind>(self)            the reason kept with the enrollment, a code of
                                        services/reasons.py; without it, the kind's name
    """

    _name = "crm.workflow.exit"
    _inherit = "crm.workflow.row"
    _description = "Way Out"
    _order = "sequence, id"
    _rec_name = "summary"

    version_id = fields.Many2one(
        "crm.workflow.version", required=True, ondelete="cascade", index=True
    )
    workflow_id = fields.Many2one(related="version_id.workflow_id")
    model_name = fields.Char(related="version_id.model_name")
    object_id = fields.Many2one(related="version_id.workflow_id.object_id")
    sequence = fields.Integer(default=10)
    key = fields.Char(required=True, default=lambda self: new_key(), copy=False, readonly=True)
    kind = fields.Selection(
        [], string="Leaves When", required=True, default=lambda self: self._default_kind()
    )
    domain = fields.Char(
        string="Condition", default="[]", help="Records that match this condition are meant."
    )
    summary = fields.Char(compute="_compute_summary")

    _version_key_unique = models.UniqueIndex("(version_id, key)", "A way out has its own key.")

    def _default_kind(self):
        return next(iter(self._fields["kind"].get_values(self.env)), False)

    @api.depends(lambda self: self._summary_depends())
    @api.depends_context(*READER)
    def _compute_summary(self):
        for way in self:
            way.summary = way.kind and way._by_kind("summary")()

    @api.depends_context(*READER)
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _summary_depends(self):
        """Fields that the one-line summary reads; kinds add theirs."""
        return ["kind", "domain", "model_name"]

    @api.constrains("domain", "version_id")
    def _check_domain(self):
        for way in self.filtered(lambda way: way.model_name in self.env):
            checked_domain(self.env[way.model_name], way.domain)

    @api.constrains("kind")
    def _check_kind(self):
        if not all(way.kind for way in self):
            raise ValidationError(self.env._("Choose when records leave."))

    @api.model_create_multi
    def create(self, vals_list):
        ways = super().create(vals_list)
        reach.check_choice(ways)
        return ways

    def write(self, vals):
        done = super().write(vals)
        reach.check_choice(self, vals)
        return done

    def _reason(self):
        """The reason that is kept with whoever leaves this way."""
        return self._optional("reason", default=self.kind)

    def _bars(self, record_ids):
        """Those of the records that may not enter because of this exit."""
        return self._optional("bars", record_ids, default=[])

    def _conditions(self):
        """Texts of the domains it asks."""
        return self._optional("conditions", default=[])

    def _follows(self, workflow):
        """True when an entry into another workflow may make records leave."""
        return self._optional("follows", workflow, default=False)

    def _optional(self, verb, *args, default):
        method = getattr(self, f"_{verb}_{self.kind}", None)
        return method(*args) if method else default

    # What kinds with a condition share

    def _condition(self):
        """The condition as a :class:`~odoo.fields.Domain`."""
        return checked_domain(self.env[self.model_name], self.domain)

    def _watch_condition(self, watches, condition):
        """Everything a condition reads, on the record and on its associated records."""
        watches.of(self.model_name)
        for route in self._routes(condition):
            watches.route(route)

    def _reached_by(self, facts, condition):
        """Ids of the records for which facts may have altered whether a condition holds."""
        return list(facts.reached(self.model_name, self._routes(condition)))

    def _matching(self, record_ids, condition):
        """Those of the records that match, archived or not, as the run-as user sees them."""
        model = self.workflow_id._run_env()[self.model_name].with_context(active_test=False)
        return model.search(Domain("id", "in", list(record_ids)) & condition, order="id").ids

    def _matching_passes(self, passes, condition):
        """Ids of those enrollments whose records match."""
        matching = set(self._matching(passes.mapped("res_id"), condition))
        return passes.filtered(lambda enrollment: enrollment.res_id in matching).ids

    def _routes(self, condition):
        return routes_of_domain(self.env[self.model_name], condition)

    def _problems_of_condition(self):
        """A condition that everyone matches is an oversight."""
        if not self._condition() or self._condition().is_true():
            yield self.env._("Give a condition: without one, everyone leaves at once.")
