from odoo import api, fields, models

from ..services.associated import associated, target_of


class IrActionsServer(models.Model):
    """What the actions on records have in common: which records, and the lines of new values.

    Such a kind of action is a file in ``server_actions`` with these methods beside those that
    each kind has, found by name:

    ``_name_<state>(self)``
        The action in words: "Set Salesperson to Ann, clear City".
    ``_faults_<state>(self, step)``
        Yields what is wrong with it; ``step`` says what its formulas may use.
    ``_right_<state>(self)``
        Which right the run-as user needs: ``write``, ``create`` or ``unlink``.
    ``_changes_<state>(self)``
        The fields that it changes: {(model name, field name)}. Without the method, none.
    ``_makes_<state>(self)``
        The model of the records that it makes. Without the method, none.
    ``_record_model_<state>(self)``
        The model of the records whose fields its lines set; extend ``_record_model_depends`` with
        what decides it. Without the method, none.
    """

    _inherit = "ir.actions.server"

    crm_workflow_target = fields.Selection(
        [
            ("record", "The record itself"),
            ("associated", "Associated records"),
            ("related", "A related record of the workflow"),
        ],
        string="Which Records",
        default="record",
    )
    crm_workflow_target_path = fields.Char(
        string="Found By", help="The way from the record to those that the action is about."
    )
    crm_workflow_target_related = fields.Char(
        string="Related Record", help="One of those that the workflow has under Related Records."
    )
    crm_workflow_related_choices = fields.Json(
        compute="_compute_crm_workflow_related_choices", string="Related Records to Choose From"
    )
    crm_workflow_record_model = fields.Char(
        compute="_compute_crm_workflow_record_model",
        help="The model of the records that the action changes, or makes.",
        string="Model of Its Records",
    )
    crm_workflow_assignment_ids = fields.One2many(
        "crm.workflow.assignment", "action_id", string="Values", copy=True
    )

    @api.depends("crm_workflow_version_id")
    def _compute_crm_workflow_related_choices(self):
        for action in self:
            choices = [
                {"value": own.code, "label": f"{own.code}: {own.summary}"}
                for own in action.crm_workflow_version_id.related_ids
            ]
            action.crm_workflow_related_choices = [{"label": "", "choices": choices}]

    @api.depends(lambda self: self._record_model_depends())
    def _compute_crm_workflow_record_model(self):
        for action in self:
            action.crm_workflow_record_model = action._by_state("record_model", lambda: False)()

    def _record_model_depends(self):
        return [
            "state",
            "model_id",
            "crm_workflow_version_id",
            "crm_workflow_target",
            "crm_workflow_target_path",
            "crm_workflow_target_related",
        ]

    def _by_state(self, verb, otherwise=None):
        """The bound method ``_<verb>_<state>``, or what stands in for it."""
        return getattr(self, f"_{verb}_{self.state}", otherwise)

    def _targets(self, values):
        """The records that the action is about: {record id: records}."""
        records = values.records
        if self.crm_workflow_target == "related":
            return values.related(self.crm_workflow_target_related)
        if self.crm_workflow_target == "associated":
            return associated(records, self.crm_workflow_target_path)
        return {record.id: record for record in records}

    def _all_targets(self, targets):
        """The same, each once."""
        model = self.env[self.sudo().crm_workflow_record_model]
        ids = dict.fromkeys(target for found in targets.values() for target in found._ids)
        return next(iter(targets.values()), model).browse(ids)

    def _target_model(self):
        """The model of the records that the action is about, or False."""
        if self.crm_workflow_target == "related":
            found = self.crm_workflow_version_id.related_ids.filtered(
                lambda own: own.code == self.crm_workflow_target_related
            )
            return found[:1].model_name
        if self.crm_workflow_target == "associated":
            path = self.crm_workflow_target_path
            return path and target_of(self.env, self.model_name, path)
        return self.model_name
