from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ...services.names import number_of, visible_name, visible_records
from ...services.server_action import run_server_action


class CrmWorkflowAction(models.Model):
    _inherit = "crm.workflow.action"

    kind = fields.Selection(selection_add=[("server", "Action")], ondelete={"server": "cascade"})
    server_action_id = fields.Many2one(
        "ir.actions.server",
        ondelete="set null",
        index="btree_not_null",
        domain="[('model_id', '=', model_id), '|', ('usage', '=', 'ir_actions_server'),"
        " ('id', '=', server_action_id)]",
        help="What is done with the record: an action of this step, or one that exists already.",
    )
    server_action_is_own = fields.Boolean(
        compute="_compute_server_action_is_own", string="Action Belongs to the Step"
    )

    @api.depends("server_action_id.usage")
    def _compute_server_action_is_own(self):
        for action in self:
            action.server_action_is_own = action.server_action_id.sudo().usage == "crm_workflow"

    @api.constrains("server_action_id", "version_id")
    def _check_server_action(self):
        for step in self:
            action = step.server_action_id
            if action.usage == "crm_workflow" and not step._may_use(action):
                raise ValidationError(
                    self.env._(
                        "The action “%s” belongs to the steps of another workflow: make one anew.",
                        action.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_may_choose_action(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_may_choose_action([vals])
        return super().write(vals)

    def _check_may_choose_action(self, vals_list):
        """Asked beforehand: a step of one's own makes its action one's own to see and to write.

        :raise AccessError: naming the cure
        """
        ids = [vals["server_action_id"] for vals in vals_list if vals.get("server_action_id")]
        chosen_sudo = self.env["ir.actions.server"].sudo().browse(ids)
        unseen = chosen_sudo - visible_records(chosen_sudo)
        if unseen and not self.env.su:
            raise AccessError(
                self.env._(
                    "You may not see the action %s, so you cannot choose it: choose another, or "
                    "make it anew here.",
                    number_of(unseen[0]),
                )
            )

    def unlink(self):
        own_sudo = self.sudo().server_action_id._only_in(self)
        done = super().unlink()
        own_sudo.exists().unlink()
        return done

    def _copied_records(self):
        values = super()._copied_records()
        if self.server_action_is_own:
            # Even where it has none, an action's Python is for administrators to read.
            action_sudo = self.server_action_id.sudo()
            # The name that it has by itself stays that for whoever wrote it: whoever makes a draft
            # of it may see more than those who read it.
            names = {name: action_sudo[name] for name in ("name", "automated_name")}
            values["server_action_id"] = action_sudo.copy(names).id
        return values

    def _has_lost_records_server(self):
        return not self.sudo().server_action_id

    def _run_server(self, batch):
        return run_server_action(self.sudo().server_action_id, batch)

    def _summary_depends(self):
        return [*super()._summary_depends(), "server_action_id.name", "server_action_id.usage"]

    def _summary_server(self):
        return self._server_action_name() or self.env._("Do nothing yet")

    def _server_action_name(self):
        """Of the step's own action, and of those for all, whoever sees the step is told the name;
        what belongs to something else is named to whoever may see that.
        """
        action_sudo = self.sudo().server_action_id
        if action_sudo and self._may_use(action_sudo):
            return action_sudo.name
        return visible_name(action_sudo)

    def _problems_server(self):
        action = self.sudo().server_action_id
        if not action:
            yield self.env._("The step has no action: open it and choose what is to be done.")
        elif action.model_id.model != self.model_name:
            yield self.env._(
                "The action “%(action)s” works on %(other)s, not on the records of this workflow.",
                action=self._server_action_name(),
                other=action.model_id.name,
            )
        elif not self._may_use(action):
            yield self.env._(
                "The action “%s” belongs to something else: choose another, or make it anew here.",
                self._server_action_name(),
            )
        else:
            yield from self._problems_action(action)

    def _may_use(self, action):
        """True for an action of this workflow's own, and for those that are there for all."""
        if action.usage == "crm_workflow":
            return action.crm_workflow_action_ids.workflow_id <= self.workflow_id
        return action.usage == "ir_actions_server"

    def _problems_action(self, action):
        user = self.sudo().workflow_id.run_as_id
        if action.warning:
            yield action.warning
        for part in action._parts():
            if not part._is_for(user):
                yield self.env._(
                    "%(user)s, the run-as user, is in no group that may run “%(action)s”: "
                    "choose another run-as user or another action.",
                    user=user.name,
                    action=part.name,
                )
            yield from part._step_problems(self)

    def _outputs_server(self):
        """What its parts leave, those of the same name but once."""
        parts = self.sudo().server_action_id._parts() if self.server_action_id else []
        return {name: known for part in parts for name, known in part._step_outputs().items()}

    def _document_fields_server(self):
        return ("server_action_id",)
