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
