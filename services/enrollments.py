"""Reading enrollments, and what else is about a record, for people."""

from odoo.exceptions import UserError

from ..engine.happening import is_told
from ..engine.typed_json import unpacked
from . import sight
from .describe import describe_changes
from .field_values import may_read


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
    if enrollments.env.su:
        return enrollments.browse()
    places = sight.places_of(enrollments)
    seen, gone = sight.visible(enrollments.env, places.values())
    known = seen.keys() | gone
    return enrollments.filtered(lambda row: places[row.id] not in known)


def record_names(rows):
    """Names of the records that rows are about: {(model, id): text}.

    One that the user may not see, and one that is gone, is told by its kind and number.
    """
    places = sight.places_of(rows)
    seen, _gone = sight.visible(rows.env, places.values())
    names = {
        places[row.id]: f"{_kind_of(row)} #{row.res_id}"
        for row in rows.sudo()
        if places[row.id] not in seen
    }
    return names | {place: record.display_name for place, record in seen.items()}


def _kind_of(row_sudo):
    """What people call records like the one that a row is about."""
    kind = row_sudo.workflow_id.object_id
    if row_sudo.res_model == kind.model_name:
        return kind.name
    return row_sudo.env["ir.model"]._get(row_sudo.res_model).name or row_sudo.res_model


def visible_subjects(enrollments):
    """The record that each enrollment's event happened to, where the user may see it:
    {enrollment id: record}.
    """
    told = {row.id: unpacked(row.data) for row in enrollments.sudo()}
    places = {row_id: (data["model"], data["id"]) for row_id, data in told.items() if is_told(data)}
    seen, _gone = sight.visible(enrollments.env, places.values())
    return {row_id: seen[place] for row_id, place in places.items() if place in seen}


def event_text(enrollment, subject):
    """The event that brought a record in, in words; with the values that changed, for who may see
    the subject and read the fields.
    """
    told, env = unpacked(enrollment.sudo().data), enrollment.env
    if not is_told(told):
        return False
    labels = env["crm.workflow.trigger"]._fields["event"]._description_selection(env)
    event = dict(labels).get(told["event"], told["event"])
    changes = describe_changes(subject, _readable(subject, told["values"])) if subject else ()
    return f"{event} ({', '.join(changes)})" if changes else event


def _readable(subject, changes):
    return {
        name: change
        for name, change in changes.items()
        if name in subject._fields and may_read(subject, name)
    }
