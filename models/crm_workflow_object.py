from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..services import preview, run_as
from ..services.domains import checked_domain, known_domain


class CrmWorkflowObject(models.Model):
    """A kind of record that workflows can enrol: Contact, Deal, Ticket, any other model.

    The model is kept by name, so that a type whose app is not installed breaks nothing:
    it is simply not offered until the app arrives.
    """

    _name = "crm.workflow.object"
    _description = "Workflow Object Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    model_name = fields.Char(
        required=True,
        help="Technical name of the model, such as res.partner.",
    )
    model_id = fields.Many2one(
        "ir.model",
        compute="_compute_model_id",
        inverse="_inverse_model_id",
        domain=[("transient", "=", False), ("abstract", "=", False)],
        help="The kind of record that workflows of this type enrol.",
    )
    domain = fields.Char(
        string="Only Records",
        default="[]",
        help="Records outside this filter are not of this type, whoever enrols them.",
    )
    icon = fields.Char(default="fa-cube", help="Font Awesome class shown beside the name.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_available = fields.Boolean(
        compute="_compute_is_available",
        search="_search_is_available",
        help="The app that brings the model is installed.",
    )
    workflow_ids = fields.One2many("crm.workflow", "object_id")

    @api.depends("model_name")
    def _compute_model_id(self):
        for object_type in self:
            object_type.model_id = self.env["ir.model"]._get(object_type.model_name or "")

    def _inverse_model_id(self):
        for object_type in self.filtered("model_id"):
            object_type.model_name = object_type.model_id.model

    @api.onchange("model_id")
    def _onchange_model_id(self):
        if self.model_id:
            self.model_name = self.model_id.model
            self.name = self.name or self.model_id.name

    @api.depends("model_name")
    def _compute_is_available(self):
        for object_type in self:
            object_type.is_available = object_type.model_name in self.env

    def _search_is_available(self, operator, value):
        if operator != "in":
            return NotImplemented
        names = [name for name in self.mapped_model_names() if name in self.env]
        return Domain("model_name", "in", names)

    @api.constrains("model_name")
    def _check_model_name(self):
        for object_type in self.filtered("is_available"):
            Model = self.env[object_type.model_name]
            if Model._abstract or Model._transient or Model._name.startswith("crm.workflow"):
                raise ValidationError(
                    self.env._(
                        "Records of %s cannot walk through a workflow.", object_type.model_name
                    )
                )

    @api.constrains("domain", "model_name")
    def _check_domain(self):
        for object_type in self.filtered("is_available"):
            checked_domain(self.env[object_type.model_name], object_type.domain)

    def write(self, vals):
        if {"domain", "model_name", "model_id"} & vals.keys():
            self._check_may_redesign(vals)
        done = super().write(vals)
        if {"domain", "model_name", "model_id"} & vals.keys():
            # Live workflows of this type watch other fields from now on.
            self.env.registry.clear_cache()
        return done

    @api.private
    @api.model
    def mapped_model_names(self):
        """Names of all models of any object type, installed or not."""
        return self.sudo().with_context(active_test=False).search([]).mapped("model_name")

    def _records_domain(self):
        """The :class:`~odoo.fields.Domain` of the records of this type."""
        self.ensure_one()
        return known_domain(self.env[self.model_name], self.domain)

    @api.model
    @tools.ormcache("model_name", "text")
    def _verify_condition(self, model_name, text):
        """True for a condition that can be asked, until models or workflows change.

        :raise ValidationError: see :func:`~..services.domains.checked_domain`
        """
        checked_domain(self.env[model_name], text)
        return True

    def _check_may_redesign(self, vals):
        """What the records of a type are is part of each workflow of the type.

        :raise UserError: where the records of workflows would become those of another model, or
            some workflow runs as somebody whom the current user may not let it run as
        """
        workflows_sudo = self.sudo().with_context(active_test=False).workflow_ids
        if workflows_sudo and self._changes_model(vals):
            raise UserError(
                self.env._("Workflows use this type, so its model stays: add another type instead.")
            )
        run_as.check_may_use(self.env, workflows_sudo)

    def _changes_model(self, vals):
        names = {vals[name] for name in ("model_name",) if name in vals}
        if "model_id" in vals:
            names.add(self.env["ir.model"].browse(vals["model_id"]).model)
        return any(names - {object_type.model_name} for object_type in self)

    @api.model
    def preview_condition(self, model_name, condition, object_id=False):
        """What a condition says and how many records of the type match it now.

        Counted are the records that the caller may see.

        :param condition: a literal domain about ``model_name``
        :param object_id: the object type whose filter counts as well, if any
        :return: ``text``, ``count``, ``more`` (when there are more than that) and ``problem``
        """
        self.check_access("read")
        return preview.preview(self.env, model_name, condition, self.browse(object_id or ()))

    @api.model
    def records_matching(self, model_name, condition, object_id=False):
        """Ids of the records that :meth:`preview_condition` counts."""
        self.check_access("read")
        return preview.matching_ids(self.env, model_name, condition, self.browse(object_id or ()))
