"""Sight: who is told what workflows know about a record.

Workflows act with the rights of their run-as user, and what they note may say what others may not
see: a name in an error, the subject of an e-mail, a question. Such a text is kept in a field for
administrators, and shown by a computed one: to those who may see the record that it is about. Once
that is gone, managers are told.

A name is often read as superuser, as Odoo does for links. So what counts here is who the user is,
and not whether rights are asked for; the engine reads what is kept.
"""

import re

from odoo.fields import Domain

#: What a computed field depends on that differs from reader to reader.
READER = ("uid", "allowed_company_ids", "lang")
#: They are told what is known of records that are gone.
MANAGERS = "crm_workflow.group_manager"
#: How texts are searched; the opposites follow from these.
SEARCHABLE = ("in", "ilike", "like", "=ilike", "=like")


def visible(env, places):
    """Which records the user may see; two queries for each model.

    :param places: pairs of a model's name and an id
    :return: {place: record}, and the places whose record is gone
    """
    reader, by_model = env(su=False), {}
    for name, record_id in places:
        by_model.setdefault(name, set()).add(record_id)
    seen, gone = {}, set()
    for name, ids in by_model.items():
        known = reader[name].browse(ids).exists() if name in reader else ()
        gone |= {(name, record_id) for record_id in ids.difference(one.id for one in known)}
        if known:
            seen |= {(name, one.id): one for one in known._filtered_access("read")}
    return seen, gone


def places_of(rows):
    """What each row is about: {id of the row: (model name, id)}."""
    return {row.id: (row.res_model, row.res_id) for row in rows.sudo()}


def told_ids(rows):
    """Ids of those rows whose texts the user is told."""
    places = places_of(rows)
    seen, gone = visible(rows.env, places.values())
    known = seen.keys() | (gone if rows.env.user.has_group(MANAGERS) else set())
    return {row_id for row_id, place in places.items() if place in known}


def shown(env, text, is_told):
    """The text, or what stands in its place for those who are not told."""
    return text if is_told or not text else env._("(for those who may see the record)")


def search(model, name, operator, value, about=None, labels=None):
    """Rows by a text as the user reads it: what a field's search gives.

    What is kept is found as far as the user is told it; what everybody is told, by everybody.

    :param about: the domain of the rows whose record the user may see, where it is not their own
    :param labels: words for what is kept as a code: {code: words}
    """
    if operator not in SEARCHABLE:
        return NotImplemented
    labels = labels or {}
    kept = Domain(name, operator, value) & Domain(name, "not in", [*labels, False])
    open_to_all = [code for code, words in labels.items() if _says(words, operator, value)]
    if operator == "in" and not all(value):
        open_to_all.append(False)
    return _kept(model, kept) & (about or about_visible(model.env)) | _kept(
        model, Domain(name, "in", open_to_all)
    )


def _kept(model, domain):
    """Rows by what administrators alone may read."""
    return Domain("id", "in", model.sudo()._search(domain))


def _says(words, operator, value):
    """True when a text is found: as Odoo's database would tell."""
    if operator == "in":
        return words in value
    pattern = value if operator.startswith("=") else f"%{value}%"
    wild = {"%": ".*", "_": "."}
    regex = "".join(wild.get(letter, re.escape(letter)) for letter in pattern)
    flags = re.IGNORECASE if operator.endswith("ilike") else re.NOFLAG
    return re.fullmatch(regex, words, flags | re.DOTALL) is not None


def about_visible(env):
    """The domain of the rows that are about a record that the user may see."""
    reader = env(su=False)
    return Domain.OR(
        Domain("res_model", "=", name)
        & Domain("res_id", "in", reader[name].with_context(active_test=False)._search([]))
        for name in reader["crm.workflow"]._visited_models()
        if reader[name].has_access("read")
    )
