"""Links: how a new record points to the one that it is made for."""

from odoo.fields import Command

from .settable_values import is_settable

#: No link, although one could be guessed.
NONE = "none"


def links_of(model, target_name):
    """Names of the fields of a model by which its records can point to a target's.

    The likeliest is the first: the pair of a model's name and an id, by which activities and
    messages stand on a record; then the field called like the target, a required one, any
    many2one; lists last.
    """
    fields = [field for field in model._fields.values() if _points_to(model, field, target_name)]
    return [field.name for field in sorted(fields, key=lambda field: _rank(field, target_name))]


def link_values(model, name, record):
    """Values that make a new record point to ``record`` by the field ``name``."""
    field = model._fields[name]
    if field.type == "many2many":
        return {name: [Command.link(record.id)]}
    if field.type == "many2one_reference":
        return {name: record.id, **_model_values(model, field, record._name)}
    return {name: record.id}


def _points_to(model, field, target_name):
    if field.type == "many2one_reference":
        return not field.readonly and field.store
    is_link = field.type in ("many2one", "many2many") and field.comodel_name == target_name
    return is_link and field.store and is_settable(field)


def _rank(field, target_name):
    kinds = ("many2one_reference", "many2one", "many2many")
    own_name = f"{target_name.rpartition('.')[2]}_id"
    return (kinds.index(field.type), field.name != own_name, not field.required)


def _model_values(model, field, target_name):
    """The model's name, or what that is read from."""
    named_by = model._fields[field.model_field]
    if not named_by.related:
        return {named_by.name: target_name}
    root = named_by.related.split(".")[0]
    return {root: model.env["ir.model"]._get_id(target_name)}
