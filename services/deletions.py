"""Deletions: what no workflow deletes, and how much one may delete in a day."""

from psycopg2 import errors

from ..engine.errors import RetryLater
from .value_words import to_local

#: Beginnings of the names of models whose records no action of ours deletes: without them
#: Odoo, or the workflow itself, would not work any more.
SPARED = ("ir.", "base.", "res.users", "res.company", "res.groups", "res.lang", "crm.workflow")


def is_spared(model):
    """True for records that are never deleted: the system's own, and those of no table."""
    return model._name.startswith(SPARED) or not model._auto or model.is_transient()


def within_limit(targets, left):
    """Which records may have theirs deleted: ({record id: targets}, ids of the others).

    In their order, as long as the day's number lasts; a target that two lead to counts once.
    """
    allowed, refused, counted = {}, [], set()
    for record_id, found in targets.items():
        more = set(found._ids) - counted
        if len(counted) + len(more) > left:
            refused.append(record_id)
        else:
            counted |= more
            allowed[record_id] = found
    return allowed, refused


def counter_of(env, key, now):
    """What was deleted today under a key, as superuser; the day is the user's."""
    counters_sudo = env["crm.workflow.deletion"].sudo()
    day = to_local(env, now).date()
    found = counters_sudo.search([("key", "=", key), ("day", "=", day)], limit=1)
    if found:
        return found
    message = env._("Others are deleting at the same moment.")
    try:
        return counters_sudo.create({"key": key, "day": day})
    except errors.UniqueViolation as error:
        # Another worker has just begun to count: its number is seen by the next transaction.
        raise RetryLater(message, 5) from error
