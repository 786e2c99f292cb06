"""Reading enrollments, and what else is about a record, for people."""

from odoo.exceptions import UserError

from ..engine.happening import is_told
from ..engine.typed_json import unpacked
from .describe import describe_changes


def open_record(row):
    """The action that opens the record that a row is about.

    :raise UserError: when it is gone, or its app is
    """
    env = row.env
    if row.res_model not in env or not env[row.res_model].browse(row.res_id).exists():
        raise UserError(env._("The record does not exist any more."))
    return {
        "type": "ir.actions.act_window",
        "res_model": row.res_model,
        "res_id": row.res_id,
        "views": [(False, "form")],
    }


def out_of_sight(enrollments):
    """Those whose record is there, and not for the current user to see. Two queries per model."""
    env, hidden = enrollments.env, enrollments.browse()
    for model_name, rows in enrollments.grouped("res_model").items():
        if env.su or model_name not in env:
            continue
        records = env[model_name].browse(rows.mapped("res_id")).exists()
        unseen = set((records - records._filtered_access("read")).ids)
        hidden |= rows.filtered(lambda row, unseen=unseen: row.res_id in unseen)
    return hidden


def record_names(enrollments):
    """Names of the enrolled records, as the current user may see them: {(model, id): text}."""
    env = enrollments.env
    names = {}
    for model_name in set(enrollments.mapped("res_model")):
        ids = {row.res_id for row in enrollments if row.res_model == model_name}
        names |= {(model_name, record_id): f"{model_name},{record_id}" for record_id in ids}
        if model_name in env and env[model_name].has_access("read"):
            records = env[model_name].browse(ids).exists()._filtered_access("read")
            names |= {(model_name, record.id): record.display_name for record in records}
    return names


def visible_subjects(enrollments):
    """The record that each enrollment's event happened to, where the current user may see it:
    {enrollment id: record}.
    """
    env, by_model = enrollments.env, {}
    for row in enrollments:
        told = unpacked(row.data)
        if is_told(told):
            by_model.setdefault(told["model"], {})[row.id] = told["id"]
    found = {}
    for model_name, ids in by_model.items():
        if model_name in env and env[model_name].has_access("read"):
            records = env[model_name].browse(ids.values()).exists()._filtered_access("read")
            seen = {record.id: record for record in records}
            found |= {row_id: seen[i] for row_id, i in ids.items() if i in seen}
    return found


def event_text(enrollment, subject):
    """The event that brought a record in, in words; with the values that changed, for who may see
    the subject.
    """
    told, env = unpacked(enrollment.data), enrollment.env
    if not is_told(told):
        return False
    labels = env["crm.workflow.trigger"]._fields["event"]._description_selection(env)
    event = dict(labels).get(told["event"], told["event"])
    changes = describe_changes(subject, told["values"]) if subject else ()
    return f"{event} ({', '.join(changes)})" if changes else event
