"""Associated records: where a path of links leads from each record of a batch.

As the user of the records sees them: what that user may not see is not there, and archived records
are left out, as a list leaves them out. The empty path stays with the record itself.
"""

from .paths import model_at
from .ways import NOBODY
from .words import field_label

LINKS = ("many2one", "one2many", "many2many")
#: Behind a contact, its company.
COMPANY = "commercial_partner_id"


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


def end_model(model, path):
    """The model of the records that a path leads to; None when it leads to none."""
    end = model_at(model, path) if path else model
    links = path.split(".") if path else ()
    return end if "id" not in links else None


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
