from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..services import enrollments, sight, workers
from ..services.queue import moves


class CrmWorkflowEnrollment(models.Model):
    """One pass of one record through one version: where it stands, and until when it waits.

    Rows are written set-wise by the services; people change them only through the buttons.
    """

    _name = "crm.workflow.enrollment"
    _inherit = "crm.workflow.about.mixin"
    _description = "Workflow Enrollment"
    _log_access = False
    _order = "id desc"

    workflow_id = fields.Many2one("crm.workflow", required=True, readonly=True, ondelete="cascade")
    version_id = fields.Many2one(
        "crm.workflow.version", required=True, readonly=True, ondelete="cascade", index=True
    )
    res_model = fields.Char(string="Model Name", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record ID", model_field="res_model", required=True, readonly=True
    )
    record_name = fields.Char(string="Record", compute="_compute_record_name")
    record_ref = fields.Reference(
        string="Enrolled Record", selection="_selection_record_ref", compute="_compute_record_ref"
    )
    state = fields.Selection(
        [
            ("active", "Inside"),
            ("completed", "Completed"),
            ("exited", "Left"),
            ("parked", "Parked"),
        ],
        required=True,
        default="active",
        readonly=True,
    )
    action_id = fields.Many2one(
        "crm.workflow.action", string="Step", readonly=True, ondelete="set null", index=True
    )
    due_at = fields.Datetime(string="Due", readonly=True, help="When the record moves on.")
    admission_at = fields.Datetime(
        string="Turn",
        readonly=True,
        help="When the limit of entries per hour let it start; empty where there is no limit.",
    )
    waiting = fields.Boolean(readonly=True, help="The step has begun and waits.")
    reached_at = fields.Datetime(string="Reached Step", readonly=True)
    enrolled_at = fields.Datetime(required=True, readonly=True)
    # What could be seen then, and when it reached a step where it waits for facts, unless that is
    # the first: see engine/snapshot.py.
    enrolled_snapshot = fields.Char(readonly=True, groups="base.group_system")
    reached_snapshot = fields.Char(readonly=True, groups="base.group_system")
    finished_at = fields.Datetime(readonly=True)
    log_forgotten = fields.Boolean(
        readonly=True,
        help="Its way is no longer kept; see the settings.",
        string="Ledger Is Forgotten",
    )
    source = fields.Selection(
        [
            ("manual", "By hand"),
            ("criteria", "Condition"),
            ("event", "Event"),
            ("existing", "Matched at publishing"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Enrolled By",
        readonly=True,
        ondelete="set null",
        help="Who enrolled it by hand.",
    )
    reason = fields.Char(
        readonly=True,
        groups="base.group_system",
        help="Why it left, or what it is parked for, as it is kept; people read it under Why.",
    )
    visit = fields.Integer(
        default=0, required=True, readonly=True, help="Rows in the ledger so far."
    )
    attempts = fields.Integer(
        default=0, required=True, readonly=True, help="Failures on the current step."
    )
    cause = fields.Char(
        readonly=True, help="The steps whose effect brought the record here, oldest first."
    )
    data = fields.Json(
        readonly=True,
        groups="base.group_system",
        help="What the trigger told about what happened, for the steps to come.",
    )
    outputs = fields.Json(
        readonly=True,
        groups="base.group_system",
        help="What its steps left for later ones, by the key of the step.",
    )
    frames = fields.Json(
        readonly=True, help="Where it stands in the loops around its step, outermost first."
    )
    shard = fields.Integer(
        default=0, required=True, readonly=True, help="Share of the queue, fixed by the record."
    )
    log_ids = fields.One2many("crm.workflow.log", "enrollment_id", string="Way So Far")
    company_id = fields.Many2one(related="workflow_id.company_id", store=False)
    is_stalled = fields.Boolean(
        compute="_compute_is_stalled",
        help="Inside, but nothing will move it: the workflow is paused.",
    )
    is_scheduled = fields.Boolean(
        compute="_compute_is_scheduled", help="It has entered, and starts later."
    )

    # Never twice at once. Parked ones may be taken up again, so they count as inside.
    _open_unique = models.UniqueIndex(
        "(workflow_id, res_id) WHERE state IN ('active', 'parked')",
        "The record is already inside this workflow.",
    )
    _queue = models.Index("(workflow_id, due_at, id, shard) WHERE state = 'active'")
    _admission = models.Index("(workflow_id, admission_at) WHERE admission_at IS NOT NULL")
    _record = models.Index("(res_model, res_id)")
    _looping = models.Index("(workflow_id) WHERE frames IS NOT NULL")
    _state = models.Index("(workflow_id, state, enrolled_at)")
    _through = models.Index(
        "(finished_at) WHERE finished_at IS NOT NULL AND log_forgotten IS NOT TRUE"
    )
    _forgotten = models.Index("(finished_at) WHERE log_forgotten")

    @api.model
    def _selection_record_ref(self):
        return [(model.model, model.name) for model in self.env["ir.model"].sudo().search([])]

    @api.depends("res_model", "res_id")
    def _compute_record_ref(self):
        for enrollment in self:
            known = enrollment.res_model in self.env
            enrollment.record_ref = known and f"{enrollment.res_model},{enrollment.res_id}"

    @api.depends("res_model", "res_id")
    @api.depends_context(*sight.READER)
    def _compute_record_name(self):
        names = enrollments.record_names(self)
        for enrollment in self:
            enrollment.record_name = names[enrollment.res_model, enrollment.res_id]

    @api.depends("record_name", "workflow_id.name")
    @api.depends_context(*sight.READER)
    def _compute_display_name(self):
        for enrollment in self:
            enrollment.display_name = f"{enrollment.record_name} · {enrollment.workflow_id.name}"

    @api.depends("state", "workflow_id.state")
    def _compute_is_stalled(self):
        for enrollment in self:
            enrollment.is_stalled = (
                enrollment.state == "active" and enrollment.workflow_id.state == "paused"
            )

    @api.depends("state", "due_at", "waiting", "attempts", "reached_at", "enrolled_at")
    def _compute_is_scheduled(self):
        for enrollment in self:
            moved = enrollment.reached_at != enrollment.enrolled_at
            begun = enrollment.waiting or enrollment.attempts or moved
            later = enrollment.state == "active" and enrollment._is_due_later()
            enrollment.is_scheduled = later and not begun

    def _is_due_later(self):
        """True when it moves on after the present second: Odoo's clock tells no parts of one."""
        self.ensure_one()
        return bool(self.due_at) and self.due_at.replace(microsecond=0) > fields.Datetime.now()

    def action_leave(self):
        """Take the records out of their workflows, before their next step."""
        self._check_may_intervene()
        for workflow, inside in self.grouped("workflow_id").items():
            moves.finish(self.env, workflow.id, "exited", "manual", enrollment_ids=inside.ids)

    def action_skip_wait(self):
        """End the wait of the records now, or start those that were to start later."""
        self._check_may_intervene()
        moving = self.filtered(lambda row: row.state == "active" and not row.is_held)
        moving._move_on("skipped")

    def action_retry(self):
        """Take parked records up again at the step where they failed."""
        self._check_may_intervene()
        self.filtered(lambda row: row.state == "parked")._move_on("retried")

    def _move_on(self, outcome):
        """Make them due, and let the queue be served at once: somebody is looking."""
        moves.make_due(self.env, self.ids, outcome)
        workers.wake(self.env)

    def action_open_record(self):
        """Open the enrolled record."""
        self.ensure_one()
        return enrollments.open_record(self)

    def _check_may_intervene(self):
        """Buttons serve users of the group and the records they may see."""
        self.workflow_id.check_access("read")
        if not self.env.user.has_group("crm_workflow.group_user") and not self.env.su:
            raise UserError(self.env._("Only workflow users may do this."))
        if count := len(enrollments.out_of_sight(self)):
            raise AccessError(
                self.env._(
                    "%s of these enrollments are of records that you may not see, so you cannot "
                    "move them. Leave them out, or ask somebody who sees the records.",
                    count,
                )
            )
