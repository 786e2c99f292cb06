from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..services import decisions, enrollments, sight


class CrmWorkflowDecision(models.Model):
    """What people are asked about one record that waits at a step, and their answer.

    Rows are written by the engine; people answer by :meth:`action_answer`, or on the activity
    that asks them, which takes no right on this model.
    """

    _name = "crm.workflow.decision"
    _inherit = "crm.workflow.about.mixin"
    _description = "Workflow Decision"
    _log_access = False
    _order = "asked_at desc, id desc"
    _rec_name = "question"

    enrollment_id = fields.Many2one(
        "crm.workflow.enrollment", required=True, readonly=True, ondelete="cascade", index=True
    )
    workflow_id = fields.Many2one(
        "crm.workflow", required=True, readonly=True, ondelete="cascade", index=True
    )
    res_model = fields.Char(string="Model Name", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record ID",
        model_field="res_model",
        required=True,
        readonly=True,
        help="The enrolled record, or the one whose turn it is in a loop.",
    )
    action_id = fields.Many2one(
        "crm.workflow.action",
        string="Step",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    action_key = fields.Char(string="Step Key", required=True, readonly=True)
    kept_question = fields.Char(readonly=True, groups="base.group_system")
    question = fields.Char(
        compute="_compute_texts",
        search="_search_question",
        help="For those who may see the record, and for those who are asked.",
    )
    state = fields.Selection(
        [("open", "Waiting"), ("answered", "Answered"), ("closed", "Not Answered")],
        required=True,
        default="open",
        readonly=True,
    )
    asked_at = fields.Datetime(string="Asked", required=True, readonly=True)
    path_key = fields.Char(readonly=True, help="Key of the path that is the answer.")
    answer = fields.Char(readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Answered By",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    kept_remark = fields.Text(readonly=True, groups="base.group_system")
    remark = fields.Text(
        compute="_compute_texts",
        search="_search_remark",
        help="For those who may see the record, and for those who are asked.",
    )
    answered_at = fields.Datetime(string="Answered", readonly=True)
    activity_ids = fields.One2many("mail.activity", "crm_workflow_decision_id", readonly=True)
    asked_ids = fields.Many2many("res.users", string="Who", compute="_compute_asked_ids")
    answers = fields.Json(
        compute="_compute_answers",
        help="What the current user may answer: {choices: [{key, name}]}; else empty.",
    )
    record_name = fields.Char(string="Record", compute="_compute_record_name")
    company_id = fields.Many2one(related="workflow_id.company_id")

    _open = models.Index("(enrollment_id) WHERE state = 'open'")

    @api.depends("kept_question", "kept_remark", "res_model", "res_id", "activity_ids.user_id")
    @api.depends_context(*sight.READER)
    def _compute_texts(self):
        told = sight.told_ids(self)
        for decision, decision_sudo in zip(self, self.sudo(), strict=True):
            is_told = decision.id in told or self.env.user in decision.asked_ids
            for name in ("question", "remark"):
                text = decision_sudo[f"kept_{name}"]
                decision[name] = sight.shown(self.env, text, is_told)

    @api.model
    def _search_question(self, operator, value):
        return sight.search(self, "kept_question", operator, value)

    @api.model
    def _search_remark(self, operator, value):
        return sight.search(self, "kept_remark", operator, value)

    @api.depends("question")
    @api.depends_context(*sight.READER)
    def _compute_display_name(self):
        for decision in self:
            decision.display_name = decision.question

    @api.depends("res_model", "res_id")
    @api.depends_context(*sight.READER)
    def _compute_record_name(self):
        names = enrollments.record_names(self)
        for decision in self:
            decision.record_name = names[decision.res_model, decision.res_id]

    @api.depends("activity_ids.user_id")
    def _compute_asked_ids(self):
        for decision, decision_sudo in zip(self, self.sudo(), strict=True):
            decision.asked_ids = decision_sudo.activity_ids.user_id

    @api.depends("state", "enrollment_id")
    @api.depends_context("uid")
    def _compute_answers(self):
        for decision, decision_sudo in zip(self, self.sudo(), strict=True):
            choices = decision._may_answer() and decision_sudo._choices()
            decision.answers = choices and {"choices": choices}

    def action_answer(self, key, remark=""):
        """Decide, as one who is asked or as a manager of workflows.

        :param key: of one of the choices of ``answers``
        :param remark: a text that is kept with the answer
        """
        self.ensure_one()
        self.check_access("read")
        if not self._may_answer():
            raise AccessError(
                self.env._("You are not asked: only who is, or a manager of workflows, decides.")
            )
        decisions.answer(self.sudo(), key, remark)
        return True

    def action_open_record(self):
        """Open the record that is decided about."""
        self.ensure_one()
        return enrollments.open_record(self)

    def _may_answer(self):
        """True for who is asked, and for managers."""
        user = self.env.user
        return user in self.asked_ids or user.has_group("crm_workflow.group_manager")

    def _is_awaited(self):
        """True while the record waits for the answer."""
        row = self.enrollment_id
        waits = row.waiting and row.state in ("active", "parked")
        return self.state == "open" and waits and row.action_id.key == self.action_key

    def _paths(self):
        """The answers there are, of the version that the record walks through now."""
        return self.enrollment_id.action_id._answers()

    def _choices(self):
        """The answers there are, for their buttons."""
        if not self._is_awaited():
            return []
        return [{"key": path.key, "name": path.display_name} for path in self._paths()]

    def _answer_text(self):
        """Who answered what, in a line."""
        return self.env._(
            "%(answer)s, by %(user)s", answer=self.answer, user=self.user_id.name or ""
        )
