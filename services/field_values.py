"""Values at the end of a path of single links, for branches by value.

A value is as JSON knows it: an id for a link to one record, a list of ids for several, ``None``
for no value.
"""

from odoo.exceptions import ValidationError

from ..engine.changes import accepted_values
from ..engine.errors import CoercionError
from .associated import ends, together
from .names import visible_names
from .texts import translated

#: Fields with values that can be told apart and listed.
TYPES = ("selection", "boolean", "many2one", "many2many", "char", "integer")
#: Of these, no value is a value: an empty number is 0, and what is not ticked is no.
NEVER_EMPTY = ("boolean", "integer")


def check_lists(env, *texts):
    """
    :param texts: that people wrote or chose, each a JSON list of values, or empty
    :raise ValidationError: for one that is no such list
    """
    try:
        for text in texts:
            accepted_values(text)
    except CoercionError as error:
        raise ValidationError(
            env._('The values are a list, such as ["won"]: %s', translated(env, error))
        ) from error


def field_at(model, path):
    """(model, field) that a path leads to; None when that is no field by which to branch."""
    *links, last = (path or "").split(".")
    for name in links:
        field = model._fields.get(name)
        if field is None or field.type != "many2one":
            return None
        model = model.env[field.comodel_name]
    field = model._fields.get(last)
    return (model, field) if field is not None and field.type in TYPES else None


def may_read(model, path):
    """True when the user of ``model`` may read every field along a path."""
    for name in path.split("."):
        field = model._fields[name]
        if not model.has_access("read") or not model._has_field_access(field, "read"):
            return False
        model = model.env[field.comodel_name] if field.relational else model
    return True


def values_at(records, path):
    """{record id: value}, in a query or two per link; behind a record out of sight is no value."""
    model, field = field_at(records, path)
    found = ends(records, path.rpartition(".")[0])
    values = {head.id: _plain(head[field.name], field) for head in together(model, found)}
    return {record_id: values.get(head.id) for record_id, head in found.items()}


def values_there(model, path, limit):
    """The values that there are, at most ``limit``: of a choice or a link those that can be chosen,
    of texts and numbers those in use.
    """
    model, field = field_at(model, path)
    return _VALUES[field.type](model, field, limit)


def names_of(model, path, values):
    """What people call values: {value: text}. Some three queries, however many."""
    model, field = field_at(model, path)
    env = model.env
    if field.relational:
        ids = [value for value in values if type(value) is int and value]
        labels = dict.fromkeys(ids, env._("a record that is gone"))
        labels |= visible_names(env[field.comodel_name].browse(ids).exists())
    elif field.type == "boolean":
        labels = {True: env._("Yes"), False: env._("No")}
    else:
        labels = dict(field._description_selection(env)) if field.type == "selection" else {}
    return {
        value: env._("empty") if value is None else str(labels.get(value, value))
        for value in values
    }


def _plain(value, field):
    if field.relational:
        return value.ids if field.type == "many2many" else value.id or None
    return value if field.type in NEVER_EMPTY else value or None


def _of_selection(model, field, limit):
    return [value for value, _label in field._description_selection(model.env)][:limit]


def _of_boolean(model, field, limit):
    return [True, False][:limit]


def _of_records(model, field, limit):
    target = model.env[field.comodel_name]
    return target.search(field.get_comodel_domain(model), limit=limit).ids


def _in_use(model, field, limit):
    """As many groups as there are values, so the limit is the database's."""
    if not field.store:
        return []
    groups = model._read_group([], [field.name], limit=limit + 1, order=field.name)
    values = [_plain(value, field) for [value] in groups]
    return [value for value in values if value is not None][:limit]


_VALUES = {
    "selection": _of_selection,
    "boolean": _of_boolean,
    "many2one": _of_records,
    "many2many": _of_records,
    "char": _in_use,
    "integer": _in_use,
}
