import json

from odoo import api, fields, models


class CrmWorkflowHealth(models.TransientModel):
    """Shows whether records move on, and what to do where they do not."""

    _name = "crm.workflow.health"
    _description = "Workflow Health"

    finding_ids = fields.One2many("crm.workflow.health.finding", "health_id", readonly=True)
    count = fields.Integer(compute="_compute_count")

    @api.depends("finding_ids.count")
    def _compute_count(self):
        for health in self:
            health.count = len(health.finding_ids.filtered("count"))

    def _compute_display_name(self):
        self.display_name = self.env._("Health")

    @api.model
    def action_check(self):
        """Look anew, and show what was found."""
        self.check_access("create")
        found = [
            fields.Command.create(
                {
                    "sequence": sequence if finding.count else 100 + sequence,
                    "name": finding.name,
                    "count": finding.count,
                    "since": finding.since,
                    "cure": finding.cure if finding.count else False,
                    **self._where(*finding.shown),
                }
            )
            for sequence, finding in enumerate(self.env["crm.workflow"]._health())
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Health"),
            "res_model": self._name,
            "res_id": self.create({"finding_ids": found}).id,
            "views": [(False, "form")],
            "target": "current",
        }

    @api.model
    def _where(self, model_name=None, domain=()):
        """Where to look, as values of a finding."""
        text = json.dumps(domain, default=fields.Datetime.to_string)
        return {"model_name": model_name, "domain": text} if model_name else {}


class CrmWorkflowHealthFinding(models.TransientModel):
    """One thing that was looked at."""

    _name = "crm.workflow.health.finding"
    _description = "Workflow Health Finding"
    _order = "sequence, id"

    health_id = fields.Many2one("crm.workflow.health", required=True, ondelete="cascade")
    sequence = fields.Integer()
    name = fields.Text(string="Looked For", required=True)
    count = fields.Integer(string="Found")
    state = fields.Selection(
        [("well", "Fine"), ("found", "To Do")], string="Result", compute="_compute_state"
    )
    since = fields.Datetime(help="Since when the oldest of them waits.")
    cure = fields.Text(string="What to Do")
    model_name = fields.Char()
    domain = fields.Char()

    @api.depends("count")
    def _compute_state(self):
        for finding in self:
            finding.state = "found" if finding.count else "well"

    def action_open(self):
        """Open what was found, as far as the user may see it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.model_name,
            "domain": json.loads(self.domain),
            "views": [(False, "list"), (False, "form")],
        }
