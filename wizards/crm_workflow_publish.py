from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..services import feedback, run_as


class CrmWorkflowPublish(models.TransientModel):
    """What publishing will do, before it is done: problems, who enters, who is inside.

    Serves to switch a workflow on again as well: without a draft, the live version is kept.
    """

    _name = "crm.workflow.publish"
    _description = "Publish Workflow"

    workflow_id = fields.Many2one("crm.workflow", required=True, readonly=True, ondelete="cascade")
    version_id = fields.Many2one("crm.workflow.version", compute="_compute_version_id")
    is_new_version = fields.Boolean(compute="_compute_version_id", string="There Is a New Version")
    may_publish = fields.Boolean(
        compute="_compute_may_publish", help="Whoever opened it may let it run as its run-as user."
    )
    problem_count = fields.Integer(compute="_compute_problems")
    problems = fields.Json(compute="_compute_problems")
    cautions = fields.Text(
        compute="_compute_cautions",
        help="What is allowed, and may surprise: a sentence in each line.",
    )
    match_count = fields.Integer(string="Match Now", compute="_compute_match_count")
    match_text = fields.Char(string="Who Matches", compute="_compute_match_count")
    enroll_existing = fields.Boolean(
        string="Enrol them as well",
        help="Otherwise only records that start to match from now on enter.",
    )
    inside_count = fields.Integer(string="Inside", compute="_compute_inside_count")
    inside_text = fields.Char(string="Who Is Inside", compute="_compute_inside_count")
    in_flight = fields.Selection(
        [
            ("move", "Go on at the same step of the new version"),
            ("finish", "Finish on the version they entered"),
            ("restart", "Start again at the first step of the new version"),
            ("leave", "Leave the workflow now"),
        ],
        string="Records Inside",
        required=True,
        default="move",
    )
    in_flight_help = fields.Char(
        compute="_compute_in_flight_help", string="What That Means for Them"
    )

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        if "workflow_id" in fields_list and self.env.context.get("active_model") == "crm.workflow":
            defaults.setdefault("workflow_id", self.env.context.get("active_id"))
        return defaults

    @api.depends("workflow_id")
    def _compute_version_id(self):
        for wizard in self:
            draft = wizard.workflow_id.draft_version_id
            wizard.is_new_version = bool(draft)
            wizard.version_id = draft or wizard.workflow_id.live_version_id

    @api.depends("version_id")
    def _compute_problems(self):
        for wizard in self:
            problems = wizard.version_id.problems or []
            wizard.problem_count = len(problems)
            wizard.problems = wizard._with_step_names(problems)

    @api.depends("version_id", "problem_count")
    def _compute_cautions(self):
        for wizard in self:
            ready = wizard.version_id and not wizard.problem_count
            wizard.cautions = ready and "\n".join(feedback.cautions(wizard.version_id))

    @api.depends("workflow_id.run_as_id")
    @api.depends_context("uid")
    def _compute_may_publish(self):
        for wizard in self:
            wizard.may_publish = run_as.may_use(self.env, wizard.workflow_id.sudo())

    @api.depends("workflow_id", "problem_count", "may_publish")
    def _compute_match_count(self):
        for wizard in self:
            ready = wizard.workflow_id and wizard.may_publish and not wizard.problem_count
            wizard.match_count = wizard.workflow_id._matching_now_count() if ready else 0
            wizard.match_text = (
                self.env._("1 record matches a condition to enter at this moment.")
                if wizard.match_count == 1
                else self.env._(
                    "%s records match a condition to enter at this moment.",
                    formatLang(self.env, wizard.match_count, digits=0),
                )
            )

    @api.depends("workflow_id")
    def _compute_inside_count(self):
        for wizard in self:
            count = wizard.workflow_id.inside_count + wizard.workflow_id.parked_count
            wizard.inside_count = count
            wizard.inside_text = (
                self.env._("1 record is on its way through the version before. What becomes of it?")
                if count == 1
                else self.env._(
                    "%s records are on their way through the version before. What becomes of them?",
                    formatLang(self.env, count, digits=0),
                )
            )

    @api.depends("in_flight")
    def _compute_in_flight_help(self):
        helps = {
            "move": self.env._(
                "Waits go on where they are. Whoever stands on a step that is gone "
                "moves to the next step that is still there."
            ),
            "finish": self.env._(
                "They see nothing of the changes; the old steps stay until all are through."
            ),
            "restart": self.env._(
                "They meet steps a second time, and may get the same e-mail twice."
            ),
            "leave": self.env._("What they wait for is given up. Nothing more happens to them."),
        }
        for wizard in self:
            wizard.in_flight_help = helps.get(wizard.in_flight)

    def action_publish(self):
        """Publish as chosen."""
        self.ensure_one()
        if self.problem_count:
            raise UserError(self.env._("Solve the problems first."))
        self.workflow_id.action_publish(
            enroll_existing=self.enroll_existing, in_flight=self.in_flight
        )
        return {"type": "ir.actions.act_window_close"}

    def _with_step_names(self, problems):
        names = {step.id: step.display_name for step in self.version_id.action_ids}
        return [
            problem
            | {"text": self.env._("%(step)s: %(text)s", step=names[step_id], text=problem["text"])}
            if (step_id := problem["action_id"]) in names
            else problem
            for problem in problems
        ]
