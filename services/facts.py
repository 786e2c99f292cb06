"""A slice of captured events, and which records of a workflow they reach."""

from dataclasses import dataclass
from functools import cached_property

from odoo.fields import Domain

from . import merges
from .queue.events import events_about


@dataclass(frozen=True, slots=True)
class Fact:
    """One captured event; ``changes`` is {field: [old, new] or None}.

    By a silent one nobody enters; members remember how the records are.
    """

    id: int
    res_model: str
    res_id: int
    event: str
    changes: dict | None
    user_id: int | None
    cause: str | None
    at: object
    workflow_id: int | None
    silent: bool | None = False
    #: in which it happened, see :mod:`..engine.snapshot`
    transaction: str | None = None


def pending_facts(workflow, model_name, record_ids):
    """What is known to have happened to records and still waits to be evaluated for a workflow."""
    rows = events_about(workflow.env, model_name, record_ids, workflow.id)
    return [Fact(**row) for row in rows]


class Slice:
    """Facts that were taken together, for the workflows that watch them.

    Many workflows watch the same: what one looks up serves all others that are concerned alike.
    """

    def __init__(self, env, rows):
        self.env = env
        self.facts = [Fact(**row) for row in rows]
        #: lists of those that differ in record, values and author alone
        self._alike = list(_facts_alike(self.facts).values())
        self._concerning = {}

    def concerning(self, workflow):
        """The :class:`Facts` that a workflow watches."""
        watched = self.env["crm.workflow"]._watches().by_workflow.get(workflow.id, {})
        places = tuple(
            place
            for place, alike in enumerate(self._alike)
            if _concerns(watched, workflow, alike[0])
        )
        if places not in self._concerning:
            own = [fact for place in places for fact in self._alike[place]]
            own.sort(key=lambda fact: fact.id)
            self._concerning[places] = Facts(self.env, own)
        return self._concerning[places]


class Facts:
    """The facts of one slice that a workflow is to look at, oldest first.

    Several workflows may look at the same ones: what is returned is to be left as it is.
    """

    def __init__(self, env, facts):
        self.env = env
        self.all = list(facts)
        self._by_model = {}
        self._reached = {}
        for fact in self.all:
            self._by_model.setdefault(fact.res_model, []).append(fact)

    def __bool__(self):
        return bool(self.all)

    @cached_property
    def parts(self):
        """[(facts, whether records enter by them)], in the order in which they are looked at."""
        loud = [fact for fact in self.all if not fact.silent]
        silent = [fact for fact in self.all if fact.silent]
        parts = [*merges.parts(loud), (silent, False)]
        return [
            (self if len(facts) == len(self.all) else Facts(self.env, facts), may_enter)
            for facts, may_enter in parts
            if facts
        ]

    def about(self, model_name):
        """Facts about the records of a model."""
        return self._by_model.get(model_name, [])

    def with_new_values(self, routes):
        """The facts that tell of one value becoming another, on the field of one of the routes."""
        names = {}
        for route in routes:
            names.setdefault(route.model, set()).add(route.field)
        return Facts(
            self.env,
            [
                fact
                for model_name in names
                for fact in self.about(model_name)
                if fact.event == "changed" and _has_new_value(fact, names[model_name])
            ],
        )

    def reached(self, model_name, routes):
        """Records whose matching may have changed: {record id: cause chain as text}.

        One search per route that leads through an association, however many facts there are.

        :param routes: a set of :class:`~.watch.Route`
        """
        key = model_name, frozenset(routes)
        if key not in self._reached:
            self._reached[key] = self._find_reached(model_name, routes)
        return self._reached[key]

    def _find_reached(self, model_name, routes):
        whole = ("created", "merged")
        causes = {fact.res_id: fact.cause for fact in self.about(model_name) if fact.event in whole}
        for route in routes:
            touched = self._touched(route)
            owners = self._owners(model_name, route.path, touched.keys())
            if route.path:
                causes.update(dict.fromkeys(owners, _deepest(touched.values())))
            else:
                causes.update((record_id, touched[record_id]) for record_id in owners)
        return causes

    def matching(self, trigger, origins):
        """Those of {record id: Origin} that match the trigger's condition now, archived or not:
        losing a deal, to name one, archives it.
        """
        if not origins:
            return {}
        model = trigger.workflow_id._run_env()[trigger.model_name]
        found = model._search(
            Domain("id", "in", list(origins)) & trigger._records_domain(),
            active_test=False,
            order="id",
        )
        return {record_id: origins[record_id] for record_id in found}

    def _touched(self, route):
        """Ids at the end of the route's path that changed: {id: cause}."""
        touched = {}
        for fact in self.about(route.model):
            if route.field not in (fact.changes or ()):
                continue
            ids = (
                [value for value in fact.changes[route.field] or () if value]
                if route.by_value
                else [fact.res_id]
            )
            touched.update(dict.fromkeys(ids, fact.cause))
        return touched

    def _owners(self, model_name, path, ids):
        if not path or not ids:
            return list(ids)
        model = self.env[model_name].sudo().with_context(active_test=False)
        return model.search(Domain(path, "in", list(ids)), order="id").ids


def _facts_alike(facts):
    """Facts by what workflows choose them by."""
    lists = {}
    for fact in facts:
        shape = (fact.workflow_id, fact.res_model, fact.event, frozenset(fact.changes or ()))
        lists.setdefault(shape, []).append(fact)
    return lists


def _concerns(watched, workflow, fact):
    watch = watched.get(fact.res_model)
    return bool(watch and fact.workflow_id in (None, workflow.id) and watch.concerns(fact))


def _has_new_value(fact, names):
    changes = (change for name, change in (fact.changes or {}).items() if name in names)
    return any(change and all(change) for change in changes)


def _deepest(causes):
    """Where the way back is not one to one, the longest chain cuts a loop earliest."""
    return max(causes, key=lambda cause: len(cause or ""), default=None)
