from odoo import api, fields, models
from odoo.tools import formatLang


class CrmWorkflowTurnOff(models.TransientModel):
    """Asks what becomes of the records inside before a workflow is turned off."""

    _name = "crm.workflow.turn.off"
    _description = "Turn Workflow Off"

    workflow_id = fields.Many2one("crm.workflow", required=True, readonly=True, ondelete="cascade")
    meaning = fields.Char(string="What It Means", compute="_compute_meaning")
    inside_count = fields.Integer(string="Inside", compute="_compute_inside_count")
    inside_text = fields.Char(string="Who Is Inside", compute="_compute_inside_count")
    inside = fields.Selection(
        [
            ("finish", "Finish their way: waits go on, the remaining steps happen"),
            ("end", "Leave now: nothing more happens to them"),
        ],
        string="Records Inside",
        required=True,
        default="finish",
    )

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        if "workflow_id" in fields_list and self.env.context.get("active_model") == "crm.workflow":
            defaults.setdefault("workflow_id", self.env.context.get("active_id"))
        return defaults

    @api.depends("workflow_id")
    def _compute_meaning(self):
        for wizard in self:
            wizard.meaning = self.env._(
                "Nobody enters “%s” any more. You can switch it on again at any time; what happens "
                "until then is not made up for.",
                wizard.workflow_id.name,
            )

    @api.depends("workflow_id")
    def _compute_inside_count(self):
        for wizard in self:
            count = wizard.workflow_id.inside_count + wizard.workflow_id.parked_count
            wizard.inside_count = count
            wizard.inside_text = (
                self.env._("1 record is inside now. What becomes of it?")
                if count == 1
                else self.env._(
                    "%s records are inside now. What becomes of them?",
                    formatLang(self.env, count, digits=0),
                )
            )

    def action_turn_off(self):
        """Turn the workflow off as chosen."""
        self.ensure_one()
        self.workflow_id.action_turn_off(inside=self.inside)
        return {"type": "ir.actions.act_window_close"}
