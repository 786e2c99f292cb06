from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..services.keys import new_key
from ..services.names import READER


class CrmWorkflowPath(models.Model):
    """One lane under a branching step. After its last step, control joins behind the branch."""

    _name = "crm.workflow.path"
    _inherit = "crm.workflow.row"
    _description = "Workflow Path"
    _order = "is_default, sequence, id"

    action_id = fields.Many2one(
        "crm.workflow.action",
        string="Branching Step",
        required=True,
        ondelete="cascade",
        index=True,
    )
    version_id = fields.Many2one(related="action_id.version_id", store=True, index=True)
    object_id = fields.Many2one(related="action_id.object_id")
    model_name = fields.Char(related="action_id.model_name")
    lane_model_name = fields.Char(
        compute="_compute_lane_model_name",
        recursive=True,
        help="Of the records that the steps in it act on.",
        string="Model of Its Steps",
    )
    kind = fields.Selection(related="action_id.kind", string="Kind of Step")
    sequence = fields.Integer(default=10)
    key = fields.Char(required=True, default=lambda self: new_key(), copy=False, readonly=True)
    name = fields.Char()
    domain = fields.Char(string="Condition", default="[]")
    condition = fields.Char(
        compute="_compute_condition", string="In Words", help="Who takes this path."
    )
    is_default = fields.Boolean(
        string="Otherwise", help="Taken by records that match no other path."
    )
    # Not readonly: the form of a new step sends the paths that it is to have.
    role = fields.Char(
        help="What the step takes the path for, as “happened”; empty for a path that people add.",
    )
    action_ids = fields.One2many("crm.workflow.action", "path_id", string="Steps")

    _action_key_unique = models.UniqueIndex("(action_id, key)", "A path's key is its own.")
    _one_default = models.UniqueIndex(
        "(action_id) WHERE is_default", "A branch has one “otherwise” at most."
    )
    _one_of_role = models.UniqueIndex(
        "(action_id, role) WHERE role IS NOT NULL", "A step has one path of each role at most."
    )

    @api.depends(lambda self: [f"action_id.{name}" for name in self._lane_depends()])
    def _compute_lane_model_name(self):
        for path in self:
            own = path.action_id._lane_model() if path.action_id.kind else False
            path.lane_model_name = own or path.action_id.model_name

    def _lane_depends(self):
        return self.env["crm.workflow.action"]._lane_depends()

    def _words_depends(self):
        """Fields that its name and condition in words read; kinds of steps add theirs."""
        return ["name", "is_default", "role", "domain", "model_name", "kind"]

    @api.depends(lambda self: self._words_depends())
    @api.depends_context(*READER)
    def _compute_display_name(self):
        for action, paths in self.grouped("action_id").items():
            names = action._path_names(paths.filtered(lambda path: not path.name))
            for path in paths:
                path.display_name = (
                    path.name
                    or names.get(path.id)
                    or (self.env._("Otherwise") if path.is_default else self.env._("Unnamed path"))
                )

    @api.constrains("role", "domain", "is_default", "action_id")
    def _check_role(self):
        for path in self:
            if path.role and path.domain not in (False, "", "[]"):
                raise ValidationError(
                    self.env._("“%s” takes no condition: its step decides.", path.display_name)
                )
            step = path.action_id
            if step._branches() and not (path.role or path.is_default or step._takes_paths()):
                raise ValidationError(
                    self.env._(
                        "“%s” has its paths already: add steps to them, or add a branch.",
                        step.display_name,
                    )
                )

    @api.depends(lambda self: self._words_depends())
    @api.depends_context(*READER)
    def _compute_condition(self):
        for action, paths in self.grouped("action_id").items():
            chosen = paths.filtered(lambda path: not path.is_default and not path.role)
            told = action._path_conditions(chosen)
            for path in paths:
                path.condition = told.get(path.id, False)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("is_default") or vals.get("role"):
                self._give_way(vals)
        return super().create(vals_list)

    @api.model
    def _give_way(self, vals):
        """A path that came with its step, and is empty, is replaced by one that does the same."""
        same = Domain("role", "=", vals["role"]) if vals.get("role") else Domain.FALSE
        if vals.get("is_default"):
            same |= Domain("is_default", "=", True)
        own = self.search(Domain("action_id", "=", vals.get("action_id")) & same)
        own.filtered(lambda path: not path.action_ids).unlink()

    def unlink(self):
        """The steps of its lane go with what belongs to them, such as an action of their own."""
        if self.action_ids:
            self.action_ids.unlink()
        return super().unlink()
