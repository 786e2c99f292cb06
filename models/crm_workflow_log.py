from odoo import api, fields, models
from odoo.fields import Domain

from ..services import sight
from ..services.reasons import reason_labels

OUTCOMES = [
    ("entered", "Entered"),
    ("done", "Done"),
    ("jumped", "Went to another step"),
    ("failed", "Failed, will be tried again"),
    ("continued", "Failed, went on"),
    ("parked", "Parked"),
    ("retried", "Taken up again"),
    ("skipped", "Wait skipped"),
    ("released", "Released"),
    ("moved", "Moved to a new version"),
    ("restarted", "Started again"),
    ("completed", "Completed"),
    ("exited", "Left"),
]


class CrmWorkflowLog(models.Model):
    """The ledger: one row per visit of a step, and per entry, exit and failure. Append-only.

    (enrollment, visit) is unique and the row is written in the transaction of the step's
    effect: that makes a step's effect happen exactly once inside the database.
    """

    _name = "crm.workflow.log"
    _description = "Workflow Ledger"
    _log_access = False
    _order = "at desc, id desc"
    _rec_name = "action_key"

    workflow_id = fields.Many2one("crm.workflow", required=True, readonly=True, ondelete="cascade")
    enrollment_id = fields.Many2one(
        "crm.workflow.enrollment", required=True, readonly=True, ondelete="cascade"
    )
    version_id = fields.Many2one(
        "crm.workflow.version", readonly=True, ondelete="cascade", index=True
    )
    action_id = fields.Many2one(
        "crm.workflow.action", string="Step", readonly=True, ondelete="set null", index=True
    )
    action_key = fields.Char(string="Step Key", readonly=True)
    path_key = fields.Char(readonly=True, help="Key of the path that a branching step chose.")
    path_name = fields.Char(string="Path", compute="_compute_path_name")
    visit = fields.Integer(required=True, readonly=True)
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True)
    message = fields.Text(
        readonly=True,
        groups="base.group_system",
        help="What the step said, as it is kept; people read it under What Happened.",
    )
    message_text = fields.Text(
        string="What Happened",
        compute="_compute_message_text",
        search="_search_message_text",
        help="What the step said, for those who may see the record.",
    )
    started_at = fields.Datetime(
        string="Reached", readonly=True, help="When the record reached the step."
    )
    at = fields.Datetime(string="Time", required=True, readonly=True)
    record_name = fields.Char(
        string="Record", related="enrollment_id.record_name", related_sudo=False
    )
    is_visible = fields.Boolean(related="enrollment_id.is_visible", related_sudo=False)
    company_id = fields.Many2one(related="workflow_id.company_id")

    _enrollment_visit_unique = models.UniqueIndex(
        "(enrollment_id, visit)", "A visit of a step is recorded once."
    )
    _workflow_at = models.Index("(workflow_id, at DESC)")

    @api.depends("path_key", "version_id")
    def _compute_path_name(self):
        paths = self.env["crm.workflow.path"].search_fetch(
            [
                ("version_id", "in", self.version_id.ids),
                ("key", "in", self.filtered("path_key").mapped("path_key")),
            ],
            ["key", "name", "version_id"],
        )
        names = {(path.version_id, path.key): path.display_name for path in paths}
        for row in self:
            row.path_name = names.get((row.version_id, row.path_key), row.path_key)

    @api.depends("message")
    @api.depends_context(*sight.READER)
    def _compute_message_text(self):
        """What the engine has a code for says nothing of the record: everybody is told."""
        labels, told = reason_labels(self.env), sight.told_ids(self.enrollment_id)
        for row, row_sudo in zip(self, self.sudo(), strict=True):
            message, is_told = row_sudo.message, row.enrollment_id.id in told
            row.message_text = labels.get(message) or sight.shown(self.env, message, is_told)

    @api.model
    def _search_message_text(self, operator, value):
        enrollments = self.env["crm.workflow.enrollment"]
        seen = enrollments._search(sight.about_visible(self.env))
        return sight.search(
            self,
            "message",
            operator,
            value,
            Domain("enrollment_id", "in", seen),
            reason_labels(self.env),
        )
