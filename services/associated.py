"""Associated records: where a path of links leads from each record, for many records at once.

As the environment's user sees them: what that user may not see is not there, and archived records
are left out, as a list leaves them out. The empty path stays with the record itself.
"""

from odoo.fields import Domain

from .paths import model_at
from .ways import NOBODY
from .words import field_label

LINKS = ("many2one", "one2many", "many2many")
#: Behind a contact, its company.
COMPANY = "commercial_partner_id"


def associated(records, path, domain=Domain.TRUE, order=None, limit=None):
    """The records at the end of a path, filtered and sorted.

    A query or two per link of the path and one for filter and order, however many records.

    :param path: dotted names of relational fields; the empty path stays with the record itself
    :param order: as of ``search``; without it, the order of the associated model
    :param limit: at most so many for each record
    :return: {record id: records}
    """
    found = ends(records, path)
    target = together(records.env[target_of(records.env, records._name, path)], found)
    if target:
        # Also asks which of them the user may see.
        chosen = Domain("id", "in", target.ids) & domain
        rank = {one: place for place, one in enumerate(target._search(chosen, order=order))}
        found = {record_id: _best(own, rank, limit) for record_id, own in found.items()}
        shown = [one for own in found.values() for one in own._ids]
        found = {record_id: own.with_prefetch(shown) for record_id, own in found.items()}
    return found


def target_of(env, model_name, path):
    """The name of the model that a path leads to, or False where it leads to no records."""
    if not path or model_name not in env:
        return model_name or False
    target = model_at(env[model_name], path)
    return target._name if target is not None else False


def problem_of_path(env, model_name, path):
    """What is wrong with a path to associated records, as a text; empty when nothing is."""
    if target_of(env, model_name, path):
        return ""
    return env._("“%s” leads to no other records; choose the way there", path)


def ends(records, path):
    """The records at the end of a path: {record id: recordset}, in a query or two per link."""
    found = {record.id: record for record in records}
    model = records
    for name in path.split(".") if path else ():
        found = _follow(model, name, found)
        model = model.env[model._fields[name].comodel_name]
    return found


def together(model, found):
    """All records that :func:`ends` found, each once, so that they are read at once."""
    return model.browse(sorted({one for records in found.values() for one in records.ids}))


def choices(env, model_name):
    """What a form offers: the record itself, and the associated records that workflows know.

    As the widget takes it: [{label, choices: [{value, label}]}].
    """
    if model_name not in env:
        return []
    own = [{"value": "", "label": env._("The record itself")}]
    others = [
        {"value": path, "label": field_label(env[model_name], path)}
        for path in _paths(env[model_name])
    ]
    return [
        {"label": "", "choices": own},
        {"label": env._("Associated records"), "choices": others},
    ]


def label(env, model_name, path):
    """Who is meant by a path, as people read it; empty for the record itself."""
    return field_label(env[model_name], path) if path and model_name in env else ""


def _best(records, rank, limit):
    ids = sorted((record_id for record_id in records._ids if record_id in rank), key=rank.get)
    return records.browse(ids[:limit])


def _follow(model, name, found):
    """One link further."""
    heads = together(model, found)
    linked = {head.id: head[name].ids for head in heads}
    target = model.env[model._fields[name].comodel_name]
    seen = target.browse(sorted({one for ids in linked.values() for one in ids}))
    visible = set(seen._filtered_access("read").ids)
    return {
        record_id: target.browse(
            dict.fromkeys(one for head in records.ids for one in linked[head] if one in visible)
        )
        for record_id, records in found.items()
    }


def _paths(model):
    """Links to records that workflows know, by their label; those to one record come first."""
    known = set(model.env["crm.workflow.object"].mapped_model_names())
    names = [
        field.name
        for field in model._fields.values()
        if field.store
        and field.type in LINKS
        and field.comodel_name in known
        and field.name not in NOBODY
        and model._has_field_access(field, "read")
    ]
    names.sort(key=lambda name: (model._fields[name].type != "many2one", field_label(model, name)))
    return [path for name in names for path in (name, *_company(model, name))]


def _company(model, name):
    field = model._fields[name]
    target = model.env[field.comodel_name]
    beyond = field.type == "many2one" and name != COMPANY and COMPANY in target._fields
    return [f"{name}.{COMPANY}"] if beyond else []
