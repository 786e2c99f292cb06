"""Ways: from the record that an event happens to, to the records that it lets enter.

A way is a dotted path of stored many2one and many2many fields, such as
``partner_id.commercial_partner_id``; its last field may name a record of any model, as the
``res_id`` of an activity does, or be an address, which leads to all who have it. The empty way
stays with the record itself.
"""

from odoo.tools import email_normalize

from .words import field_label

#: Longer than this, a list of ways is no choice any more.
MAX_WAYS = 30
LINKS = ("many2one", "many2many")
#: Fields that hold an address, and the one by which records are found.
ADDRESSES = ("email", "email_from", "email_normalized")
ADDRESS = "email_normalized"
#: Who wrote a record says nothing about whom it concerns.
NOBODY = ("create_uid", "write_uid")


def ways(env, model_name, target_name, preferred=(), gone=False):
    """The paths from the records of a model to those of another, the likeliest first.

    :param preferred: paths to offer before the others, where they lead there
    :param gone: of a record that was deleted, only what a single column named is known
    """
    model = env[model_name]
    own = [""] if model_name == target_name else []
    found = [path for path in preferred if leads(env, model_name, path, target_name)]
    found += [*own, *_direct(model, target_name)]
    found += [way for path in _through(model, target_name) for way in _beyond(model, path)]
    found = [way for path in found for way in (path, *_company(model, path, target_name))]
    if gone:
        found = [way for way in found if survives(env, model_name, way)]
    return list(dict.fromkeys(found))[:MAX_WAYS]


def leads(env, model_name, path, target_name):
    """True when a path of stored links leads from a model's records to those of another."""
    model = env[model_name]
    for name in path.split(".") if path else ():
        field = model._fields.get(name) if model is not None else None
        if field is None or not field.store:
            return False
        if name in ADDRESSES:
            return path.endswith(name) and ADDRESS in env[target_name]._fields
        if field.type == "many2one_reference":
            return path.endswith(name)
        if field.type not in LINKS:
            return False
        model = env[field.comodel_name]
    return model._name == target_name


def survives(env, model_name, path):
    """True when the way is known of a record that was deleted: a column names who comes first."""
    return bool(path) and _first(env[model_name], path).type in ("many2one", "many2one_reference")


def way_label(env, model_name, path):
    """A way as people read it."""
    return field_label(env[model_name], path) if path else env._("The record itself")


def watch_way(watches, model_name, path):
    """What capture has to keep of a record that is deleted, so that its way is known."""
    definition = _first(watches.env[model_name], path)
    for name in filter(None, (definition.name, getattr(definition, "model_field", None))):
        watches.field(model_name, name, valued=True)


def reached_sudo(env, model_name, path, target_name, facts):
    """The ids of the records that each fact reaches: [(fact, ids)], in a query or two per link.

    As superuser: who may see which of the two ends is asked where they are searched.
    """
    model_sudo = env[model_name].sudo().with_context(active_test=False)
    ids = [fact.res_id for fact in facts if fact.event != "deleted"]
    subjects = {subject.id: subject for subject in model_sudo.browse(ids).exists()}
    gone = _ends_of_deleted(model_sudo, path, target_name, facts)
    found = [
        (
            fact,
            gone[fact.id]
            if fact.id in gone
            else _ends(subjects.get(fact.res_id, model_sudo), path, target_name),
        )
        for fact in facts
    ]
    return _owners(env[target_name].sudo(), found) if _is_address(path) else found


def _is_address(path):
    return path.rpartition(".")[2] in ADDRESSES


def _owners(model_sudo, found):
    """Who has the addresses that the facts lead to: one query for all."""
    normalized = {text: email_normalize(text) for _fact, texts in found for text in texts}
    wanted = [address for address in normalized.values() if address]
    owners = {}
    for owner in model_sudo.with_context(active_test=False).search([(ADDRESS, "in", wanted)]):
        owners.setdefault(owner[ADDRESS], []).append(owner.id)
    return [
        (fact, [owner for text in texts for owner in owners.get(normalized[text], ())])
        for fact, texts in found
    ]


def _ends(records, path, target_name):
    *links, last = path.split(".") if path else ("id",)
    heads = records.mapped(".".join(links)) if links else records
    definition = heads._fields[last]
    if last in ADDRESSES:
        return [address for address in heads.mapped(last) if address]
    if definition.type == "many2one_reference":
        return [head[last] for head in heads if head[definition.model_field] == target_name]
    return heads.mapped(last).ids if definition.relational else heads.ids


def _ends_of_deleted(model_sudo, path, target_name, facts):
    """The same for records that are gone, from what was captured of them: {fact id: ids}."""
    deleted = [fact for fact in facts if fact.event == "deleted"]
    if not deleted:
        return {}
    first, _dot, rest = path.partition(".")
    definition = model_sudo._fields[first]
    named = {fact.id: _captured(fact, first) for fact in deleted}
    if definition.type == "many2one_reference":
        return {
            fact.id: [named[fact.id]]
            if _captured(fact, definition.model_field) == target_name
            else []
            for fact in deleted
        }
    linked = model_sudo.env[definition.comodel_name].browse({*named.values()} - {False})
    by_id = {record.id: record for record in linked.exists()}
    return {
        fact_id: _ends(by_id[value], rest, target_name) if value in by_id else []
        for fact_id, value in named.items()
    }


def _captured(fact, name):
    return ((fact.changes or {}).get(name) or [False])[0]


def _first(model, path):
    return model._fields[path.split(".")[0]]


def _direct(model, target_name):
    """Single links to the target, those of the usual name first, and what names any record."""
    links = [
        field.name
        for field in model._fields.values()
        if field.store
        and field.type in LINKS
        and field.comodel_name == target_name
        and field.name not in NOBODY
    ]
    references = [
        field.name
        for field in model._fields.values()
        if field.store and field.type == "many2one_reference" and _has_list_of(model, target_name)
    ]
    links.sort(key=lambda name: (name != "partner_id", model._fields[name].type != "many2one"))
    by_address = [] if model._name == target_name else _address(model, target_name)
    return [*references, *links, *by_address]


def _address(model, target_name):
    """The field by whose address the target's records are found; none where either has none."""
    names = [name for name in ADDRESSES if name in model._fields and model._fields[name].store]
    return names[:1] if ADDRESS in model.env[target_name]._fields else []


def _has_list_of(model, target_name):
    """True when the target lists such records itself, as any record lists its activities."""
    fields = model.env[target_name]._fields.values()
    return any(field.type == "one2many" and field.comodel_name == model._name for field in fields)


def _through(model, target_name):
    """Links to another kind of record that workflows know, and onward from there: (link, name)."""
    known = set(model.env["crm.workflow.object"].mapped_model_names()) - {target_name}
    for field in model._fields.values():
        if field.name in NOBODY or field.type != "many2one":
            continue
        if field.store and field.comodel_name in known:
            for name in _direct(model.env[field.comodel_name], target_name):
                yield field.name, name


def _beyond(model, path):
    link, name = path
    target = model.env[model._fields[link].comodel_name]
    return [f"{link}.{name}"] if target._fields[name].type == "many2one" else []


def _company(model, path, target_name):
    """Behind a contact, its company."""
    if "commercial_partner_id" not in model.env[target_name]._fields or not path:
        return []
    last = path.rpartition(".")[2]
    single = last == "partner_id"
    return [f"{path}.commercial_partner_id"] if single else []
