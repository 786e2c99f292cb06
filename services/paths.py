"""Where the dotted paths of conditions lead."""


def model_at(model, path):
    """The model of the records that a path leads to; None when it ends in a value, or nowhere."""
    for name in path.split("."):
        field = model._fields.get(name)
        if field is None or not field.relational and name != "id":
            return None
        model = model if name == "id" else model.env[field.comodel_name]
    return model


def steps_of(model, path):
    """(model, field) of each association along a path, with related ones spelled out.

    :raise LookupError: where a name on the way is no association
    """
    steps = []
    for name in path.split("."):
        field = model._fields.get(name)
        if field is None or not field.relational:
            raise LookupError(name)
        if field.related and not field.store:
            steps += steps_of(model, field.related)
        else:
            steps.append((model, field))
        model = model.env[field.comodel_name]
    return steps


def values_at(records, path):
    """The values at the end of a path through many2one fields: {record id: value or False}.

    False as well where the user may not see an associated record on the way. Two queries for
    each field of the path, however many records.
    """
    *way, name = path.split(".")
    ends, model = {record.id: record for record in records}, records.browse()
    for step in way:
        model = model[step]
        ends = {record_id: record[step].id for record_id, record in ends.items()}
        visible = model.browse(set(ends.values()) - {False})._filtered_access("read")
        by_id = {record.id: record for record in visible}
        ends = {record_id: by_id[end] for record_id, end in ends.items() if end in by_id}
    found = {record_id: record[name] for record_id, record in ends.items()}
    return dict.fromkeys(records.ids, False) | found
