"""Presets: records that people create often, with the lines that they begin with."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preset:
    """A kind of record to create, and functions that say with which values to begin."""

    label: str
    model_name: str
    #: function of the model of the enrolled records; yields values of lines
    lines: object


def presets(env):
    """Those whose app is installed: {code: preset}, in the order of the form."""
    known = {
        "note": Preset(env._("Note"), "mail.message", _note_lines),
        "task": Preset(env._("Task"), "project.task", _task_lines),
        "deal": Preset(env._("Deal"), "crm.lead", _deal_lines),
        "ticket": Preset(env._("Ticket"), "helpdesk.ticket", _ticket_lines),
        "meeting": Preset(env._("Meeting"), "calendar.event", _meeting_lines),
        "activity": Preset(env._("Activity"), "mail.activity", _activity_lines),
    }
    return {code: preset for code, preset in known.items() if preset.model_name in env}


def lines_of(preset, model):
    """Values of the lines that a preset begins with; only of fields that there are.

    :param model: of the records that the new ones are made for
    """
    target = model.env[preset.model_name]
    lines = [line for line in preset.lines(model) if line["field_name"] in target._fields]
    return [{**line, "sequence": place} for place, line in enumerate(lines, 1)]


def _note_lines(model):
    note = model.env.ref("mail.mt_note", raise_if_not_found=False)
    yield _text("body", "")
    yield _chosen("message_type", "comment")
    if note:
        yield _chosen("subtype_id", note.id)


def _task_lines(model):
    yield _text("name", model.env._("Follow up on %s", "{{ object.display_name }}"))
    yield _later("date_deadline", 1, "days")
    yield from _owner(model, "user_ids")
    yield from _contact(model, "partner_id")


def _deal_lines(model):
    yield _text("name", "{{ object.display_name }}")
    yield _chosen("type", "opportunity")
    yield from _owner(model, "user_id")
    yield from _contact(model, "partner_id")


def _ticket_lines(model):
    yield _text("name", "{{ object.display_name }}")
    yield _text("description", "")
    yield from _contact(model, "partner_id")


def _meeting_lines(model):
    yield _text("name", model.env._("Meeting with %s", "{{ object.display_name }}"))
    yield _later("start", 1, "days")
    yield _later("stop", 25, "hours")
    yield from _contact(model, "partner_ids")
    if model._name == "crm.lead":
        yield {"field_name": "opportunity_id", "how": "copy", "expression": "object"}


def _activity_lines(model):
    todo = model.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
    yield _text("summary", "")
    if todo:
        yield _chosen("activity_type_id", todo.id)
    yield _later("date_deadline", 1, "days")
    yield from _owner(model, "user_id")


def _text(name, text):
    return {"field_name": name, "how": "text", "expression": text}


def _chosen(name, value):
    return {"field_name": name, "how": "set", "fixed_value": json.dumps([value])}


def _later(name, amount, unit):
    return {"field_name": name, "how": "later", "amount": amount, "unit": unit}


def _owner(model, name):
    """Whoever the record belongs to, or else the run-as user."""
    if "user_id" in model._fields:
        formula = "default(object.user_id, user)"
        yield {"field_name": name, "how": "formula", "expression": formula}


def _contact(model, name):
    """The contact that the record is, or is about."""
    path = "object" if model._name == "res.partner" else "object.partner_id"
    if model._name == "res.partner" or "partner_id" in model._fields:
        yield {"field_name": name, "how": "copy", "expression": path}
