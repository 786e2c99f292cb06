from odoo import api, fields, models


class CrmWorkflowAssignee(models.Model):
    """Somebody whom an action “Assign to a person” may choose.

    It belongs to its action: it is copied, frozen and exported with it.
    """

    _name = "crm.workflow.assignee"
    _description = "Person of an Assignment"
    _order = "sequence, id"
    _rec_name = "user_id"

    action_id = fields.Many2one("ir.actions.server", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('share', '=', False)]",
    )
    weight = fields.Integer(
        default=1, required=True, help="Who has weight 2 gets twice as many records as who has 1."
    )

    _person_unique = models.UniqueIndex("(action_id, user_id)", "A person is listed once.")
    _weight_range = models.Constraint(
        "CHECK (weight BETWEEN 1 AND 100)", "A weight is a whole number from 1 to 100."
    )

    def _document_fields(self):
        """Names of its own fields, for the XML document."""
        return ("sequence", "user_id", "weight")

    @api.model_create_multi
    def create(self, vals_list):
        assignees = super().create(vals_list)
        assignees._check_editable()
        return assignees

    def write(self, vals):
        self._check_editable()
        done = super().write(vals)
        # Nor does anybody join an action that is not theirs who write it.
        self.check_access("write")
        self._check_editable()
        return done

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_editable()

    def _check_editable(self):
        """Who is in a published step stays in it until the workflow is edited."""
        self.action_id._check_no_published_step(self.env._("changed"), {})
