"""A document to rows. All or nothing: a fault is told with its line, and nothing is created."""

import json
from contextlib import contextmanager, suppress

import psycopg2

from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.fields import Command

from ..engine.document import Record, Reference
from ..engine.document_from_xml import document_from_xml
from ..engine.domain_text import domain_from_text
from ..engine.errors import DocumentError
from .exporter import (
    EXIT_FIELDS,
    LIST_FIELDS,
    PATH_FIELDS,
    SERVER_ACTION_FIELDS,
    STEP_FIELDS,
    TRIGGER_FIELDS,
    WORKFLOW_FIELDS,
)
from .texts import translated


def create_workflow(env, text):
    """See ``crm.workflow.import_xml``."""
    try:
        document = document_from_xml(text)
    except DocumentError as error:
        reason = translated(env, error)
        raise ValidationError(env._("The document cannot be read. %s", reason)) from error
    with env.cr.savepoint():
        with _located(env, document):
            vals = _Values(env).of("crm.workflow", document.fields, WORKFLOW_FIELDS)
            _check_complete(env, vals)
            workflow = env["crm.workflow"].create(vals)
        fill_version(workflow.draft_version_id, document)
    return workflow


def _check_complete(env, vals):
    for name in ("name", "object_id"):
        if not vals.get(name):
            raise UserError(env._("the workflow lacks the field “%s”", name))


def fill_version(version, document):
    """Create the triggers, steps and exits of a document in an empty draft."""
    env, values = version.env, _Values(version.env, version.model_name)
    for field in document.settings:
        with _located(env, field):
            names = version._settings_fields()
            version.write(values.of("crm.workflow.version", [field], names))
    for model_name, nodes, names in (
        ("crm.workflow.trigger", document.triggers, TRIGGER_FIELDS),
        ("crm.workflow.exit", document.exits, EXIT_FIELDS),
    ):
        for sequence, node in enumerate(nodes, 1):
            with _located(env, node):
                _create_kind(env, model_name, node, names, values, version, sequence)
    _create_lane(version, document.steps, False, values)


def _create_lane(version, nodes, path_id, values):
    for sequence, node in enumerate(nodes, 1):
        with _located(version.env, node):
            step = _create_kind(
                version.env,
                "crm.workflow.action",
                node,
                STEP_FIELDS,
                values,
                version,
                sequence,
                path_id=path_id,
            )
            _create_paths(step, node, values)
        for path_node in node.paths:
            path = step.path_ids.filtered(lambda path, key=path_node.key: path.key == key)
            own = _Values(version.env, path.lane_model_name)
            _create_lane(version, path_node.steps, path.id, own)


def _create_kind(env, model_name, node, names, values, version, sequence, **more):
    model = env[model_name]
    if node.kind not in model._fields["kind"].get_values(env):
        raise UserError(
            env._("the kind “%s” is not known; install the add-on that brings it", node.kind)
        )
    blank = model.new({"kind": node.kind})
    allowed = (*names, *blank._by_kind("document_fields")())
    vals = values.of(model_name, node.fields, allowed)
    vals |= {
        "kind": node.kind,
        "key": node.key,
        "version_id": version.id,
        "sequence": sequence,
        **more,
    }
    return model.create(vals)


def _create_paths(step, node, values):
    """The document's paths replace those that a new step brings."""
    roles = set(step.path_ids.mapped("role"))
    if node.paths:
        step.path_ids.unlink()
    for sequence, path in enumerate(node.paths, 1):
        with _located(step.env, path):
            vals = values.of("crm.workflow.path", path.fields, PATH_FIELDS)
            if not step.is_branching and vals.get("role", False) not in roles:
                raise UserError(step.env._("a step of kind “%s” has no paths", step.kind))
            step.env["crm.workflow.path"].create(
                {**vals, "key": path.key, "action_id": step.id, "sequence": sequence}
            )
    step._add_missing_paths()


#: What a wrong value makes the ORM, or the database behind it, raise.
_FAULTS = (
    UserError,
    ValidationError,
    AccessError,
    MissingError,
    ValueError,
    KeyError,
    TypeError,
    psycopg2.Error,
)


