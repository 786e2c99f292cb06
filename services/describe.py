"""Conditions and values in words, for the one-line summaries and the condition editor."""

import json

from odoo.exceptions import ValidationError

from ..engine.changes import is_pair
from ..engine.domain_text import domain_from_text
from ..engine.errors import DomainError
from .describe_condition import tell_domain
from .domains import checked_domain
from .words import field_label, value_names

MAX_LENGTH = 160


def describe_domain(env, model_name, text, limit=MAX_LENGTH):
    """A domain as people say it; "every record" for an empty one."""
    if model_name not in env:
        return text or ""
    try:
        checked_domain(env[model_name], text)
        domain = domain_from_text(text)
        told = domain and tell_domain(env[model_name], domain)
    except (ValidationError, DomainError):
        return env._("a condition that cannot be read")
    if not domain:
        return env._("every record")
    return told if len(told) <= limit else told[:limit].rstrip() + " …"


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

    :param changes: {field: [old, new]}; what is no such pair is passed over
    """
    return [
        f"{field_label(model, name)}: {' → '.join(_told(model, name, value) for value in change)}"
        for name, change in changes.items()
        if name in model._fields and is_pair(change)
    ]


def _told(model, name, value):
    values = value if isinstance(value, list) else [value]
    return value_names(model, name, values) if any(values) else model.env._("nothing")


def describe_choice(env, model_name, path, text):
    """Which of the values in a JSON list a field has, in words."""
    values = json.loads(text or "[]")
    if model_name not in env or not path or not values:
        return env._("nothing chosen yet")
    model = env[model_name]
    return env._(
        "%(field)s has %(values)s",
        field=field_label(model, path),
        values=value_names(model, path, values),
    )


def accepted_words(model, field_name, text):
    """The values that a trigger accepts, as it stores them, in words; empty for any."""
    values = json.loads(text) if text else []
    return value_names(model, field_name, values) if values else ""
