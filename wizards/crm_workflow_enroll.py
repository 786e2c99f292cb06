from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

NAMES_SHOWN = 3
#: How many ids the web client sends at most; beyond, only the domain tells what was selected.
DEFAULT_IDS_LIMIT = 20_000


class CrmWorkflowEnroll(models.TransientModel):
    """Enrol a selection by hand, and know beforehand who can enter, and why the others cannot.

    The selection is kept as ids, or, when more records were selected than the web client sends
    ids of, as the domain they were selected with. Everything is counted and done set by set.

    >>> env["crm.workflow.enroll"].with_context(
    ...     active_model="res.partner", active_ids=[1, 2]
    ... ).open_for_selection()                                          # doctest: +SKIP
    """

    _name = "crm.workflow.enroll"
    _description = "Enrol in Workflow"

    res_model = fields.Char(string="Model Name", required=True, readonly=True)
    chosen = fields.Json(
        readonly=True, help="What is selected: {'ids': [...]} or {'domain': [...]}."
    )
    no_workflow_text = fields.Char(
        string="No Workflow To Choose", compute="_compute_no_workflow_text"
    )
    has_workflow = fields.Boolean(compute="_compute_has_workflow", string="There Is a Workflow")
    workflow_id = fields.Many2one(
        "crm.workflow",
        domain="[('state', '=', 'on'), ('model_name', '=', res_model)]",
        compute="_compute_workflow_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    workflow_description = fields.Text(related="workflow_id.description", related_sudo=False)
    selected_count = fields.Integer(string="Selected", compute="_compute_counts")
    can_enter_count = fields.Integer(string="Can Enter", compute="_compute_counts")
    refused_count = fields.Integer(string="Cannot Enter", compute="_compute_counts")
    refused_text = fields.Html(
        string="Why Not", compute="_compute_counts", sanitize=False, readonly=True
    )
    button_label = fields.Char(compute="_compute_counts", string="Text of the Button")

    @api.depends("res_model")
    def _compute_no_workflow_text(self):
        for wizard in self:
            known = wizard.res_model in self.env
            name = known and self.env["ir.model"]._get(wizard.res_model).name
            wizard.no_workflow_text = self.env._("No workflow takes in “%s” records now", name)

    @api.depends("res_model")
    def _compute_has_workflow(self):
        for wizard in self:
            wizard.has_workflow = bool(wizard._workflows(limit=1))

    @api.depends("res_model")
    def _compute_workflow_id(self):
        """The only workflow there is to choose is chosen."""
        for wizard in self:
            workflows = wizard._workflows(limit=2)
            wizard.workflow_id = workflows if len(workflows) == 1 else False

    @api.depends("workflow_id", "res_model", "chosen")
    def _compute_counts(self):
        for wizard in self:
            records = wizard._records()
            refusals = wizard.workflow_id._refusals(records) if wizard.workflow_id else {}
            refused = set().union(*refusals.values())
            wizard.selected_count = len(records)
            wizard.refused_count = len(refused)
            wizard.can_enter_count = len(records) - len(refused) if wizard.workflow_id else 0
            wizard.refused_text = wizard._refused_text(refusals)
            wizard.button_label = wizard._button_label()

    @api.model
    def open_for_selection(self):
        """The action that asks which workflow the selected records are to enter."""
        model_name = self.env.context.get("active_model")
        if model_name not in self.env:
            raise UserError(self.env._("Select records in a list, or open one, and try again."))
        wizard = self.create({"res_model": model_name, "chosen": self._chosen_from_context()})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Enrol in Workflow"),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "medium"},
        }

    def action_enroll(self):
        """Enrol whoever can enter, and say how many did."""
        self.ensure_one()
        if not self.workflow_id:
            raise UserError(self.env._("Choose a workflow first."))
        enrollments = self.workflow_id.enroll(self._records(), **self._options())
        return {
            "type": "ir.actions.client",
            "tag": "crm_workflow_entered",
            "params": {
                "message": self._entered_message(enrollments),
                "enrollments": self._action_enrollments(enrollments),
            },
        }

    @api.model
    def _chosen_from_context(self):
        # A domain comes along with every selection, also of a single record, and the ids are
        # cut at a limit: only when they reach it, the domain says what was selected.
        context = self.env.context
        ids = context.get("active_ids") or [i for i in [context.get("active_id")] if i]
        if context.get("active_domain") is not None and (not ids or len(ids) >= self._ids_limit()):
            return {"domain": context["active_domain"]}
        return {"ids": ids}

    @api.model
    def _ids_limit(self):
        limit = self.env["ir.config_parameter"].sudo().get_param("web.active_ids_limit")
        return int(limit or DEFAULT_IDS_LIMIT)

    def _records(self):
        """The records selected that the user may see."""
        chosen = self.chosen or {"ids": []}
        if self.res_model not in self.env:
            return self.browse()
        model = self.env[self.res_model]
        if "domain" in chosen:
            return model.search(chosen["domain"], order="id")
        return model.with_context(active_test=False).search([("id", "in", chosen["ids"])])

    def _workflows(self, limit):
        return self.env["crm.workflow"].search(
            [("state", "=", "on"), ("model_name", "=", self.res_model)], limit=limit
        )

    def _refusal_labels(self):
        """{reason code: what it means to people}."""
        return {
            "inside": self.env._("already inside"),
            "been_through": self.env._("been through before; the workflow lets nobody in twice"),
            "other_type": self.env._("not of the type “%s”", self.workflow_id.object_id.name),
            "out_of_sight": self.env._(
                "not visible to %s, whom the workflow runs as", self.workflow_id.run_as_id.name
            ),
            "goal": self.env._("at the goal of the workflow already"),
            "suppressed_criteria": self.env._("suppressed by a condition of the workflow"),
            "suppressed_tag": self.env._("suppressed by a tag"),
            "suppressed_blacklist": self.env._("with an e-mail address that is blacklisted"),
            "suppressed_mailing_list": self.env._(
                "with an e-mail address on a mailing list that the workflow leaves out"
            ),
        }

    def _refused_text(self, refusals):
        labels = self._refusal_labels()
        item = Markup(
            '<li class="mb-1"><b>%(count)s</b> %(reason)s'
            '<div class="text-muted small">%(names)s</div></li>'
        )
        items = [
            item % {"count": len(ids), "reason": labels.get(code, code), "names": self._names(ids)}
            for code, ids in refusals.items()
            if ids
        ]
        return items and Markup('<ul class="ps-3 mb-0">%s</ul>') % Markup().join(items)

    def _names(self, ids):
        names = self.env[self.res_model].browse(ids[:NAMES_SHOWN]).mapped("display_name")
        # Names have commas in them: "Azure Interior, Brandon Freeman".
        told = " · ".join(names)
        if len(ids) <= NAMES_SHOWN:
            return told
        return self.env._("%(names)s and %(count)s more", names=told, count=len(ids) - NAMES_SHOWN)

    def _button_label(self):
        if self.can_enter_count == 1:
            return self.env._("Enrol 1 Record")
        return self.env._("Enrol %s Records", self.can_enter_count)

    def _options(self):
        """Further arguments for ``crm.workflow.enroll``."""
        self.ensure_one()
        return {}

    def _entered_message(self, enrollments):
        if len(enrollments) == 1:
            return self.env._("1 record entered “%s”.", self.workflow_id.name)
        return self.env._(
            "%(count)s records entered “%(workflow)s”.",
            count=len(enrollments),
            workflow=self.workflow_id.name,
        )

    def _action_enrollments(self, enrollments):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_workflow.action_crm_workflow_enrollment"
        )
        return action | {
            "name": self.workflow_id.name,
            "context": {"create": False},
            "domain": [
                ("workflow_id", "=", self.workflow_id.id),
                ("user_id", "=", self.env.uid),
                ("enrolled_at", ">=", fields.Datetime.to_string(enrollments[:1].enrolled_at)),
            ],
        }
