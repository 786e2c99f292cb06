"""Field values: from what a formula or a text comes to, to what ``write`` takes."""

import json
from datetime import date, datetime, time

from markupsafe import Markup

from odoo.fields import Command
from odoo.models import BaseModel
from odoo.tools import plaintext2html

from ..engine.coercion import coerced, is_coercible
from ..engine.errors import CoercionError
from .value_words import to_local, to_utc, words

#: Fields that hold text: any value can be said in words.
TEXTS = ("char", "text", "html")
LINKS = ("many2one", "many2many")


def is_settable(field):
    """True for a field that people could fill, of a type that is known here."""
    return not field.readonly and (is_coercible(field.type) or field.type in LINKS)


def field_value(env, field, value):
    """What to write, for a value as :meth:`~.values.Values.each` gives it; empty clears the field.

    :raise CoercionError: when it does not fit the field
    """
    if value is None or value is False and field.type != "boolean":
        return [Command.clear()] if field.type == "many2many" else False
    if field.type in LINKS:
        return _link(env, field, value)
    if field.type in TEXTS:
        return _text(env, field, value)
    if isinstance(value, list):
        return field_value(env, field, _only(env, value))
    if isinstance(value, BaseModel):
        raise CoercionError(env._("“%s” is a record, and no single value", words(env, value)[:80]))
    return _single(env, field, value)


def fixed_value(env, field, text):
    """What to write for the chosen values, as the form stores them: a JSON list.

    :raise CoercionError: when they do not fit the field
    """
    values = json.loads(text or "[]")
    if field.type == "many2many":
        return [Command.set(values)]
    value = values[0] if values else None
    if field.type == "many2one" or value is None:
        return value or False
    return field_value(env, field, value)


def _only(env, values):
    """The value of an associated record, where there is but one."""
    if len(values) > 1:
        raise CoercionError(env._("there are several values where one is needed"))
    return values[0] if values else None


def _link(env, field, value):
    """Records of the field's own model; a many2one takes one of them."""
    if not isinstance(value, BaseModel) or value._name != field.comodel_name:
        raise CoercionError(
            env._(
                "“%(value)s” is no %(model)s",
                value=words(env, value)[:80],
                model=env[field.comodel_name]._description,
            )
        )
    if field.type == "many2many":
        return [Command.set(value.ids)]
    if len(value) > 1:
        raise CoercionError(env._("there are several records where one is needed"))
    return value.id


def _text(env, field, value):
    if field.type == "html":
        return value if isinstance(value, Markup) else plaintext2html(_said(env, value))
    return coerced(_said(env, value), field.type)


def _said(env, value):
    return words(env, to_local(env, value) if isinstance(value, datetime) else value)


def _single(env, field, value):
    """Dates and moments become each other in the time zone of the user."""
    if field.type == "date" and isinstance(value, datetime):
        return to_local(env, value).date()
    if field.type == "datetime" and isinstance(value, date) and not isinstance(value, datetime):
        return to_utc(env, datetime.combine(value, time.min))
    if field.type in ("date", "datetime") and isinstance(value, date):
        return value
    if isinstance(value, date):
        raise CoercionError(env._("“%s” is a date", words(env, value)))
    choices = field._description_selection(env) if field.type == "selection" else ()
    return coerced(value, field.type, choices)
