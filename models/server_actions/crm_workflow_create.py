from odoo import api, fields, models
from odoo.fields import Command

from ...engine.typed_json import Ids
from ...services.assignments import values_for_creation
from ...services.record_links import NONE, link_values, links_of
from ...services.record_presets import lines_of, presets


class IrActionsServer(models.Model):
    """A new record of any model for each, which points to the record that it is made for."""

    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[("crm_workflow_create", "Create a Record"), ("object_create",)],
        ondelete={"crm_workflow_create": "cascade"},
    )
    crm_workflow_model_id = fields.Many2one(
        "ir.model",
        string="Type of Record",
        ondelete="cascade",
        domain="[('transient', '=', False), ('abstract', '=', False)]",
    )
    crm_workflow_preset = fields.Selection(
        selection="_selection_crm_workflow_preset",
        string="What To Create",
        compute="_compute_crm_workflow_preset",
        readonly=False,
        store=False,
    )
    crm_workflow_link = fields.Char(
        string="Linked By",
        help="The field of the new record that points to the record it is made for.",
    )
    crm_workflow_link_choices = fields.Json(
        compute="_compute_crm_workflow_link_choices", string="Links to Choose From"
    )

    @api.model
    def _selection_crm_workflow_preset(self):
        """A module that has more of them adds to what ``_presets`` returns."""
        own = [(code, preset.label) for code, preset in self._presets().items()]
        return [*own, ("other", self.env._("Another record"))]

    @api.model
    def _presets(self):
        """Records that are offered with some lines to begin with, see ``record_presets.py``."""
        return presets(self.env)

    def _compute_crm_workflow_preset(self):
        """As the form opens it; from then on, what people choose there."""
        for action in self:
            action.crm_workflow_preset = action._preset_of_model()

    def _preset_of_model(self):
        """The code of what is created, False as long as nothing is."""
        codes = {preset.model_name: code for code, preset in self._presets().items()}
        model_name = self.crm_workflow_model_id.model
        return model_name and codes.get(model_name, "other")

    @api.onchange("crm_workflow_preset")
    def _onchange_crm_workflow_preset(self):
        if self.crm_workflow_preset == self._preset_of_model() or not self.model_name:
            return
        preset = self._presets().get(self.crm_workflow_preset)
        model_name = preset and preset.model_name
        self.crm_workflow_link = False
        self.crm_workflow_model_id = model_name and self.env["ir.model"]._get(model_name)
        lines = lines_of(preset, self.env[self.model_name]) if preset else []
        commands = [Command.create(line) for line in lines]
        self.crm_workflow_assignment_ids = [Command.clear(), *commands]

    @api.depends("crm_workflow_model_id", "model_id")
    def _compute_crm_workflow_link_choices(self):
        for action in self:
            model_name = action.crm_workflow_model_id.model
            names = action._possible_links() if model_name in self.env else []
            labels = [(name, action._link_label(name)) for name in names]
            best = [("", self.env._("%s (found by itself)", labels[0][1]))] if labels else []
            none = (NONE if labels else "", self.env._("No link"))
            choices = [{"value": name, "label": label} for name, label in [*best, *labels, none]]
            action.crm_workflow_link_choices = [{"label": "", "choices": choices}]

    def _link_label(self, name):
        field = self.env[self.crm_workflow_model_id.model]._fields[name]
        is_pair = field.type == "many2one_reference"
        return self.env._("It is on the record") if is_pair else field._description_string(self.env)

    def _possible_links(self):
        return links_of(self.env[self.crm_workflow_model_id.model], self.model_name)

    def _link(self):
        """The name of the field that links the new record, or None."""
        if self.crm_workflow_link:
            return self.crm_workflow_link if self.crm_workflow_link != NONE else None
        return next(iter(self._possible_links()), None)

    def _run_set_crm_workflow_create(self, records):
        """One ``create`` for all."""
        values = self._values(records)
        self_sudo = self.sudo()
        model = values.env[self_sudo.crm_workflow_record_model]
        link = self_sudo._link()
        lines_sudo = self_sudo.crm_workflow_assignment_ids
        found = values_for_creation(lines_sudo, values, model)
        vals_list = [
            {**(link_values(model, link, record) if link else {}), **found[record.id]}
            for record in values.records
        ]
        created = model.create(vals_list)
        for record, new in zip(values.records, created, strict=True):
            values.answer(record.id, outputs={"record": Ids(new._name, new.ids)})

    def _outputs_crm_workflow_create(self):
        model_name = self.crm_workflow_model_id.sudo().model
        own = [model_name] if model_name in self.env else []
        return {"record": ("record", self.env._("The new record"), *own)}

    def _record_model_depends(self):
        return [*super()._record_model_depends(), "crm_workflow_model_id"]

    def _record_model_crm_workflow_create(self):
        return self.crm_workflow_model_id.model

    def _makes_crm_workflow_create(self):
        return self.crm_workflow_record_model

    def _right_crm_workflow_create(self):
        return "create"

    def _name_depends(self):
        return [*super()._name_depends(), "crm_workflow_model_id"]

    def _warning_depends(self):
        return [*super()._warning_depends(), "crm_workflow_link"]

    def _name_crm_workflow_create(self):
        labels = dict(self._selection_crm_workflow_preset())
        preset = self._preset_of_model()
        model_name = self.crm_workflow_model_id.model
        known = preset in self._presets()
        what = labels[preset] if known else self.crm_workflow_model_id.name or "…"
        name = self.env._("Create %s", what)
        rec_name = model_name in self.env and self.env[model_name]._rec_name
        called = self.crm_workflow_assignment_ids.filtered(
            lambda line: line.field_name == rec_name and line.expression
        )
        return f"{name} “{called[:1].expression}”" if called else name

    def _faults_crm_workflow_create(self, step):
        if self.crm_workflow_model_id.model not in self.env:
            yield self.env._("Say what is to be created.")
            return
        yield from self._faults_of_lines(step)
        model = self.env[self.crm_workflow_model_id.model]
        link = self.crm_workflow_link
        if link and link != NONE and link not in self._possible_links():
            yield self.env._(
                "%(model)s has no “%(field)s” that leads to the record: choose another link.",
                model=model._description,
                field=link,
            )
        missing = self._missing_fields(model)
        if missing:
            yield self.env._(
                "%(model)s needs a value for %(fields)s: add it.",
                model=model._description,
                fields=", ".join(missing),
            )

    def _missing_fields(self, model):
        """Labels of required fields that neither a line nor anything else fills."""
        given = {*self.crm_workflow_assignment_ids.mapped("field_name"), self._link()}
        return [
            field._description_string(self.env)
            for field in model._fields.values()
            if field.required and field.store and field.name not in given and _is_bare(field)
        ]


def _is_bare(field):
    """True for a field that stays empty when nobody fills it."""
    by_itself = field.compute or field.default or field.related
    return not by_itself and not getattr(field, "delegate", False)