class _Values:
    """From nodes to values for ``create``, with references resolved in this database."""

    def __init__(self, env, model_name=None):
        self.env = env
        self.model_name = model_name

    def of(self, model_name, fields, allowed):
        """The values of the fields, refusing any that is not ``allowed``."""
        vals = {}
        for field in fields:
            with _located(self.env, field):
                if field.name not in allowed or field.name not in self.env[model_name]._fields:
                    raise UserError(self.env._("the field “%s” has no place here", field.name))
                definition = self.env[model_name]._fields[field.name]
                vals[field.name] = self._value(definition, field.value)
        return vals

    def _value(self, definition, value):
        if value is None:
            return False
        if isinstance(value, tuple):
            return self._relational(definition, value)
        if definition.name.endswith("domain"):
            return repr(self._resolved(domain_from_text(value)))
        if definition.name.endswith(LIST_FIELDS):
            return json.dumps(self._resolved(self._list(definition, value)))
        return self._scalar(definition, value)

    def _list(self, definition, text):
        values = domain_list(text)
        if values is None:
            raise UserError(
                self.env._("the field “%s” needs a list of values: [ … ]", definition.name)
            )
        return values

    def _scalar(self, definition, text):
        match definition.type:
            case "boolean":
                return {"true": True, "false": False}[text.strip()]
            case "integer" | "float" | "monetary":
                return float(text) if definition.type != "integer" else int(text)
            case "json":
                return json.loads(text)
            case "many2one" | "many2many" | "one2many" | "reference":
                raise UserError(
                    self.env._("the field “%s” needs a reference, not text", definition.name)
                )
        return text

    def _relational(self, definition, items):
        if definition.type == "one2many" and hasattr(
            self.env[definition.comodel_name], "_document_fields"
        ):
            return [Command.clear(), *(self._part(definition, item) for item in items)]
        targets = [self._target(definition, item) for item in items]
        if definition.type == "reference":
            return f"{targets[0]._name},{targets[0].id}"
        if definition.type == "many2one":
            return targets[0].id
        return [(6, 0, [target.id for target in targets])]

    def _target(self, definition, item):
        if isinstance(item, Record):
            return self._create_record(item)
        target = self.find(item)
        if definition.type != "reference" and target._name != definition.comodel_name:
            raise UserError(
                self.env._("%(ref)s is no %(model)s", ref=item, model=definition.comodel_name)
            )
        return target

    def _part(self, definition, node):
        """A row that belongs to what names it, and is created with that."""
        if not isinstance(node, Record) or node.model != definition.comodel_name:
            raise UserError(self.env._("the field “%s” needs records of its own", definition.name))
        with _located(self.env, node):
            allowed = self.env[node.model]._document_fields()
            return Command.create(self.of(node.model, node.fields, allowed))

    def _create_record(self, node):
        if node.model != "ir.actions.server":
            raise UserError(self.env._("records of %s do not travel with a workflow", node.model))
        with _located(self.env, node):
            vals = self.of(node.model, node.fields, SERVER_ACTION_FIELDS)
            model_id = self.env["ir.model"]._get_id(self.model_name)
            states = dict(self.env[node.model]._fields["state"]._description_selection(self.env))
            vals.setdefault("name", states.get(vals.get("state"), ""))
            action = self.env[node.model].create(
                {**vals, "usage": "crm_workflow", "model_id": model_id}
            )
            # What Odoo works out of it later would tell no line.
            action.flush_recordset()
            return action

    def find(self, reference):
        """The record that a reference names in this database.

        :raise UserError: when there is none, or more than one
        """
        if reference.xmlid:
            record = self.env.ref(reference.xmlid, raise_if_not_found=False)
            if not record:
                raise UserError(
                    self.env._("%s does not exist here; install the app that brings it", reference)
                )
            return record
        if reference.model not in self.env:
            raise UserError(self.env._("the model of %s does not exist here", reference))
        model = self.env[reference.model].with_context(active_test=False)
        found = model.search([(model._rec_name or "id", "=", reference.match)], limit=2)
        if len(found) != 1:
            problem = self.env._("more than one") if found else self.env._("none")
            raise UserError(
                self.env._("%(ref)s: there is %(problem)s here", ref=reference, problem=problem)
            )
        return found

    def _resolved(self, value):
        if isinstance(value, Reference):
            return self.find(value).id
        if isinstance(value, list | tuple):
            return type(value)(self._resolved(item) for item in value)
        return value


def domain_list(text):
    """A list of values, in JSON or with references, as the fields of ``LIST_FIELDS`` spell it.

    :return: None when it is none
    :raise DomainError: when it cannot be read
    """
    with suppress(ValueError, RecursionError):
        values = json.loads(text)
        return values if isinstance(values, list) else None
    terms = domain_from_text(f"[('id', 'in', {text})]")
    values = terms[0][2] if len(terms) == 1 else None
    return list(values) if isinstance(values, list | tuple) else None


@contextmanager
def _located(env, node):
    """Tell every fault of a node with the node's line."""
    try:
        yield
    except _Located:
        raise
    except _FAULTS as error:
        reason = error.args[0] if error.args else str(error)
        if isinstance(error, KeyError):
            reason = env._("“%s” is not known here", reason)
        raise _Located(translated(env, DocumentError(reason, node.line))) from error


class _Located(ValidationError):
    """A fault that has been told with its line already."""
