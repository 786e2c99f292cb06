"""What capture must look for: the paths of live triggers, exits and waits, turned round.

A condition on ``partner_id.country_id.code`` of a deal is touched by three kinds of
change: the deal gets another contact, a contact another country, a country another
code. Each is a :class:`Route` from a changed field back to the workflow's records.
"""

from dataclasses import dataclass, field

import psycopg2

from odoo.fields import Domain

from . import exits, waking
from .domain_forms import form_of
from .faults import missing_app

MAX_DEPENDENCIES = 4


@dataclass(frozen=True, slots=True)
class Route:
    """How a change of ``model.field`` reaches the records of a workflow.

    ``path`` leads from them to the changed records; empty when they are the same. When
    ``by_value``, the field is the inverse of a one2many, so its old and new values name the
    records at the end of ``path``: the only trace that a removed child leaves.
    """

    model: str
    field: str
    path: str = ""
    by_value: bool = False

    @property
    def full_path(self):
        """The path from the workflow's records to the field's values; none when ``by_value``."""
        return None if self.by_value else _join(self.path, self.field)


@dataclass
class ModelWatch:
    """What is captured of one model. ``fields`` and ``valued`` are names of stored fields."""

    fields: set[str] = field(default_factory=set)
    valued: set[str] = field(default_factory=set)
    #: many2many field: (model, field) whose records its change is reported on
    links: dict[str, tuple[str, str]] = field(default_factory=dict)
    created: bool = False
    deleted: bool = False
    #: names of the facts that some event is made of
    noted: set[str] = field(default_factory=set)

    def concerns(self, fact):
        """True when a fact about this model is one of those watched."""
        if fact.event in ("created", "deleted") and getattr(self, fact.event):
            return True
        return not fact.changes or not self.reported.isdisjoint(fact.changes)

    @property
    def reported(self):
        """Names of the fields under which changes are reported."""
        return self.fields | {field for _model, field in self.links.values()}

    def __or__(self, other):
        return ModelWatch(
            self.fields | other.fields,
            self.valued | other.valued,
            self.links | other.links,
            self.created or other.created,
            self.deleted or other.deleted,
            self.noted | other.noted,
        )


@dataclass(frozen=True)
class LiveWatches:
    """What all workflows watch that are on, paused, or off with records inside that something may
    let leave or go on.

    ``broken`` says of workflows why they cannot watch. ``exits`` and ``steps`` are the ids of the
    ways out, and of the steps that wait for facts, that count, by workflow.
    """

    by_model: dict[str, ModelWatch]
    by_workflow: dict[int, dict[str, ModelWatch]]
    broken: dict[int, str]
    exits: dict[int, list[int]]
    steps: dict[int, list[int]]
    #: the events that are looked for at each tick, see services/polls.py
    polled: frozenset[str] = frozenset()


def live_watches(env):
    """The :class:`LiveWatches` of the database. A workflow that cannot be read harms no other."""
    ways, steps = exits.ways_in_use(env), waking.steps_in_use(env)
    alive = Domain("state", "in", ("on", "paused")) | Domain("id", "in", [*ways, *steps])
    workflows = env["crm.workflow"].sudo().search(alive)
    by_model, by_workflow, broken, polled = {}, {}, {}, set()
    for workflow in workflows:
        try:
            watches = watches_of(workflow, ways.get(workflow.id, ()), steps.get(workflow.id, ()))
        except psycopg2.Error:
            # The transaction is lost; nothing more can be asked in it.
            raise
        except Exception as error:  # whatever else is wrong, saving records must go on
            broken[workflow.id] = str(error)
            continue
        by_workflow[workflow.id] = watches.by_model
        polled |= watches.polled
        for name, watch in watches.by_model.items():
            by_model[name] = by_model[name] | watch if name in by_model else watch
    return LiveWatches(by_model, by_workflow, broken, ways, steps, frozenset(polled))


def watches_of(workflow, exit_ids=(), step_ids=()):
    """The :class:`Watches` of one workflow: its live triggers, while it lets anybody in, its exits,
    and its steps that wait for facts.

    :param exit_ids: the exits that count, of whatever version
    :param step_ids: the steps that count, in the same way
    """
    watches = Watches(workflow.env)
    if workflow.model_name not in workflow.env:
        raise missing_app(workflow.env, workflow.model_name)
    watches.of(workflow.model_name).deleted = True
    for trigger in workflow.live_version_id.trigger_ids if workflow.state != "off" else ():
        trigger._by_kind("watch")(watches)
    for way in workflow.env["crm.workflow.exit"].browse(exit_ids):
        way._by_kind("watch")(watches)
    for step in workflow.env["crm.workflow.action"].browse(step_ids):
        step._by_kind("watch")(watches)
    return watches


