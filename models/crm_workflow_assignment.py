import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.errors import CoercionError
from ..services.field_values import check_lists
from ..services.names import READER
from ..services.settable_values import field_value, fixed_value, is_settable
from ..services.texts import translated
from ..services.value_problems import problems_of_formula, problems_of_text
from ..services.words import field_label


class CrmWorkflowAssignment(models.Model):
    """One line of an action on records: which field gets its value how.

    A way to get a value is a value of ``how``, contributed in ``assignment_ways`` with these
    methods, found by name:

    ``_given_<how>(self, values, field)``
        What the line gives each record, {record id: value to write}, in a constant number of
        queries. See ``services/values.py`` for ``values``.
    ``_joined_<how>(self, field, before, given)``
        The new value, from the one before; without the method, what is given. The value before
        of a many2many is the list of commands so far.
    ``_fits_<how>(self, field)``
        True for fields that can get their value so.
    ``_needs_<how>(self)``
        The name of the field that has to be filled. Without the method, none.
    ``_reads_<how>(self)``
        What ``expression`` is: a ``formula`` or a ``text``. Without the method, nothing.
    ``_told_<how>(self, label)``
        The line in words: "set Salesperson to Ann".
    """

    _name = "crm.workflow.assignment"
    _description = "Workflow Field Value"
    _order = "sequence, id"
    _rec_name = "field_name"

    action_id = fields.Many2one("ir.actions.server", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    field_name = fields.Char(string="Field", required=True)
    how = fields.Selection([], required=True)
    fixed_value = fields.Char(
        string="Value", help="The values that were chosen, as a list in JSON: [12], or a text."
    )
    expression = fields.Text(string="Formula or Text", help="What it is worked out from.")
    amount = fields.Integer(default=1)
    unit = fields.Selection(
        [
            ("minutes", "Minutes"),
            ("hours", "Hours"),
            ("days", "Days"),
            ("weeks", "Weeks"),
            ("months", "Months"),
        ],
        default="days",
        help="Days, weeks and months keep the time of day in the time zone of the run-as user.",
    )
    model_name = fields.Char(related="action_id.crm_workflow_record_model", string="Model")
    source_model_name = fields.Char(related="action_id.model_name", string="Records")
    version_id = fields.Many2one("crm.workflow.version", compute="_compute_version_id")
    how_choices = fields.Json(compute="_compute_how_choices", string="Ways to Choose From")
    value_words = fields.Char(compute="_compute_summary", string="Value in Words")
    summary = fields.Char(compute="_compute_summary")

    @api.constrains("fixed_value")
    def _check_fixed_value(self):
        for line in self:
            check_lists(self.env, line.fixed_value)

    @api.depends("action_id.crm_workflow_version_id")
    def _compute_version_id(self):
        for line in self:
            line.version_id = line.action_id.crm_workflow_version_id

    @api.depends("field_name", "model_name")
    def _compute_how_choices(self):
        labels = self._fields["how"]._description_selection(self.env)
        for line in self:
            field = line._field()
            offered = [how for how, _label in labels if field and line._fits(field, how)]
            choices = [{"value": how, "label": label} for how, label in labels if how in offered]
            line.how_choices = [{"label": "", "choices": choices}]

    @api.depends("field_name", "how", "fixed_value", "expression", "amount", "unit", "model_name")
    @api.depends_context(*READER)
    def _compute_summary(self):
        for line in self:
            known = line._field() is not None and bool(line.how)
            line.value_words = known and line._value_words()
            line.summary = known and line._told()

    @api.onchange("field_name")
    def _onchange_field_name(self):
        """A value of another field means nothing here."""
        self.fixed_value = False
        field = self._field()
        if field and not self._fits(field, self.how):
            choices = self.how_choices[0]["choices"]
            self.how = choices[0]["value"] if choices else False

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_action_editable()
        return lines

    def write(self, vals):
        self._check_action_editable()
        done = super().write(vals)
        # Nor does a line become one of an action that is not theirs who write it.
        self.check_access("write")
        self._check_action_editable()
        return done

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_action_editable()

    def _check_action_editable(self):
        """What a published version does never changes behind its back."""
        self.action_id._check_no_published_step(self.env._("changed"), {})

    def _document_fields(self):
        return ("sequence", "field_name", "how", "fixed_value", "expression", "amount", "unit")

    def _document_lists(self):
        """Chosen records travel by their names; see ``services/exporter.py``."""
        field = self._field()
        return {"fixed_value": field.comodel_name if field is not None else None}

    def _field(self):
        """The field that is set, None when there is no such."""
        known = self.model_name in self.env
        return self.env[self.model_name]._fields.get(self.field_name or "") if known else None

    def _by_how(self, verb, otherwise=None, how=None):
        return getattr(self, f"_{verb}_{how or self.how}", otherwise)

    def _fits(self, field, how=None):
        method = self._by_how("fits", how=how)
        return bool(method and method(field))

    def _given(self, values):
        """What the line gives each record: {record id: value to write}."""
        self.ensure_one()
        return self._by_how("given")(values, self._field())

    def _joined(self, before, given):
        """The new value of the field, from what it holds and what is given."""
        method = self._by_how("joined")
        return method(self._field(), before, given) if method else given

    def _each(self, values, field, found):
        """Values that were worked out for each record, as the field takes them."""
        return {
            record.id: self._fitted(values, field, found[record.id], field_value)
            for record in values.one_by_one()
        }

    def _same(self, values, value):
        """The same for each record."""
        return dict.fromkeys(values.records.ids, value)

    def _fitted(self, values, field, value, fit):
        """
        :raise UserError: naming the field, when the value does not fit
        """
        try:
            return fit(values.env, field, value)
        except CoercionError as error:
            label, reason = field._description_string(values.env), translated(values.env, error)
            raise UserError(
                values.env._("%(field)s: %(reason)s.", field=label, reason=reason)
            ) from error

    def _value_words(self):
        """What is filled in for the way, as people read it; empty where nothing has to be."""
        needed = self._by_how("needs", lambda: False)()
        return needed and getattr(self, f"_{needed}_words", lambda: self[needed])()

    def _told(self):
        self.ensure_one()
        label = field_label(self.env[self.model_name], self.field_name)
        method = self._by_how("told")
        return method(label) if method else label

    def _problems(self, step):
        """Yields what is wrong with the line.

        :param step: the step that it is part of, for what its formulas may use
        """
        self.ensure_one()
        field = self._field()
        if field is None:
            yield self.env._(
                "%(model)s has no field “%(field)s”: choose another.",
                model=self.env[self.model_name]._description,
                field=self.field_name or "",
            )
            return
        fault = self._fault(field)
        if fault:
            label = field._description_string(self.env)
            yield self.env._("%(field)s: %(reason)s.", field=label, reason=fault)
            return
        yield from self._problems_of_expression(step)

    def _fault(self, field):
        if not is_settable(field):
            return self.env._("nobody can set this field; choose another")
        if not self.how or not self._fits(field):
            return self.env._("it cannot get a value in this way; choose another")
        needed = self._by_how("needs", lambda: False)()
        if needed and not self[needed]:
            return self.env._("the value is missing; fill it in, or remove the line")
        return self._fault_of_fixed(field) if needed == "fixed_value" else ""

    def _fault_of_fixed(self, field):
        try:
            fixed_value(self.env, field, self.fixed_value)
        except (CoercionError, ValueError) as error:
            return translated(self.env, error)
        chosen = self._chosen(field)
        gone = chosen is not None and chosen.exists() != chosen
        return self.env._("a chosen record is gone; choose another") if gone else ""

    def _chosen(self, field):
        """The records that were chosen, None where the field holds no records.

        What is the id of none, such as a yes, is that of a record that is gone.
        """
        if not field.relational:
            return None
        ids = [value if type(value) is int else 0 for value in json.loads(self.fixed_value or "[]")]
        return self.env[field.comodel_name].sudo().browse(ids)

    def _problems_of_expression(self, step):
        read = self._by_how("reads", lambda: None)()
        check = {"formula": problems_of_formula, "text": problems_of_text}.get(read)
        if check and self.source_model_name in self.env:
            yield from check(step, self.expression, self.source_model_name)
