"""Happenings: from captured facts to the records that an event trigger lets enter."""

from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..engine.happening import told
from . import ways
from .describe import accepted_words, describe_domain
from .field_values import may_read
from .queue.entry import Origin
from .words import field_label

#: Facts that come with the creation of a record.
CREATION = {"created", "form_submitted"}


def subjects_of(trigger):
    """Names of the models that the event can happen to and reach the workflow's records from."""
    env, happening = trigger.env, trigger._happening()
    if not all(name in env for name in happening.needs):
        return []
    if happening.model:
        names = [happening.model]
    else:
        others = env["crm.workflow.object"].mapped_model_names()
        names = dict.fromkeys((trigger.model_name, *others))
    return [name for name in names if name in env and _can_be_subject(trigger, happening, name)]


def _can_be_subject(trigger, happening, name):
    known = trigger.env[name]._fields
    if happening.fields and not any(field in known for field in happening.fields):
        return False
    return bool(_ways(trigger, happening, name))


def ways_of(trigger):
    """The ways on which the trigger's event can reach the workflow's records, likeliest first."""
    if not trigger.event or trigger.model_name not in trigger.env:
        return []
    name = trigger._subject_name()
    return _ways(trigger, trigger._happening(), name) if name in trigger.env else []


def _ways(trigger, happening, subject_name):
    target_name = trigger.model_name
    return ways.ways(trigger.env, subject_name, target_name, happening.ways, happening.is_gone)


def watch(trigger, watches):
    """What capture has to look for, so that the event is seen."""
    happening, name = trigger._happening(), trigger._subject_name()
    model_watch, field = watches.of(name), trigger._watched_field()
    model_watch.created |= not CREATION.isdisjoint(happening.facts)
    model_watch.noted.update(happening.facts)
    if field:
        watches.field(name, field, valued=True)
    if happening.is_gone:
        model_watch.deleted = True
        ways.watch_way(watches, name, trigger.event_path)
    if hasattr(trigger, f"_poll_{trigger.event}"):
        watches.polled.add(trigger.event)


def reached(trigger, facts):
    """Who is reached by the event, and what is told of it: {record id: Origin}.

    Where an event reaches somebody twice, the later one is told.
    """
    fitting = [fact for fact in facts.about(trigger._subject_name()) if trigger._fits(fact)]
    found = ways.reached_sudo(
        trigger.env,
        trigger._subject_name(),
        trigger.event_path or "",
        trigger.model_name,
        _refined(trigger, fitting),
    )
    readable = _readable(trigger, [fact for fact, _ids in found])
    return {
        record_id: Origin(fact.cause, _told(trigger, fact, readable), fact.at, fact.transaction)
        for fact, ids in found
        for record_id in ids
    }


def _refined(trigger, facts):
    """The facts whose subject is as the trigger asks, as the run-as user sees it. One query."""
    domain = trigger._subject_domain()
    if not facts or trigger._happening().is_gone or _is_own(trigger) and domain.is_true():
        return facts
    model = trigger.workflow_id._run_env()[trigger._subject_name()]
    chosen = Domain("id", "in", [fact.res_id for fact in facts])
    found = set(model.with_context(active_test=False).search(chosen & domain, order="id").ids)
    return [fact for fact in facts if fact.res_id in found]


def _is_own(trigger):
    """True when it happens to the very records that enter, which are looked at anyway."""
    return not trigger.event_path


def _readable(trigger, facts):
    """Names of those fields with captured values that the run-as user may read.

    Publishing has asked as well; since then, a field may have become one for other people.
    """
    model = trigger.workflow_id._run_env()[trigger._subject_name()]
    names = set().union(*(fact.changes or () for fact in facts))
    return {name for name in names & model._fields.keys() if may_read(model, name)}


def _told(trigger, fact, readable):
    """What stays with the enrollment, as ids and plain values."""
    changes = (fact.changes or {}).items()
    values = {name: change for name, change in changes if change and name in readable}
    return told(trigger.event, fact.res_model, fact.res_id, values)