class Watches:
    """What to capture, by model name; filled by the trigger kinds."""

    def __init__(self, env):
        self.env = env
        self.by_model = {}
        #: events that leave no fact, so that somebody has to look for them
        self.polled = set()

    def of(self, model_name):
        """The :class:`ModelWatch` of a model, created on first use."""
        return self.by_model.setdefault(model_name, ModelWatch())

    def records(self, model_name):
        """Creation and deletion of the workflow's own records."""
        watch = self.of(model_name)
        watch.created = watch.deleted = True

    def field(self, model_name, name, valued=False):
        """Changes of a stored field; with old and new value when ``valued``."""
        watch, definition = self.of(model_name), self.env[model_name]._fields[name]
        if definition.type == "many2many":
            self._link(model_name, definition)
            return
        watch.fields.add(name)
        if valued:
            watch.valued.add(name)

    def route(self, route):
        """What a :class:`Route` needs to be noticed."""
        self.field(route.model, route.field, route.by_value)
        if route.by_value:
            self.records(route.model)

    def _link(self, model_name, definition):
        """A many2many changes from either side, and when the other side is deleted."""
        self.of(model_name).links[definition.name] = (model_name, definition.name)
        for inverse in self.env.registry.field_inverses[definition]:
            other = self.of(inverse.model_name)
            other.links[inverse.name] = (model_name, definition.name)
            other.deleted = True


def routes_of_domain(model, domain):
    """Every :class:`Route` by which a change can alter whether ``domain`` holds for ``model``.

    :param model: an empty recordset; :param domain: a validated domain
    :rtype: frozenset
    """
    routes = set()
    if "active" in model._fields:
        routes.add(Route(model._name, "active"))
    _add_domain(model, Domain(domain), "", routes)
    return frozenset(routes)


def routes_of_path(model, path):
    """Every :class:`Route` by which a change can alter the value at the end of a path.

    :param model: an empty recordset
    :rtype: frozenset
    """
    routes = set()
    _add_path(model, path, "", routes)
    return frozenset(routes)


def _add_domain(model, domain, prefix, routes):
    for term in domain:
        form = form_of(term)
        if form:
            _add_form(model, form, prefix, routes)
        elif not isinstance(term, str) and isinstance(term[0], str):
            path, operator, value = term
            target = _add_path(model, path, prefix, routes)
            if target is not None and operator in ("any", "not any"):
                _add_domain(target, value, _join(prefix, path), routes)


def _add_form(model, form, prefix, routes):
    """A count, or a comparison of two fields."""
    for path in form.paths:
        target = _add_path(model, path, prefix, routes)
        if target is not None and form.domain is not None:
            _add_domain(target, form.domain, _join(prefix, path), routes)


def _add_path(model, path, prefix, routes, depth=0):
    """Routes of a dotted path; returns the model it ends in, or None when it ends in a value."""
    for name in path.split("."):
        definition = model._fields.get(name) if model is not None else None
        if definition is None:
            return None
        _add_field(model, definition, prefix, routes, depth)
        prefix, owner = _join(prefix, name), model
        model = model.env[definition.comodel_name] if definition.relational else None
        if model is not None and definition.type != "many2one":
            _add_members(owner, definition, prefix, routes)
    return model


def _add_members(owner, definition, prefix, routes):
    """What decides which associated records count: the archive, and the field's own domain."""
    model = owner.env[definition.comodel_name]
    if "active" in model._fields:
        routes.add(Route(model._name, "active", prefix))
    _add_domain(model, definition.get_comodel_domain(owner), prefix, routes)


def _add_field(model, definition, prefix, routes, depth):
    if definition.type == "one2many" and definition.store is not None and definition.inverse_name:
        comodel = model.env[definition.comodel_name]
        if comodel._fields[definition.inverse_name].store:
            routes.add(Route(comodel._name, definition.inverse_name, prefix, by_value=True))
    elif definition.store and definition.name != "id":
        routes.add(Route(model._name, definition.name, prefix))
    elif depth < MAX_DEPENDENCIES:
        for dependency in model.pool.field_depends.get(definition, ()):
            _add_path(model, dependency, prefix, routes, depth + 1)


def _join(prefix, path):
    return f"{prefix}.{path}" if prefix else path
