"""Reading enrollments for people."""

from .describe import describe_changes


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
    """The record that each enrollment's event happened to, if it is another than the enrolled one
    and the current user may see it: {enrollment id: record}.
    """
    env, by_model = enrollments.env, {}
    for row in enrollments:
        told = row.data or {}
        place = (told.get("model"), told.get("id"))
        if "event" in told and place != (row.res_model, row.res_id):
            by_model.setdefault(place[0], {})[row.id] = place[1]
    found = {}
    for model_name, ids in by_model.items():
        if model_name in env and env[model_name].has_access("read"):
            records = env[model_name].browse(ids.values()).exists()._filtered_access("read")
            seen = {record.id: record for record in records}
            found |= {row_id: seen[i] for row_id, i in ids.items() if i in seen}
    return found


def event_text(enrollment):
    """The event that brought a record in, with the values that changed, in words."""
    told, env = enrollment.data or {}, enrollment.env
    if "event" not in told:
        return False
    labels = env["crm.workflow.trigger"]._fields["event"]._description_selection(env)
    event = dict(labels).get(told["event"], told["event"])
    changes = describe_changes(env, told["model"], told["values"])
    return f"{event} ({', '.join(changes)})" if changes else event
