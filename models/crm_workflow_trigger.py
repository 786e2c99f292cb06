from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..services.domains import checked_domain, known_domain
from ..services.keys import new_key
from ..services.names import READER
from .kind import KindMixin


class CrmWorkflowTrigger(KindMixin, models.Model):
    """One way in. Records enter when any trigger of the live version fires.

    A kind of trigger is one file in ``trigger_kinds``. It adds its value to ``kind``, its
    fields, and these methods, found by name::

        _watch_<kind>(self, watches)    what capture must look for, see services/watch.py
        _entering_<kind>(self, facts)   which of the changed records enter now, and why:
                                        {record id: services.queue.entry.Origin}
        _takes_new_<kind>(self)         True when records can enter by being created; without the
                                        method, none do
        _summary_<kind>(self)           one line for people
        _problems_<kind>(self)          what keeps it from being published
        _document_fields_<kind>(self)   names of its fields, for the XML document
        _document_domains_<kind>(self)  which of them hold a condition: {field name: model name};
                                        without it, only ``domain``
        _document_lists_<kind>(self)    which of them hold a JSON list: {field name: model whose
                                        ids it lists, or None for values}; without it, none
        _remembers_<kind>(self)         True when it enters on turning from not matching to
                                        matching; without it, each firing counts
        _called_<kind>(self, calls)     acts on calls from outside, see services/webhook;
                                        without it, it has no address
        _start_<kind>(self, before)     when its version goes live or its workflow is switched on;
                                        ``before`` is the trigger of the same key that was live
                                        until now, if any
        _told_values_<kind>(self)       what it tells of each entry, for texts and formulas:
                                        (text, label, model or False); without it, nothing
    """

    _name = "crm.workflow.trigger"
    _inherit = "crm.workflow.row"
    _description = "Workflow Trigger"
    _order = "sequence, id"
    _rec_name = "summary"

    version_id = fields.Many2one(
        "crm.workflow.version", required=True, ondelete="cascade", index=True
    )
    workflow_id = fields.Many2one(related="version_id.workflow_id")
    object_id = fields.Many2one(related="version_id.workflow_id.object_id")
    model_name = fields.Char(related="version_id.model_name")
    sequence = fields.Integer(default=10)
    key = fields.Char(required=True, default=lambda self: new_key(), copy=False, readonly=True)
    kind = fields.Selection(
        [], string="When", required=True, default=lambda self: self._default_kind()
    )
    domain = fields.Char(
        string="Condition", default="[]", help="Only records that match this condition enter."
    )
    reenroll = fields.Boolean(
        string="Enter Again",
        help="A record that has been through before enters once more when this trigger fires "
        "again.",
    )
    summary = fields.Char(compute="_compute_summary")

    _version_key_unique = models.UniqueIndex("(version_id, key)", "A trigger's key is its own.")

    def _default_kind(self):
        return next(iter(self._fields["kind"].get_values(self.env)), False)

    @api.depends(lambda self: self._summary_depends())
    @api.depends_context(*READER)
    def _compute_summary(self):
        for trigger in self:
            trigger.summary = trigger.kind and trigger._by_kind("summary")()

    @api.depends_context(*READER)
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _summary_depends(self):
        """Fields that the one-line summary reads; kinds add theirs."""
        return ["kind", "domain", "model_name"]

    @api.constrains("domain", "version_id")
    def _check_domain(self):
        for trigger in self.filtered(lambda trigger: trigger.model_name in self.env):
            checked_domain(self.env[trigger.model_name], trigger.domain)

    @api.constrains("kind")
    def _check_kind(self):
        if not all(trigger.kind for trigger in self):
            raise ValidationError(self.env._("Choose when records enter."))

    def _remembers(self):
        """True when members remember whether they match this trigger."""
        method = getattr(self, f"_remembers_{self.kind}", None)
        return bool(method and method())

    def _takes_calls(self):
        """True when other systems call this trigger."""
        return hasattr(self, f"_called_{self.kind}")

    def _start(self, before):
        """The way in opens: let a kind begin that does not only answer to facts."""
        method = getattr(self, f"_start_{self.kind}", None)
        if method:
            method(before)

    def _told_values(self):
        """What texts and formulas can read of an entry: (text, label, model or False)."""
        method = getattr(self, f"_told_values_{self.kind}", None)
        return method() if method else ()

    def _records_domain(self):
        """Object type and condition together, as a :class:`~odoo.fields.Domain`."""
        self.ensure_one()
        object_type = self.version_id.workflow_id.object_id
        return object_type._records_domain() & known_domain(self.env[self.model_name], self.domain)
