from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from ..services import by_hand, engine_fields, publisher, run_as, statistics
from ..services.compiler import compile_version
from ..services.watch import live_watches

DESIGN_FIELDS = {"object_id", "run_as_id", "company_id"}
#: What follows from publishing, pausing and the like.
ENGINE_FIELDS = {
    "state",
    "pause_reason",
    "live_version_id",
    "draft_version_id",
    "shown_version_id",
    "model_name",
    "evaluate_at",
    "carrying",
}


class CrmWorkflow(models.Model):
    """What an administrator switches on: who enters, what happens, when someone leaves.

    The description itself is kept in versions: one live, one draft being edited. A
    workflow runs as its run-as user, within that user's rights and companies.

    >>> workflow = env["crm.workflow"].import_xml(text)      # doctest: +SKIP
    >>> workflow.action_publish(enroll_existing=True)        # doctest: +SKIP
    >>> workflow.enroll(env.ref("base.res_partner_2"))       # doctest: +SKIP
    """

    _name = "crm.workflow"
    _description = "Workflow"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, id desc"

    name = fields.Char(required=True, tracking=True)
    description = fields.Text(help="What the workflow is for, in a sentence or two.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    object_id = fields.Many2one(
        "crm.workflow.object",
        string="Records",
        required=True,
        ondelete="restrict",
        domain=[("is_available", "=", True)],
        help="The kind of record that walks through the workflow. It cannot be changed later.",
    )
    model_name = fields.Char(related="object_id.model_name", store=True)
    icon = fields.Char(related="object_id.icon", string="Type Icon")
    state = fields.Selection(
        [("draft", "Draft"), ("on", "On"), ("paused", "Paused"), ("off", "Off")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    pause_reason = fields.Char(
        readonly=True, copy=False, help="Why the workflow paused itself, and what to do about it."
    )
    pause_reason_text = fields.Char(string="Why Paused", compute="_compute_pause_reason_text")
    version_ids = fields.One2many("crm.workflow.version", "workflow_id", string="Versions")
    live_version_id = fields.Many2one(
        "crm.workflow.version", compute="_compute_versions", store=True
    )
    draft_version_id = fields.Many2one(
        "crm.workflow.version", compute="_compute_versions", store=True
    )
    shown_version_id = fields.Many2one(
        "crm.workflow.version",
        compute="_compute_versions",
        store=True,
        help="The draft being edited, or else the live version.",
        string="Version That Is Shown",
    )
    shown_version_state = fields.Selection(
        related="shown_version_id.state", string="State of Shown Version"
    )
    trigger_ids = fields.One2many(related="shown_version_id.trigger_ids", readonly=False)
    reenroll = fields.Boolean(related="shown_version_id.reenroll", readonly=False)
    problems = fields.Json(related="draft_version_id.problems")
    run_as_id = fields.Many2one(
        "res.users",
        string="Runs As",
        required=True,
        default=lambda self: self._default_run_as(),
        tracking=True,
        domain=[("share", "=", False)],
        help="Everything is done in this user's name, with this user's rights and companies.",
    )
    company_id = fields.Many2one(
        "res.company",
        help="Restricts the workflow to one company; empty for all companies of the run-as user.",
    )
    carrying = fields.Selection(
        [
            ("move", "Move"),
            ("restart", "Start again"),
            ("leave", "Leave"),
            ("end", "Leave, as it is turned off"),
        ],
        string="Being Carried Over",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="What the enroller does to records that are inside on other versions than the live "
        "one, or inside at all when it was turned off; empty when it is done.",
    )
    evaluate_at = fields.Datetime(
        string="Next Full Look",
        readonly=True,
        copy=False,
        help="When all records are next held against the conditions: for what time changed, "
        "or what was written around Odoo. Single changes are seen at once.",
    )
    enrollment_ids = fields.One2many("crm.workflow.enrollment", "workflow_id", string="Enrollments")
    inside_count = fields.Integer(string="Inside", compute="_compute_counts")
    parked_count = fields.Integer(string="Parked", compute="_compute_counts")
    today_count = fields.Integer(string="Entered Today", compute="_compute_counts")
    entered_count = fields.Integer(string="Entered", compute="_compute_counts")
    completed_count = fields.Integer(string="Completed", compute="_compute_counts")
    exited_count = fields.Integer(string="Left", compute="_compute_counts")
    last_activity_at = fields.Datetime(string="Last Activity", compute="_compute_counts")

    def _default_run_as(self):
        """Whoever creates the workflow; OdooBot cannot act for people: the administrator does."""
        return self.env.user if self.env.user.active else self.env.ref("base.user_admin")

    @api.depends("version_ids.state")
    def _compute_versions(self):
        for workflow in self:
            by_state = {version.state: version for version in workflow.version_ids}
            none = self.env["crm.workflow.version"]
            workflow.live_version_id = by_state.get("live", none)
            workflow.draft_version_id = by_state.get("draft", none)
            workflow.shown_version_id = workflow.draft_version_id or workflow.live_version_id

    def _compute_counts(self):
        counts = statistics.workflow_counts(self)
        for workflow in self:
            workflow.update(counts[workflow.id])

    @api.constrains("object_id")
    def _check_object(self):
        for workflow in self:
            if not workflow.object_id.is_available:
                raise ValidationError(
                    self.env._("Install the app that brings %s first.", workflow.object_id.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # A form sends what it shows, empty as it is in a new workflow.
            given = {name: value for name, value in vals.items() if value}
            engine_fields.check(self, ENGINE_FIELDS, given)
            vals.setdefault("version_ids", [fields.Command.create({})])
        model = engine_fields.without_defaults(self, ENGINE_FIELDS)
        workflows = super(CrmWorkflow, model).create(vals_list)
        run_as.check_may_use(self.env, workflows.sudo())
        return workflows.with_env(self.env)

    def write(self, vals):
        engine_fields.check(self, ENGINE_FIELDS, vals)
        if "object_id" in vals and any(
            workflow.object_id.id != vals["object_id"] for workflow in self
        ):
            raise UserError(
                self.env._(
                    "The kind of records cannot be changed; create another workflow instead."
                )
            )
        if vals.get("active") is False:
            self._check_nobody_inside(self.env._("archived"))
        done = super().write(vals)
        if {"run_as_id", "company_id"} & vals.keys():
            # Not a constraint: these are checked as superuser, who does not know who is asking.
            run_as.check_may_use(self.env, self.sudo())
        if DESIGN_FIELDS & vals.keys():
            self._clear_watches()
        return done

    @api.ondelete(at_uninstall=False)
    def _unlink_except_inside(self):
        self._check_nobody_inside(self.env._("deleted"))

    def unlink(self):
        steps_sudo = self.version_ids.action_ids.sudo()
        own_sudo = steps_sudo.server_action_id._only_in(steps_sudo)
        done = super().unlink()
        own_sudo.exists().unlink()
        self._clear_watches()
        return done

    def copy(self, default=None):
        """Duplicates the description as a draft; nobody is inside the copy."""
        copies = super().copy(default)
        for workflow, duplicate in zip(self, copies, strict=True):
            publisher.copy_description(workflow.shown_version_id, duplicate.draft_version_id)
        copies._check_may_have_copied()
        return copies

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for workflow, vals in zip(self, vals_list, strict=True):
            vals.setdefault("name", workflow.name)
            if not (default or {}).get("name"):
                vals["name"] = self.env._("%s (copy)", workflow.name)
            if "run_as_id" not in (default or {}) and not run_as.may_use(self.env, workflow.sudo()):
                vals["run_as_id"] = self.env.uid
        return vals_list

    # Entering and leaving

    def enroll(self, records, source="manual", start_at=None, start_key=None):
        """Enrol records now, whether or not they meet the triggers.

        Records that may not enter (already inside, been through, not of the object type, out
        of the run-as user's sight) are passed over; :meth:`_refusals` says which and why.

        :param records: recordset of the workflow's model, or list of ids
        :param start_at: when they begin: a datetime or ISO text, in UTC unless it names a zone;
            now when left out or past
        :param start_key: key of the step of the live version at which they begin, in place of
            the first
        :return: the enrollments opened
        :raise UserError: when the workflow is not on, or an option names no step or no moment
        """
        self.ensure_one()
        return by_hand.enroll(self, records, source, start_at, start_key)

    def unenroll(self, records, reason="manual"):
        """Take records out before their next step.

        :param reason: short text kept with the enrollment; the workflow's own reasons, such as
            ``goal``, are for superuser alone
        :return: how many left
        :raise UserError: for a reason of the workflow's own
        """
        self.ensure_one()
        return by_hand.unenroll(self, records, reason)

    def _barred(self, record_ids):
        """Who may not enter whatever the way in, and why: {reason code: list of record ids}.

        A rule that bars entry extends this, in a constant number of queries, and names its reason
        in ``services/reasons.py`` or in words.

        :param record_ids: ids of records of the workflow's type, not inside now
        """
        self.ensure_one()
        return {}

    def _refusals(self, records):
        """Who cannot enter by hand, and why: {reason code: list of record ids}."""
        self.ensure_one()
        return by_hand.refusals(self, records)

    # What services ask

    @api.model
    @tools.ormcache()
    def _watches(self):
        """What capture looks for, as :class:`~..services.watch.LiveWatches`.

        Cached until a workflow changes.
        """
        return live_watches(self.env)

    def _clear_watches(self):
        """Live triggers have changed: every process reads them again."""
        self.env.registry.clear_cache()

    @api.model
    @tools.ormcache("version_id")
    def _published_program(self, version_id):
        """The program of a published version, compiled once per process."""
        return compile_version(self.env["crm.workflow.version"].browse(version_id))

    def action_open(self):
        """Open the workflow's form."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "name": self.name,
        }
