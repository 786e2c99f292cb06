"""Conditions and values in words, for the one-line summaries."""

import json

from odoo.exceptions import ValidationError

from ..engine.domain_text import domain_from_text
from ..engine.domain_tree import tree_from_domain
from ..engine.errors import DomainError
from .domains import checked_domain

MAX_LENGTH = 160


def describe_domain(env, model_name, text):
    """A domain as people say it; "every record" for an empty one."""
    if model_name not in env:
        return text or ""
    try:
        checked_domain(env[model_name], text)
        domain = domain_from_text(text)
        told = domain and _tell(env[model_name], tree_from_domain(domain), nested=False)
    except (ValidationError, DomainError):
        return env._("a condition that cannot be read")
    if not domain:
        return env._("every record")
    return told if len(told) <= MAX_LENGTH else told[:MAX_LENGTH].rstrip() + " …"


def describe_values(env, model_name, field_name, value_from, value_to):
    """A change of a field in words."""
    if model_name not in env or field_name not in env[model_name]._fields:
        return env._("A field changes")
    model = env[model_name]
    label = field_label(model, field_name)
    before, after = (accepted_words(model, field_name, text) for text in (value_from, value_to))
    if before and after:
        return env._(
            "%(field)s changes from %(old)s to %(new)s", field=label, old=before, new=after
        )
    if after:
        return env._("%(field)s changes to %(new)s", field=label, new=after)
    if before:
        return env._("%(field)s changes from %(old)s", field=label, old=before)
    return env._("%s changes", label)


def describe_changes(model, changes):
    """Old and new values of fields in words, one text per field: ["Stage: New → Won"].

    :param changes: {field: [old, new]}
    """
    return [
        f"{field_label(model, name)}: {_told(model, name, old)} → {_told(model, name, new)}"
        for name, (old, new) in changes.items()
        if name in model._fields
    ]


def _told(model, name, value):
    values = value if isinstance(value, list) else [value]
    return _names(model, name, values) if any(values) else model.env._("nothing")


def field_label(model, path):
    """The labels along a dotted path, as people read it."""
    labels = []
    for name in path.split("."):
        field = model._fields.get(name)
        if field is None:
            return path
        labels.append(field._description_string(model.env) or name)
        model = model.env[field.comodel_name] if field.relational else model
    return " › ".join(labels)


def _tell(model, node, nested=True):
    name, content = node
    if name == "is":
        return _tell_condition(model, *content)
    if name == "not":
        return model.env._("not (%s)", _tell(model, content, nested=False))
    word = model.env._("and") if name == "and" else model.env._("or")
    joint = f" {word} "
    told = joint.join(_tell(model, inner) for inner in content)
    return f"({told})" if nested else told


def _tell_condition(model, path, operator, value):
    env = model.env
    if not isinstance(path, str):
        return env._("always") if path == value else env._("never")
    label = field_label(model, path)
    if operator in ("any", "not any"):
        return label
    values = list(value) if isinstance(value, list | tuple) else [value]
    told = _names(model, path, values)
    if values == [False] and operator in ("=", "!=", "in", "not in"):
        unset = operator in ("=", "in")
        return env._("%s is not set", label) if unset else env._("%s is set", label)
    return _sentence(env, operator) % {"field": label, "value": told}


def _sentence(env, operator):
    sentences = {
        "=": env._("%(field)s is %(value)s"),
        "!=": env._("%(field)s is not %(value)s"),
        ">": env._("%(field)s is more than %(value)s"),
        "<": env._("%(field)s is less than %(value)s"),
        ">=": env._("%(field)s is at least %(value)s"),
        "<=": env._("%(field)s is at most %(value)s"),
        "ilike": env._("%(field)s contains %(value)s"),
        "not ilike": env._("%(field)s does not contain %(value)s"),
        "=ilike": env._("%(field)s is like %(value)s"),
    }
    alike = {"in": "=", "not in": "!=", "like": "ilike", "not like": "not ilike", "=like": "=ilike"}
    return sentences.get(alike.get(operator, operator)) or f"%(field)s {operator} %(value)s"


def accepted_words(model, field_name, text):
    """The values that a trigger accepts, as it stores them, in words; empty for any."""
    values = json.loads(text) if text else []
    return _names(model, field_name, values) if values else ""


def _names(model, path, values):
    """What people call the values of a field."""
    *way, name = path.split(".")
    for step in way:
        model = model.env[model._fields[step].comodel_name]
    field = model._fields.get(name)
    word = model.env._("or")
    joint = f" {word} "
    if field is not None and field.relational and all(isinstance(value, int) for value in values):
        return joint.join(_record_names(model, field, values)) or model.env._("nothing")
    labels = (
        dict(field._description_selection(model.env)) if field and field.type == "selection" else {}
    )
    return joint.join(_value_name(model.env, labels.get(value, value)) for value in values)


def _record_names(model, field, values):
    records = (
        model.env[field.comodel_name].sudo().browse([value for value in values if value]).exists()
    )
    return records.mapped("display_name")


def _value_name(env, value):
    if isinstance(value, bool):
        return env._("yes") if value else env._("nothing")
    return str(value)
