"""Criteria: which records match now, and which turned since they were last looked at."""

from odoo.fields import Domain
from odoo.tools import SQL

from .queue import entry


def turned_among(trigger, record_ids):
    """Those of ``record_ids`` that match now and did not before; what is remembered follows."""
    if not record_ids:
        return []
    matching = matching_query(trigger, Domain("id", "in", entry.CANDIDATES))
    among = entry.ids_text(record_ids)
    return entry.turned(trigger.env, trigger.workflow_id.id, bit_of(trigger), matching, among)


def turned_of_all(trigger):
    """The same for all records there are: what time or foreign SQL changed shows up here."""
    matching = matching_query(trigger)
    return entry.turned(trigger.env, trigger.workflow_id.id, bit_of(trigger), matching)


def all_matching(trigger):
    """Ids of all records that match now."""
    return [row[0] for row in trigger.env.execute_query(matching_query(trigger))]


def matching_any(triggers, restriction):
    """Ids of the records that match one of the triggers at least, in one query."""
    queries = entry.union(*(matching_query(trigger, restriction) for trigger in triggers))
    return [row[0] for row in triggers.env.execute_query(queries)]


def matching_query(trigger, restriction=Domain.TRUE):
    """SQL for the ids of the records that match, as the run-as user sees them."""
    model = trigger.workflow_id._run_env()[trigger.model_name]
    query = model._search(trigger._records_domain() & restriction)
    return SQL(
        "SELECT id FROM (%s) AS matching",
        query.select(SQL("%s AS id", SQL.identifier(query.table, "id"))),
    )


def bit_of(trigger):
    """The trigger's place in the members' bit set: its position among the version's criteria."""
    return 1 << triggers_of(trigger.version_id).ids.index(trigger.id)


def triggers_of(version):
    """The triggers of a version that remember who matches, in the order of their bits."""
    return version.trigger_ids.filtered(lambda trigger: trigger._remembers())
