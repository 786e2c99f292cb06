"""Values of records as other systems read them."""

from odoo import fields

#: Kinds of field whose values do not travel.
UNFIT = {"binary", "image", "properties", "properties_definition", "many2one_reference"}
_RELATIONAL = {"many2one", "one2many", "many2many"}


def json_value(record, path):
    """The value at a dotted path: text, number, truth, or an object with id and name; None
    where there is none. A way over several records gives a list.
    """
    *way, last = path.split(".")
    many = False
    for name in way:
        many = many or record._fields[name].type in ("one2many", "many2many")
        record = record[name]
    field = record._fields[last]
    values = [_value(item, field) for item in record]
    if many:
        return values
    return values[0] if values else None


def path_problem(model, path):
    """Why the value at a path cannot be sent, as a code: "unknown", "unfit", "hidden"; or None."""
    for position, name in enumerate(names := (path or "").split(".")):
        field = model._fields.get(name)
        if field is None:
            return "unknown"
        if not model._has_field_access(field, "read"):
            return "hidden"
        if position + 1 < len(names):
            if not field.relational:
                return "unknown"
            model = model.env[field.comodel_name]
    return "unfit" if field.type in UNFIT else None


def _value(record, field):
    value = record[field.name]
    if field.type == "many2one":
        return _named(value) if value else None
    if field.type in _RELATIONAL:
        return [_named(item) for item in value]
    if field.type == "boolean":
        return value
    if field.type == "datetime":
        return f"{fields.Datetime.to_string(value).replace(' ', 'T')}Z" if value else None
    if field.type == "date":
        return fields.Date.to_string(value) if value else None
    if field.type in ("integer", "float", "monetary", "json"):
        return value
    if field.type == "reference":
        return _named(value) | {"model": value._name} if value else None
    return str(value) if value else None


def _named(record):
    return {"id": record.id, "name": record.display_name}
