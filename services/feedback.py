"""Feedback: steps whose own effect lets records enter the same workflow again.

Nothing of it is wrong: a chain of causes is cut after one round, see ``engine/causes.py``. Who
publishes is told before records are parked by it.
"""

from .watch import Watches
from .words import field_label


def cautions(version):
    """One sentence for each step of a version that feeds the version's own triggers."""
    steps = version.action_ids.filtered("server_action_id")
    return [text for step in steps.sorted("id") for text in _cautions_of(version, step)]


def _cautions_of(version, step):
    action_sudo = step.sudo().server_action_id
    changed = action_sudo._by_state("changes", set)()
    for model_name, name in sorted(changed & _fields_in(version)):
        yield version.env._(
            "“%(step)s” changes “%(field)s”, by which records enter again: each is parked "
            "after one round.",
            step=step.display_name,
            field=field_label(version.env[model_name], name),
        )
    if action_sudo._by_state("makes", str)() == version.model_name and _takes_new(version):
        yield version.env._(
            "“%(step)s” makes records that may enter as well: those are parked at this step.",
            step=step.display_name,
        )


def _fields_in(version):
    """(model, field) pairs whose change lets records enter that have been through."""
    return {
        (model_name, name)
        for trigger in version.trigger_ids
        if trigger.reenroll
        for model_name, watch in _watched(trigger).items()
        for name in watch.fields | watch.links.keys()
    }


def _takes_new(version):
    """True when records can enter by being created."""
    methods = [
        getattr(trigger, f"_takes_new_{trigger.kind}", None) for trigger in version.trigger_ids
    ]
    return any(method() for method in methods if method)


def _watched(trigger):
    watches = Watches(trigger.env)
    trigger._by_kind("watch")(watches)
    return watches.by_model
