"""Assignments: what lines of "this field gets that value" make of records, for all at once."""

from odoo.fields import Command


def new_values(lines_sudo, values, targets):
    """What each target gets: {target id: values to write}.

    A target that several records lead to gets what each of them says, in their order: the last
    one wins, and what is added to the value adds up.

    :param values: the :class:`~.values.Values` of the records
    :param targets: {record id: records to change}, all of one model
    """
    given = _given(lines_sudo, values)
    found = {}
    for record in values.records:
        for target in targets[record.id]:
            own = found.setdefault(target.id, {})
            _fill(own, given, record.id, lambda name, target=target: _held(target, name))
    return found


def values_for_copies(lines_sudo, values, targets):
    """What is different in a copy: {(record id, target id): values}; one copy for each pair."""
    given = _given(lines_sudo, values)
    found = {}
    for record in values.records:
        for target in targets[record.id]:
            own = found[record.id, target.id] = {}
            _fill(own, given, record.id, lambda name, target=target: _copied(target, name))
    return found


def values_for_creation(lines_sudo, values, model):
    """The values of a new record for each: {record id: values}."""
    given = _given(lines_sudo, values)
    found = {record.id: {} for record in values.records}
    for record_id, own in found.items():
        _fill(own, given, record_id, lambda name: [] if _is_list(model, name) else False)
    return found


def by_value(values_by_key):
    """Equal values together: [(values, keys)]."""
    groups = {}
    for key, vals in values_by_key.items():
        groups.setdefault(repr(vals), (vals, []))[1].append(key)
    return list(groups.values())


def write_each(model, values_by_id):
    """One ``write`` for each distinct set of values."""
    for vals, ids in by_value(values_by_id):
        model.browse(ids).with_prefetch(list(values_by_id)).write(vals)


def links(ids, command=Command.link):
    """The commands that add records to a list, or take them out."""
    return [command(record_id) for record_id in ids]


def _given(lines_sudo, values):
    return [(line, line._given(values)) for line in lines_sudo]


def _fill(own, given, record_id, before):
    """Do line by line what the lines say, each with what the one before has left.

    :param before: function that says what a field holds, by its name
    """
    for line, by_record in given:
        name = line.field_name
        held = own[name] if name in own else before(name)
        own[name] = line._joined(held, by_record[record_id])


def _is_list(model, name):
    return model._fields[name].type == "many2many"


def _held(target, name):
    """What a field holds; of a list, what has to be done with it so far: nothing."""
    return [] if _is_list(target, name) else target[name]


def _copied(target, name):
    return [Command.set(target[name].ids)] if _is_list(target, name) else target[name]
