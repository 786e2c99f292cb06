from odoo import api, fields, models


class CrmWorkflowAction(models.Model):
    """Comments on a step. They are about the step of all versions, and so is the discussion.

    A step has one row per version, under one key. The first of them is where comments are kept:
    it stays as long as the workflow, whatever draft is made, published or discarded, so that
    nothing has to be copied or moved.
    """

    _name = "crm.workflow.action"
    _inherit = ["crm.workflow.action", "mail.thread"]
    # Whoever may see a step may comment on it; what is published does not change by that.
    _mail_post_access = "read"

    discussion_id = fields.Many2one(
        "crm.workflow.action",
        compute="_compute_discussion_id",
        help="The row of this step that its comments are kept at.",
    )
    comment_count = fields.Integer(string="Comments", compute="_compute_comment_count")

    @api.depends("key", "version_id")
    def _compute_discussion_id(self):
        """The oldest row of each step; one query."""
        groups = self._read_group(
            [
                ("key", "in", self.mapped("key")),
                ("version_id.workflow_id", "in", self.version_id.workflow_id.ids),
            ],
            ["version_id.workflow_id", "key"],
            ["id:min"],
        )
        oldest = {(workflow.id, key): step_id for workflow, key, step_id in groups}
        for action in self:
            place = (action.version_id.workflow_id.id, action.key)
            action.discussion_id = oldest.get(place, action._origin.id)

    @api.depends("discussion_id")
    def _compute_comment_count(self):
        """How many comments there are; one query. Nobody is told but who may see the step."""
        groups = (
            self.env["mail.message"]
            .sudo()
            ._read_group(
                [
                    ("model", "=", self._name),
                    ("res_id", "in", self.discussion_id.ids),
                    ("message_type", "=", "comment"),
                ],
                ["res_id"],
                ["__count"],
            )
        )
        counts = dict(groups)
        for action in self:
            action.comment_count = counts.get(action.discussion_id.id, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """Steps come by the hundred, with each draft: nobody follows them, nothing is noted."""
        quiet = self.with_context(tracking_disable=True)
        return super(CrmWorkflowAction, quiet).create(vals_list).with_env(self.env)

    def message_post(self, **kwargs):
        self.ensure_one()
        return super(CrmWorkflowAction, self.discussion_id).message_post(**kwargs)
