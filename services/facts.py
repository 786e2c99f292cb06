"""A slice of captured events, and which records of a workflow they reach."""

from dataclasses import dataclass

from odoo.fields import Domain

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


def facts_alike(facts):
    """The facts in lists of those that differ in record, values and author alone."""
    lists = {}
    for fact in facts:
        shape = (fact.workflow_id, fact.res_model, fact.event, frozenset(fact.changes or ()))
        lists.setdefault(shape, []).append(fact)
    return list(lists.values())


def pending_facts(workflow, model_name, record_ids):
    """What is known to have happened to records and still waits to be evaluated for a workflow."""
    rows = events_about(workflow.env, model_name, record_ids, workflow.id)
    return [Fact(**row) for row in rows]


class Facts:
    """The facts of one slice that one workflow is to look at."""

    def __init__(self, env, facts):
        self.env = env
        self._by_model = {}
        for fact in facts:
            self._by_model.setdefault(fact.res_model, []).append(fact)

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
        """
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
                [value for value in fact.changes[route.field] if value]
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


def _has_new_value(fact, names):
    changes = (change for name, change in (fact.changes or {}).items() if name in names)
    return any(change and all(change) for change in changes)


def _deepest(causes):
    """Where the way back is not one to one, the longest chain cuts a loop earliest."""
    return max(causes, key=lambda cause: len(cause or ""), default=None)
