"""Associated records: those that a path leads to, filtered and sorted, for many records at once."""

from odoo.fields import Domain

from .paths import model_at


def associated(records, path, domain=Domain.TRUE, order=None, limit=None):
    """What a path leads to from each record, as the environment's user sees it.

    A query or two per link of the path and one for filter and order, however many records.

    :param path: dotted names of relational fields; the empty path stays with the record itself
    :param order: as of ``search``; without it, the order of the associated model
    :param limit: at most so many for each record
    :return: {record id: records}
    """
    ends = {record.id: record.mapped(path) if path else record for record in records}
    target = records.mapped(path) if path else records
    if target:
        # Also asks which of them the user may see.
        chosen = Domain("id", "in", target.ids) & domain
        rank = {found: place for place, found in enumerate(target._search(chosen, order=order))}
        ends = {record_id: _best(own, rank, limit) for record_id, own in ends.items()}
        shown = [found for own in ends.values() for found in own._ids]
        ends = {record_id: own.with_prefetch(shown) for record_id, own in ends.items()}
    return ends


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


def _best(records, rank, limit):
    ids = sorted((record_id for record_id in records._ids if record_id in rank), key=rank.get)
    return records.browse(ids[:limit])