def describe(trigger):
    """What happens, to what, and who enters, in words."""
    env, name = trigger.env, trigger._subject_name()
    happened = _event_words(trigger)
    if name not in env:
        return happened
    if trigger.event_domain not in (False, "", "[]"):
        refinement = describe_domain(env, name, trigger.event_domain)
        happened = env._(
            "%(happened)s where %(refinement)s", happened=happened, refinement=refinement
        )
    if trigger.event_path:
        way = ways.way_label(env, name, trigger.event_path)
        happened = env._("%(happened)s → %(way)s", happened=happened, way=way)
    return happened


def _event_words(trigger):
    method = getattr(trigger, f"_event_summary_{trigger.event}", None)
    label = dict(trigger._fields["event"]._description_selection(trigger.env)).get(
        trigger.event, ""
    )
    words = method() if method else _with_values(trigger, label)
    if trigger.event_model and trigger.event_model in trigger.env:
        return f"{trigger.env[trigger.event_model]._description}: {words}"
    return words


def _with_values(trigger, label):
    """The name of the event, and the values that count, if not all do."""
    name, field = trigger._subject_name(), trigger.value_to and trigger._watched_field()
    values = field and accepted_words(trigger.env[name], field, trigger.value_to)
    return f"{label}: {values}" if values else label


def problems(trigger):
    """What keeps the trigger from being published, whatever its event."""
    env, name, happening = trigger.env, trigger._subject_name(), trigger._happening()
    if not trigger.event:
        yield env._("Choose what has to happen.")
    elif missing := next((model for model in (name, *happening.needs) if model not in env), None):
        yield env._(
            "“%(event)s” needs an app that is not installed (%(model)s): install it, or choose "
            "something else.",
            event=_event_words(trigger),
            model=missing,
        )
    else:
        yield from _problems_of_subject(trigger, name)


def _problems_of_subject(trigger, name):
    env, path = trigger.env, trigger.event_path or ""
    if not ways.leads(env, name, path, trigger.model_name):
        yield env._(
            "“%(event)s”: choose who enters; “%(way)s” leads from %(model)s to no such record.",
            event=_event_words(trigger),
            way=path,
            model=env[name]._description,
        )
    elif trigger._happening().fields and not trigger._watched_field():
        yield env._(
            "“%(event)s” does not happen to %(model)s: choose another kind of record.",
            event=_event_words(trigger),
            model=env[name]._description,
        )
    elif trigger._happening().is_gone and not ways.survives(env, name, path):
        yield env._(
            "“%s”: choose who enters among the ways that are offered; of a record that is gone, "
            "no other is known.",
            _event_words(trigger),
        )
    yield from _problems_of_rights(trigger, name)


def _problems_of_rights(trigger, name):
    env, watched = trigger.env, trigger._watched_field()
    try:
        model = trigger.workflow_id._run_env()[name]
    except AccessError:
        return  # told of the workflow itself
    told = {
        "event": _event_words(trigger),
        "user": trigger.workflow_id.run_as_id.name,
        "model": env[name]._description,
    }
    if not model.has_access("read"):
        yield env._("“%(event)s”: %(user)s, the run-as user, may not see %(model)s.", **told)
    elif watched and not may_read(model, watched):
        yield env._(
            "“%(event)s”: %(user)s, the run-as user, may not read “%(field)s” of %(model)s: choose "
            "another field or run-as user, or give that user the rights.",
            field=field_label(env[name], watched),
            **told,
        )


def asks(trigger):
    """What the form has to ask for: of what, which field and values, who enters, only when."""
    happening, offered = trigger._happening(), ways_of(trigger)
    yield from happening.asks
    if len(offered) > 1 or offered != [""]:
        yield "way"
    if not happening.is_gone and not _is_own(trigger):
        yield "refinement"
