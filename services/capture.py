"""Capture: what changed, noted in the transaction that changed it.

Called by the overrides in ``models/base.py``. Facts are gathered per transaction and
inserted by one statement just before the commit (or a savepoint), so a save costs one
dictionary look-up where nobody watches, and one INSERT where somebody does.
"""

import functools
import logging
from contextlib import contextmanager

import psycopg2

from ..engine.causes import last_workflow_id
from .captured import change_of, column_change, ids_of, value_of
from .queue.events import add_events, column_values
from .silence import is_silent
from .wake import crons_to_wake
from .web_form import from_website_form

_logger = logging.getLogger(__name__)

_BUFFER = "crm_workflow.facts"
_AUTHOR = "crm_workflow.author"
_VALUES = "crm_workflow.values"
_ONE_FACT = ("created", "changed", "deleted")


def _harmless(note):
    """A save never fails because of a workflow: what goes wrong in here is logged and forgotten."""

    @functools.wraps(note)
    def noting(*args):
        try:
            return note(*args)
        except psycopg2.Error:
            # The transaction is lost already, or to be tried again; Odoo knows what to do.
            raise
        except Exception:
            _logger.exception("Changes were not captured for workflows")
            return {}

    return noting


def watch_of(records):
    """The :class:`~.watch.ModelWatch` of the records' model, or None when nobody watches."""
    if not records.env.registry.ready:
        return None
    return records.env["crm.workflow"]._watches().by_model.get(records._name)


def as_author(cr, user_id, cause):
    """From now on, changes in this transaction are the effect of a step.

    Forgotten by a rollback, even to a savepoint: set it inside the savepoint.

    :param user_id: who the events are attributed to
    :param cause: the chain of steps, as text
    """
    cr.cache[_AUTHOR] = (user_id, cause)


def end_author(cr):
    """Changes are people's again."""
    cr.cache.pop(_AUTHOR, None)
    cr.cache.pop(_VALUES, None)


def acting_cause(cr):
    """The chain of the running step as text, or None: what it causes follows from it."""
    _user_id, cause = cr.cache.get(_AUTHOR) or (None, None)
    return cause


def acting_step(cr):
    """True while a step is running in this transaction."""
    return _AUTHOR in cr.cache


def acting_workflow_id(cr):
    """The id of the workflow whose step is running in this transaction, None while none is."""
    _user_id, cause = cr.cache.get(_AUTHOR) or (None, None)
    return last_workflow_id(cause)


def tell(cr, values):
    """What the running step may read: the :class:`~.values.Values` of its batch."""
    cr.cache[_VALUES] = values


@contextmanager
def told_nothing(cr):
    """Within, what is done is no part of the running step, even if that is its cause."""
    values = cr.cache.pop(_VALUES, None)
    try:
        yield
    finally:
        if values is not None:
            cr.cache[_VALUES] = values


def acting_values(cr):
    """The values of the running step's batch, or None when no step is running."""
    return cr.cache.get(_VALUES)


@_harmless
def created(records, watch):
    """Note the creation of ``records``, with the values of the fields whose values count."""
    records_sudo = records.sudo()
    for record in records_sudo if watch.created else ():
        values = {name: change_of(False, value_of(record, name)) for name in watch.valued}
        linked = {name: ids_of(record, name) for name in _own_links(records, watch)}
        values |= {name: change_of([], ids) for name, ids in linked.items() if ids != []}
        _note(records.env, records._name, record.id, "created", values)
    if "form_submitted" in watch.noted and from_website_form(records._name):
        note(records, "form_submitted")
    _note_foreign(records_sudo, watch)


@_harmless
def deleted(records, watch):
    """Note that ``records`` are about to be deleted."""
    records_sudo = records.sudo()
    for record in records_sudo:
        values = {name: change_of(value_of(record, name), False) for name in watch.valued}
        _note(records.env, records._name, record.id, "deleted", values)
    _note_foreign(records_sudo, watch)


@_harmless
def updating(records, vals_list, watch):
    """Note the watched columns about to be written, with old and new values where they count."""
    names = watch.fields.intersection(*([vals_list[0]] if _uniform(vals_list) else [watch.fields]))
    if not names:
        return
    valued = watch.valued & names
    old = column_values(records, valued) if valued else {}
    for record_id, vals in zip(records._ids, vals_list, strict=True):
        changes = {name: None for name in names if name in vals and name not in valued}
        for name in valued & vals.keys():
            change = column_change(records, name, old[record_id][name], vals[name])
            if change:
                changes[name] = change
        if changes:
            _note(records.env, records._name, record_id, "changed", changes)


@_harmless
def links_before(records, names, watch):
    """The ids behind the watched many2many fields among ``names``, to compare afterwards."""
    return {
        name: {record.id: ids_of(record, name) for record in records.sudo()}
        for name in watch.links.keys() & names
    }


@_harmless
def links_after(records, before, watch):
    """Note which of the many2many fields changed since :func:`links_before`."""
    for name, ids_by_record in before.items():
        model_name, field = watch.links[name]
        for record in records.sudo():
            old, new = ids_by_record[record.id], ids_of(record, name)
            change = change_of(old, new)
            if change and set(old) == set(new):
                continue
            if (model_name, field) == (records._name, name):
                _note(records.env, model_name, record.id, "changed", {field: change})
            else:
                for target_id in set(old or ()) ^ set(new or ()):
                    _note(records.env, model_name, target_id, "changed", {field: None})


def note(records, event, changes=None):
    """Note something of one's own that happened to records, for a trigger that waits for it.

    The cause chain of the running step, if any, goes with it, so that loops are cut.

    :param event: the value that a trigger's ``event`` has
    :param changes: {field: [old, new]}, values as JSON knows them
    """
    for record in records:
        _note(records.env, records._name, record.id, event, changes or {})


def _note(env, model_name, record_id, event, changes):
    """Add a fact to the transaction's buffer; a second change of a record joins the first."""
    data = env.cr.precommit.data
    if _BUFFER not in data:
        data[_BUFFER] = {}
        env.cr.precommit.add(lambda: write_facts(env))
    facts = data[_BUFFER]
    # Creation, changes and deletion of a record are one fact; other events stand by themselves,
    # and so does what happens in silence.
    key = (model_name, record_id, "" if event in _ONE_FACT else event, is_silent())
    known = facts.get(key)
    if known is None or event == "deleted":
        facts[key] = (event, dict(changes))
        return
    for name, change in changes.items():
        earlier = known[1].get(name)
        known[1][name] = [earlier[0], change[1]] if earlier and change else change


@_harmless
def write_facts(env):
    """Insert what the transaction has noted so far; what follows is noted anew."""
    facts = env.cr.precommit.data.pop(_BUFFER, None)
    if facts:
        user_id, cause = env.cr.cache.get(_AUTHOR) or (env.uid, None)
        cron_ids = crons_to_wake(env, "crm_workflow.ir_cron_enroll")
        add_events(env, facts, user_id, cause, cron_ids)


def _own_links(records, watch):
    return [name for name, target in watch.links.items() if target == (records._name, name)]


def _foreign_links(records, watch):
    return [
        (name, target) for name, target in watch.links.items() if target != (records._name, name)
    ]


def _note_foreign(records, watch):
    """Note on whom the records link to that the link is new, or ends."""
    for name, (model_name, field) in _foreign_links(records, watch):
        for record in records:
            for target_id in ids_of(record, name) or ():
                _note(records.env, model_name, target_id, "changed", {field: None})


def _uniform(vals_list):
    """True for the common case of one write on many records."""
    first = vals_list[0]
    return all(vals.keys() == first.keys() for vals in vals_list)
