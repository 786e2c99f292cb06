from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..services.associated import problem_of_path, target_of
from ..services.describe import describe_domain
from ..services.domains import checked_domain
from ..services.names import READER
from ..services.words import field_label


class CrmWorkflowRelated(models.Model):
    """An associated record under a name: of all that a path leads to, the first that matches.

    Texts, formulas and steps use it as ``related.<code>``; "the newest open ticket", to name one.
    It is looked up when a step asks for it, so it is the one of that moment.
    """

    _name = "crm.workflow.related"
    _inherit = "crm.workflow.part"
    _description = "Workflow Related Record"
    _order = "id"
    _rec_name = "code"

    code = fields.Char(
        string="Name", required=True, help="How texts and formulas call it: related.newest_ticket."
    )
    path = fields.Char(string="Found By", required=True, help="The way there from the record.")
    domain = fields.Char(string="Only Those", default="[]")
    sort_field = fields.Char(string="First By", help="The field whose order decides.")
    sort_descending = fields.Boolean(string="Largest or Newest First", default=True)
    workflow_model_name = fields.Char(related="version_id.model_name", string="Records")
    model_name = fields.Char(compute="_compute_model_name")
    summary = fields.Char(compute="_compute_summary")

    _version_code_unique = models.UniqueIndex(
        "(version_id, code)", "Each related record has a name of its own."
    )

    @api.depends("path", "version_id")
    def _compute_model_name(self):
        for related in self:
            related.model_name = target_of(self.env, related._from(), related.path)

    @api.depends("path", "domain", "sort_field", "sort_descending", "version_id")
    @api.depends_context(*READER)
    def _compute_summary(self):
        for related in self:
            related.summary = related.model_name and related._summary()

    def _from(self):
        return self.version_id.model_name or self.env.context.get("default_workflow_model_name")

    def _summary(self):
        parts = [field_label(self.env[self._from()], self.path)]
        if self.domain not in (False, "", "[]"):
            parts.append(describe_domain(self.env, self.model_name, self.domain))
        if self.sort_field:
            label = field_label(self.env[self.model_name], self.sort_field)
            down = self.sort_descending
            parts.append(
                self.env._("largest %s first", label)
                if down
                else self.env._("smallest %s first", label)
            )
        return ", ".join(parts)

    @api.constrains("code")
    def _check_code(self):
        for related in self:
            if not related.code.isidentifier() or related.code.startswith("_"):
                raise ValidationError(
                    self.env._(
                        "“%s” is no name for a formula: use letters, digits and _, such as "
                        "newest_ticket.",
                        related.code,
                    )
                )

    @api.constrains("domain", "path")
    def _check_domain(self):
        for related in self.filtered(lambda related: related.model_name in self.env):
            checked_domain(self.env[related.model_name], related.domain)

    def _condition(self):
        return checked_domain(self.env[self.model_name], self.domain)

    def _order_by(self):
        """The order of a search, the newest first where nothing else is said."""
        direction = "desc" if self.sort_descending else "asc"
        return f"{self.sort_field} {direction}, id desc" if self.sort_field else "id desc"

    def _problems(self):
        """What keeps the version from being published."""
        for related in self:
            fault = problem_of_path(self.env, related._from(), related.path)
            if not fault and related.sort_field:
                field = self.env[related.model_name]._fields.get(related.sort_field)
                if field is None or not field.store:
                    fault = self.env._("nothing can be sorted by “%s”", related.sort_field)
            if fault:
                yield self.env._(
                    "Related record “%(name)s”: %(reason)s.", name=related.code, reason=fault
                )

    def _document_fields(self):
        return ("code", "path", "domain", "sort_field", "sort_descending")
