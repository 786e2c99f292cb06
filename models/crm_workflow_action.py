from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.outcome import Advance
from ..services import reach
from ..services.keys import new_key
from ..services.names import READER
from ..services.value_choices import choices_of
from .kind import KindMixin


class CrmWorkflowAction(KindMixin, models.Model):
    """A step: one node of a version.

    A kind of step is one file in ``action_kinds``. It adds its value to ``kind``, its
    fields, and these methods, found by name:

    ``_run_<kind>(self, batch)``
        Called by the runner with a :class:`~..services.batch.Batch` of enrollments that
        stand on this step, inside a savepoint, as the run-as user. Works set-wise: the
        number of queries must not grow with the batch. Returns {enrollment id: outcome}
        (``engine.outcome``). May run twice before its commit, so it never touches the
        world outside the database. Raises to say that it failed.
    ``_resume_<kind>(self, batch)``
        The same, when a wait is over. Without it, everyone advances.
    ``_summary_<kind>(self)``
        One line for people: "Wait 2 days".
    ``_problems_<kind>(self)``
        Yields texts that keep the version from being published.
    ``_document_fields_<kind>(self)``
        Names of its own fields, for the XML document.
    ``_document_domains_<kind>(self)``, ``_document_lists_<kind>(self)``
        Which of them hold a condition, {field name: model name}, and which a JSON list, {field
        name: model whose ids it lists, or None for values}. Without them, only ``domain``. Asked
        of its paths, too.
    ``_has_lost_records_<kind>(self)``
        True when records of its own are gone, as after the removal of an app. Without it, none.
    ``_branches_<kind>(self)``
        True when the step owns paths. Without it, it owns none.
    ``_missing_paths_<kind>(self)``
        Values of the paths that the step lacks as it stands; a new one shows and gets them.
        Without it, that is the "otherwise". A step finds a path that it makes itself by its
        ``role``.
    ``_takes_paths_<kind>(self)``
        False when people add no paths to it: those that it makes are all. Without it, they do.
    ``_path_names_<kind>(self, paths)``
        What its paths are called that have no name: {path id: text}. Without it, nothing.
    ``_path_conditions_<kind>(self, paths)``
        Who takes its paths, in words: {path id: text}. Without it, nothing is said.
    ``_outputs_<kind>(self)``
        What it leaves for later steps in ``Advance(outputs=...)``: {name: (type, label)}, with a
        type of ``services.value_problems.OUTPUT_TYPES``; that of a record may be followed by the
        name of its model, so that its fields can be chosen. Without it, nothing.
    ``_loops_<kind>(self)``
        True when its default path is a lane that returns to the step, for the outcome ``Loop``;
        ``_lane_model_<kind>(self)`` is then the model of what the steps in it act on.
    ``_acts_<kind>(self)``
        False when the step only says where records go, or when: such a step is not held outside
        of the workflow's hours. Without it, a step acts unless it owns paths.
    ``_fails_<kind>(self)``
        False when the step cannot fail, so that nothing has to be said about it. Without it, a
        step fails that acts or owns paths.
    ``_is_remark_<kind>(self)``
        True when the step is there for people only, and has neither status nor condition.
    ``_workflow_fields_<kind>(self)``
        Names of its fields that hold other workflows. Without it, it is about none.
    ``_target_<kind>(self)``
        The key of the step that records may go to from here. Without it, they go to none.

    A step at which records wait until something happens has these as well, each in a constant
    number of queries. Its ``_run`` and ``_resume`` learn by ``services.waking.take`` what ended a
    wait before its time; whoever waits for it alone gets ``Wait(None)``.

    ``_watch_<kind>(self, watches)``
        What capture must look for, see ``services/watch.py``.
    ``_waking_<kind>(self, facts)``
        The records whose wait may be over by these facts: {record id:
        ``services.queue.entry.Origin``}. Those are woken that reached the step before
        ``Origin.at``, or all of them, where it is None.
    ``_over_<kind>(self, record_ids)``
        Which of the records that wait here need wait no longer; asked from time to time, for what
        no fact tells. Without it, nobody is asked.
    ``_conditions_<kind>(self)``
        Texts of the domains it asks, so that those which move with the clock are asked often.
    """

    _name = "crm.workflow.action"
    _inherit = "crm.workflow.row"
    _description = "Workflow Step"
    _order = "sequence, id"

    version_id = fields.Many2one(
        "crm.workflow.version", required=True, ondelete="cascade", index=True
    )
    workflow_id = fields.Many2one(related="version_id.workflow_id")
    object_id = fields.Many2one(related="version_id.workflow_id.object_id")
    model_name = fields.Char(
        compute="_compute_model_name",
        recursive=True,
        help="Of what the step acts on: the records of the workflow, or of the loop around it.",
    )
    model_id = fields.Many2one("ir.model", compute="_compute_model_id")
    path_id = fields.Many2one(
        "crm.workflow.path",
        ondelete="cascade",
        index="btree_not_null",
        help="The path whose lane the step is in; none for the root lane.",
    )
    sequence = fields.Integer(default=10)
    key = fields.Char(required=True, default=lambda self: new_key(), copy=False, readonly=True)
    kind = fields.Selection([], required=True)
    name = fields.Char(
        help="What colleagues call this step. Left empty, it is called what it does."
    )
    note = fields.Text(help="Why this step is here.")
    path_ids = fields.One2many("crm.workflow.path", "action_id", string="Paths")
    is_branching = fields.Boolean(compute="_compute_is_branching", string="Has Paths")
    takes_paths = fields.Boolean(
        compute="_compute_is_branching", help="People add paths to it.", string="Takes More Paths"
    )
    summary = fields.Char(compute="_compute_summary")
    badges = fields.Json(
        compute="_compute_badges",
        help="What is special about the step, for its card: a list of {name, text}.",
    )
    version_state = fields.Selection(related="version_id.state")

    _version_key_unique = models.UniqueIndex("(version_id, key)", "A step's key is its own.")

    @api.depends("version_id.model_name", "path_id.lane_model_name")
    def _compute_model_name(self):
        for action in self:
            action.model_name = action.path_id.lane_model_name or action.version_id.model_name

    @api.depends("model_name")
    def _compute_model_id(self):
        for action in self:
            action.model_id = self.env["ir.model"]._get(action.model_name or "")

    @api.depends("kind")
    def _compute_is_branching(self):
        for action in self:
            action.is_branching = bool(action.kind) and action._branches()
            action.takes_paths = action.is_branching and action._takes_paths()

    @api.depends(lambda self: self._summary_depends())
    @api.depends_context(*READER)
    def _compute_summary(self):
        for action in self:
            action.summary = bool(action.kind) and action._by_kind("summary")()

    @api.depends(lambda self: self._badges_depends())
    @api.depends_context(*READER)
    def _compute_badges(self):
        for action in self:
            action.badges = action._badges() if action.kind and not action._is_remark() else []

    @api.depends("name", "summary")
    @api.depends_context(*READER)
    def _compute_display_name(self):
        for action in self:
            action.display_name = action.name or action.summary or self.env._("New step")

    def _kept_name(self):
        """What the step is called in what is kept for all readers: its summary names other records,
        and to each reader those that he may see.
        """
        self.ensure_one()
        return self.name or self._kind_label()

    def _summary_depends(self):
        """Fields that the one-line summary reads; kinds add theirs."""
        return ["kind"]

    def _badges_depends(self):
        """Fields that the badges read; settings add theirs."""
        return ["kind"]

    def _badges(self):
        """What is special about the step: a list of {name, text}; settings add theirs."""
        self.ensure_one()
        return []

    @api.constrains("path_id", "version_id")
    def _check_path(self):
        for action in self.filtered("path_id"):
            if action.path_id.version_id != action.version_id:
                raise ValidationError(
                    self.env._("A step and the path it stands in belong to one version.")
                )
            owner = action.path_id.action_id
            while owner:
                if owner == action:
                    raise ValidationError(self.env._("A step cannot stand inside its own path."))
                owner = owner.path_id.action_id

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("path_id") and not vals.get("version_id"):
                vals["version_id"] = (
                    self.env["crm.workflow.path"].browse(vals["path_id"]).version_id.id
                )
        actions = super().create(vals_list)
        reach.check_choice(actions)
        actions._add_missing_paths()
        return actions

    def write(self, vals):
        done = super().write(vals)
        reach.check_choice(self, vals)
        if "kind" in vals:
            self._add_missing_paths()
        return done

    def _copied_records(self):
        """Values for a copy of the step in another version: the step's own records are copied."""
        self.ensure_one()
        return {}

    @api.model
    def value_choices(self, version_id, action_id=False):
        """What texts and formulas of a step may read, for the panel beside them."""
        version = self.env["crm.workflow.version"].browse(version_id)
        return choices_of(version, self.browse(action_id or []))

    def _problems(self):
        """Yields texts that keep the version from being published, about this step."""
        yield from self._by_kind("problems")()
        yield from self._problems_settings()

    def _problems_settings(self):
        """Yields texts that keep the version from being published, about what all kinds have."""
        self.ensure_one()
        return ()

    def _run(self, batch):
        """What happens to the enrollments that reach this step: {enrollment id: outcome}."""
        return self._by_kind("run")(batch)

    def _resume(self, batch):
        """What happens to those whose wait on this step is over: {enrollment id: outcome}."""
        method = getattr(self, f"_resume_{self.kind}", None)
        return method(batch) if method else batch.all(Advance())

    @api.model
    def move(self, action_id, path_id, before_id=False):
        """Put a step, with everything below it, into another place of the same draft.

        :param path_id: the path whose lane it joins, or False for the root lane
        :param before_id: the step it is to stand before, or False for the end of the lane
        """
        action = self.browse(action_id)
        lane = (
            self.search([("version_id", "=", action.version_id.id), ("path_id", "=", path_id)])
            - action
        )
        before = self.browse(before_id) if before_id else self.browse()
        position = lane.ids.index(before.id) if before in lane else len(lane)
        action.path_id = path_id
        # They share the version that has just been found to be a draft: asked for each, it would
        # cost a query for each.
        steps, sequence = lane[:position] + action + lane[position:], self._fields["sequence"]
        for number, step in enumerate(steps, 1):
            sequence.write(step, number)
        steps.modified(["sequence"])
