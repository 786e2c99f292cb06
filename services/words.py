"""What people call fields, their values, and days."""

from datetime import date, timedelta

from babel.dates import format_skeleton

from odoo.tools import format_date
from odoo.tools.misc import babel_locale_parse, get_lang

from .names import visible_names
from .paths import model_at

_A_MONDAY = date(2024, 1, 1)


def day_text(env, day, skeleton):
    """A day as the user's language writes it.

    :param skeleton: which parts, as Unicode names them: ``yMMMd``, ``MMMMd``, ``MMMEd``
    """
    return format_skeleton(skeleton, day, locale=babel_locale_parse(get_lang(env).code))


def weekday_name(env, weekday):
    """What the user's language calls a day of the week; Monday is 0."""
    return format_date(env, _A_MONDAY + timedelta(weekday), date_format="EEEE")


def field_label(model, path):
    """The labels along a dotted path, as people read it. After a date may come a part of it."""
    labels, field = [], None
    for name in path.split("."):
        if field is not None and not field.relational:
            labels.append(_part_labels(model.env).get(name, name))
            continue
        field = model._fields.get(name)
        if field is None:
            return path
        labels.append(field._description_string(model.env) or name)
        model = model.env[field.comodel_name] if field.relational else model
    return " › ".join(labels)


def _part_labels(env):
    """The parts of a date by which Odoo searches."""
    return {
        "year_number": env._("year"),
        "quarter_number": env._("quarter"),
        "month_number": env._("month"),
        "iso_week_number": env._("week"),
        "day_of_year": env._("day of the year"),
        "day_of_month": env._("day of the month"),
        "day_of_week": env._("day of the week"),
        "hour_number": env._("hour"),
        "minute_number": env._("minute"),
        "second_number": env._("second of the minute"),
    }


def value_names(model, path, values):
    """What people call the values of a field."""
    *way, name = path.split(".")
    owner = model_at(model, ".".join(way)) if way else model
    # The part of a date has no field of its own.
    field = None if owner is None else owner._fields.get(name)
    word = model.env._("or")
    joint = f" {word} "
    if field is not None and field.relational and all(map(_is_id, values)):
        return joint.join(_record_names(owner, field, values)) or model.env._("nothing")
    labels = (
        dict(field._description_selection(model.env)) if field and field.type == "selection" else {}
    )
    return joint.join(
        _value_name(model.env, labels.get(value, value) if isinstance(value, str) else value)
        for value in values
    )


def _is_id(value):
    """True for the id of a record, and for none; a yes is no id, though Python counts it as 1."""
    return type(value) is int or value is False


def _record_names(model, field, values):
    records = model.env[field.comodel_name].browse([value for value in values if value])
    return visible_names(records.exists()).values()


def _value_name(env, value):
    if isinstance(value, bool):
        return env._("yes") if value else env._("nothing")
    return str(value)
