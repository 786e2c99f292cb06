from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..services import decisions, engine_fields

#: Who could say what an activity decides about could decide about anything.
ENGINE_FIELDS = {"crm_workflow_decision_id"}


class MailActivity(models.Model):
    """An activity may ask for a decision: it is done by one of the answers and in no other way."""

    _inherit = "mail.activity"

    crm_workflow_decision_id = fields.Many2one(
        "crm.workflow.decision",
        string="Decision",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    crm_workflow_answers = fields.Json(
        compute="_compute_crm_workflow_answers",
        help="What the current user may answer: {choices: [{key, name}]}, without choices where "
        "others are asked; empty where nothing is asked.",
        string="Answers of the Workflow",
    )

    @api.depends("crm_workflow_decision_id.state", "user_id")
    @api.depends_context("uid")
    def _compute_crm_workflow_answers(self):
        answerable = self._answerable()
        for activity, activity_sudo in zip(self, self.sudo(), strict=True):
            decision_sudo = activity_sudo.crm_workflow_decision_id
            asks = activity_sudo.active and decision_sudo.state == "open"
            choices = decision_sudo._choices() if asks and activity in answerable else []
            activity.crm_workflow_answers = asks and {"choices": choices}

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            engine_fields.check(self, ENGINE_FIELDS, vals)
        model = engine_fields.without_defaults(self, ENGINE_FIELDS)
        return super(MailActivity, model).create(vals_list).with_env(self.env)

    def write(self, vals):
        engine_fields.check(self, ENGINE_FIELDS, vals)
        if vals.get("active") is False:
            self._check_answered()
        if "user_id" in vals:
            self._check_may_hand_on(vals["user_id"])
        return super().write(vals)

    def unlink(self):
        asked_ids = self.sudo().crm_workflow_decision_id.ids
        done = super().unlink()
        decisions.give_up(self.env["crm.workflow.decision"].sudo().browse(asked_ids))
        return done

    def action_crm_workflow_answer(self, key, remark=""):
        """Decide, as the person that the activity asks or as a manager of workflows.

        :param key: of one of the choices of ``crm_workflow_answers``
        :param remark: a text that is kept with the answer
        """
        self.ensure_one()
        self.check_access("read")
        decision_sudo = self.sudo().crm_workflow_decision_id
        if not decision_sudo:
            raise UserError(self.env._("This activity asks for no decision."))
        if not self._answerable():
            raise AccessError(
                self.env._("%s is asked here, so that you cannot decide.", self.sudo().user_id.name)
            )
        decisions.answer(decision_sudo, key, remark)
        return True

    def _answerable(self):
        """Those whose decision is the user's: who is asked, or manages workflows of the company."""
        user, self_sudo = self.env.user, self.sudo()
        mine = self_sudo.filtered(lambda activity_sudo: activity_sudo.user_id == user)
        if user.has_group("crm_workflow.group_manager"):
            asked = self_sudo.crm_workflow_decision_id.with_env(self.env)._filtered_access("read")
            mine |= self_sudo.filtered(
                lambda activity_sudo: activity_sudo.crm_workflow_decision_id.id in asked.ids
            )
        return mine.with_env(self.env)

    def _check_may_hand_on(self, user_id):
        """Whoever could ask another person could ask himself.

        :raise AccessError: for somebody else's decision
        """
        others = self.browse() if self.env.su else self - self._answerable()
        for activity_sudo in others.sudo():
            asked = activity_sudo.user_id
            open_decision = activity_sudo.crm_workflow_decision_id.state == "open"
            if open_decision and activity_sudo.active and asked.id != user_id:
                raise AccessError(
                    self.env._(
                        "%s is asked for a decision here: only they or a manager of workflows "
                        "may hand it on.",
                        asked.name,
                    )
                )

    def _check_answered(self):
        """Refuse that a decision is taken for done without an answer.

        :raise UserError: naming the answers
        """
        for activity_sudo in self.sudo().filtered("active"):
            decision_sudo = activity_sudo.crm_workflow_decision_id
            if decision_sudo.state == "open" and decision_sudo._is_awaited():
                names = [choice["name"] for choice in decision_sudo._choices()]
                raise UserError(
                    self.env._(
                        "“%(question)s” waits for a decision. Answer with one of the buttons: "
                        "%(answers)s.",
                        question=decision_sudo.question,
                        answers=", ".join(names),
                    )
                )

    def _to_store_defaults(self, target):
        return [*super()._to_store_defaults(target), "crm_workflow_answers"]
