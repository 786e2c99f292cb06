import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ...engine.changes import accepted_values
from ...engine.diagnostics import MAX_PATHS
from ...engine.outcome import Advance
from ...engine.value_paths import place_of, places_of, repeated
from ...services import field_values
from ...services.words import field_label


class CrmWorkflowPath(models.Model):
    _inherit = "crm.workflow.path"

    values_field = fields.Char(related="action_id.values_field")
    values_accepted = fields.Char(
        string="Values", help="Records with any of these values take the path, as a JSON list."
    )
    values_empty = fields.Boolean(
        string="Or Empty", help="Records on which the field has no value take the path, too."
    )

    @api.constrains("values_accepted")
    def _check_values_accepted(self):
        for path in self:
            field_values.check_lists(self.env, path.values_accepted)

    def _values_listed(self):
        """The values that take the path, ``None`` standing for no value."""
        values = accepted_values(self.values_accepted) or []
        field = field_values.field_at(self.env[self.model_name], self.values_field)
        if field and field[1].type not in field_values.NEVER_EMPTY:
            values = [value for value in values if value is not False]
        return [*values, None] if self.values_empty else values

    def _words_depends(self):
        own = ["values_field", "values_accepted", "values_empty"]
        return [*super()._words_depends(), *own]

    def _document_lists_values(self):
        """Values of a link are ids, which mean nothing in another database."""
        field = field_values.field_at(self.env[self.model_name], self.values_field)
        relational = field and field[1].relational
        return {"values_accepted": field[1].comodel_name} if relational else {}


class CrmWorkflowAction(models.Model):
    """A path for each value of one field, of the record or behind links to one record each."""

    _inherit = "crm.workflow.action"

    kind = fields.Selection(
        selection_add=[("values", "Branch by value")], ondelete={"values": "cascade"}
    )
    values_field = fields.Char(
        string="Field",
        help="The field whose value decides, such as stage_id, or partner_id.country_id for that "
        "of the contact.",
    )
    values_create_all = fields.Boolean(
        string="Create All", store=False, help="Add a path for every value that has none yet."
    )

    def _branches_values(self):
        return True

    def _run_values(self, batch):
        """Each takes the first path that lists its value; all values are read together."""
        if not field_values.field_at(batch.records, self.values_field):
            raise UserError(self._values_no_field())
        listed, default = self._paths_in_order()
        places = places_of([path._values_listed() for path in listed])
        found = field_values.values_at(batch.records, self.values_field)
        keys = dict(enumerate(listed.mapped("key")))
        otherwise = default.key or None
        return {
            row.id: Advance(keys.get(place_of(found[row.res_id], places), otherwise))
            for row in batch.rows
        }

    @api.onchange("values_field")
    def _onchange_values_field(self):
        """Values of another field mean nothing."""
        for path in self.path_ids:
            path.values_accepted = False

    @api.onchange("values_create_all")
    def _onchange_values_create_all(self):
        """The button of the form: a path for every value that is on none."""
        if not self.values_create_all:
            return None
        self.values_create_all = False
        values = self._values_without_path()
        if not values or len(values) > MAX_PATHS:
            return {"warning": self._values_cannot_create(values)}
        self.path_ids = [
            Command.create({"values_accepted": json.dumps([value])}) for value in values
        ]
        return None

    def _values_without_path(self):
        """The values that there are, and no path lists; at most one more than paths may be."""
        model = self.env[self.model_name]
        if not field_values.field_at(model, self.values_field):
            return []
        listed = {value for path in self.path_ids for value in path._values_listed()}
        there = field_values.values_there(model, self.values_field, MAX_PATHS + 1 + len(listed))
        return [value for value in there if value not in listed][: MAX_PATHS + 1]

    def _values_cannot_create(self, values):
        if not values:
            message = self.env._("There is no value that has no path yet.")
        else:
            message = self.env._(
                "The field has more than %s values: give paths to those that matter.", MAX_PATHS
            )
        return {"title": self.env._("No paths added"), "message": message}

    def _path_names_values(self, paths):
        """Their values, all looked up together."""
        if self.model_name not in self.env:
            return {}
        model = self.env[self.model_name]
        if not field_values.field_at(model, self.values_field):
            return {}
        listed = {path.id: path._values_listed() for path in paths}
        all_values = dict.fromkeys(value for values in listed.values() for value in values)
        names = field_values.names_of(model, self.values_field, all_values)
        joint = f" {self.env._('or')} "
        return {
            path_id: joint.join(names[value] for value in values)
            for path_id, values in listed.items()
        }

    def _path_conditions_values(self, paths):
        """Told of paths that have a name; the others are called by their values."""
        named = paths.filtered("name")
        label = named and field_label(self.env[self.model_name], self.values_field or "")
        return {
            path_id: self.env._("if %(field)s is %(values)s", field=label, values=values)
            for path_id, values in self._path_names_values(named).items()
            if values
        }

    def _summary_depends(self):
        return [*super()._summary_depends(), "values_field", "model_name"]

    def _summary_values(self):
        if not self.values_field or self.model_name not in self.env:
            return self.env._("Branch by value")
        return self.env._("Branch by %s", field_label(self.env[self.model_name], self.values_field))

    def _values_no_field(self):
        if not self.values_field:
            return self.env._("Choose the field whose value decides.")
        return self.env._(
            "“%s” is no field to branch by: choose a text, a whole number, a choice, yes or no, or "
            "a link, of the record or behind links to one record.",
            self.values_field,
        )

    def _problems_values(self):
        model = self.env[self.model_name]
        if not field_values.field_at(model, self.values_field):
            yield self._values_no_field()
            return
        yield from self._values_problems_of_rights()
        listed, default = self._paths_in_order()
        if not listed:
            yield self.env._(
                "The branch needs at least one path with a value: add some, or use “Create All”."
            )
        if not default:
            yield self.env._("The branch needs a path for records that match no other.")
        if len(listed) > MAX_PATHS:
            yield self.env._("A branch has at most %s paths; nest branches instead.", MAX_PATHS)
        yield from self._values_problems_of_paths(listed)

    def _values_problems_of_rights(self):
        try:
            model = self.workflow_id._run_env()[self.model_name]
        except AccessError:
            return  # told of the workflow itself
        if not field_values.may_read(model, self.values_field):
            yield self.env._(
                "%(user)s, the run-as user, may not read “%(field)s”: choose another field, or "
                "another run-as user.",
                user=self.workflow_id.run_as_id.name,
                field=field_label(model, self.values_field),
            )

    def _values_problems_of_paths(self, listed):
        values = [path._values_listed() for path in listed]
        for path, own in zip(listed, values, strict=True):
            if not own:
                yield self.env._(
                    "Path “%s” has no value: choose one, or remove the path.", path.display_name
                )
        again = repeated(values)
        names = field_values.names_of(self.env[self.model_name], self.values_field, again)
        if again:
            yield self.env._(
                "Several paths have the value %s, and only the first of them would be taken: keep "
                "it on one path.",
                ", ".join(f"“{names[value]}”" for value in again),
            )

    def _document_fields_values(self):
        return ("values_field",)
