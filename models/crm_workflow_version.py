from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine.program import Program
from ..services import engine_fields
from ..services.compiler import program_of_version
from ..services.names import READER
from ..services.problems import find_problems

#: What publishing writes on a version that is, or becomes, frozen.
PUBLISHING_FIELDS = {"state", "published_at", "published_by_id", "document", "exits_at", "waits_at"}
#: What the engine alone writes.
ENGINE_FIELDS = PUBLISHING_FIELDS | {"number"}


class CrmWorkflowVersion(models.Model):
    """One description of a workflow: ways in, steps and ways out.

    A draft is edited freely; publishing freezes it for good, so that whoever is inside
    walks what was published. ``number`` counts the versions of a workflow.
    """

    _name = "crm.workflow.version"
    _description = "Workflow Version"
    _order = "workflow_id, number desc"
    _rec_name = "number"

    workflow_id = fields.Many2one("crm.workflow", required=True, ondelete="cascade", index=True)
    number = fields.Integer(required=True, readonly=True, default=1, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("live", "Live"), ("retired", "Retired")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    trigger_ids = fields.One2many("crm.workflow.trigger", "version_id", string="Triggers")
    action_ids = fields.One2many("crm.workflow.action", "version_id", string="Steps")
    exit_ids = fields.One2many("crm.workflow.exit", "version_id", string="Ways Out")
    reenroll = fields.Boolean(
        string="Enrol Again by Hand",
        help="People may enrol a record by hand although it has been through before.",
    )
    published_at = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    document = fields.Text(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="The version as it was published, as XML, with its code, the addresses it calls, and "
        "what whoever published it may see.",
    )
    model_name = fields.Char(related="workflow_id.model_name")
    company_id = fields.Many2one(related="workflow_id.company_id")
    step_count = fields.Integer(compute="_compute_step_count", string="Number of Steps")
    enrollment_count = fields.Integer(compute="_compute_enrollment_count", string="Inside")
    problems = fields.Json(
        compute="_compute_problems",
        help="What keeps this version from being published: a list of {text, action_id}.",
    )

    _one_draft = models.UniqueIndex(
        "(workflow_id) WHERE state = 'draft'", "A workflow has one draft at most."
    )
    _one_live = models.UniqueIndex(
        "(workflow_id) WHERE state = 'live'", "A workflow has one live version at most."
    )
    _number_unique = models.UniqueIndex(
        "(workflow_id, number)", "Versions are numbered without repetition."
    )

    @api.depends("number", "state")
    def _compute_display_name(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        for version in self:
            version.display_name = self.env._(
                "Version %(number)s (%(state)s)",
                number=version.number,
                state=states.get(version.state),
            )

    @api.depends("action_ids")
    def _compute_step_count(self):
        for version in self:
            version.step_count = len(version.action_ids)

    def _compute_enrollment_count(self):
        counts = dict(
            self.env["crm.workflow.enrollment"]._read_group(
                [("version_id", "in", self.ids), ("state", "=", "active")],
                ["version_id"],
                ["__count"],
            )
        )
        for version in self:
            version.enrollment_count = counts.get(version, 0)

    @api.depends("trigger_ids", "action_ids", "exit_ids", "workflow_id.run_as_id")
    @api.depends_context(*READER)
    def _compute_problems(self):
        for version in self:
            version.problems = [problem.as_json() for problem in find_problems(version)]

    @api.constrains("state", "number")
    def _check_number(self):
        if any(version.number < 1 for version in self):
            raise ValidationError(self.env._("Versions are numbered from 1."))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            engine_fields.check(self, ENGINE_FIELDS, vals)
            if not vals.get("number") and vals.get("workflow_id"):
                self._give_way(vals["workflow_id"])
                vals["number"] = self._next_number(vals["workflow_id"])
        model = engine_fields.without_defaults(self, ENGINE_FIELDS)
        return super(CrmWorkflowVersion, model).create(vals_list).with_env(self.env)

    def write(self, vals):
        # A version stays with its workflow, in whose name it was described.
        engine_fields.check(self, ENGINE_FIELDS | {"workflow_id"}, vals)
        if vals.keys() - PUBLISHING_FIELDS:
            self._check_editable()
        return super().write(vals)

    def unlink(self):
        """The steps of a draft go with what belongs to them, such as their comments."""
        self.filtered(lambda version: version.state == "draft").action_ids.unlink()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        if any(version.state != "draft" for version in self):
            raise UserError(
                self.env._(
                    "A published version is history and stays. Archive the workflow instead."
                )
            )

    def _give_way(self, workflow_id):
        """A draft that says nothing yet is replaced by the next one."""
        drafts = self.search([("workflow_id", "=", workflow_id), ("state", "=", "draft")])
        drafts.filtered(
            lambda draft: not (draft.trigger_ids or draft.action_ids or draft.exit_ids)
        ).unlink()

    def _next_number(self, workflow_id):
        newest = self.search([("workflow_id", "=", workflow_id)], order="number desc", limit=1)
        return (newest.number or 0) + 1

    def _walked(self):
        """Those that records may enter, or are inside of."""
        inside = self.env["crm.workflow.enrollment"]._read_group(
            [("version_id", "in", self.ids), ("state", "in", ("active", "parked"))],
            ["version_id"],
        )
        live = self.filtered(lambda version: version.state == "live")
        return live.union(*(version for (version,) in inside))

    def _check_editable(self):
        """Refuse to change what records walk through.

        :raise UserError: when some version is no draft
        """
        frozen = self.filtered(lambda version: version.state != "draft")
        if frozen:
            raise UserError(
                self.env._(
                    "%(version)s of “%(workflow)s” is published and does not change any more. "
                    "Choose Edit on the workflow to continue on a draft.",
                    version=frozen[:1].display_name,
                    workflow=frozen[:1].workflow_id.name,
                )
            )

    def _settings_fields(self):
        """Names of the fields that belong to the description: they travel in the XML document and
        from version to version. A setting of one's own adds its field's name.
        """
        return ["reenroll"]

    def _problems_settings(self):
        """Yields texts that keep the version from being published, about its settings."""
        self.ensure_one()
        return ()

    def _before_step(self, action, batch):
        """Who does not come to a step that they have just reached: {enrollment id: outcome}.

        Asked once per batch, before the step runs; those who are not named run it. A rule that
        holds records or takes them out extends this, in a constant number of queries.

        :param action: the step they stand on
        :param batch: a :class:`~..services.batch.Batch`
        """
        self.ensure_one()
        return {}

    def _program(self) -> Program:
        """The steps, compiled. Cached for published versions, which never change."""
        self.ensure_one()
        return program_of_version(self)
