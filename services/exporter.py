"""Rows to a :class:`~..engine.document.Document`: the description, without ids of this database."""

import json
from dataclasses import replace

from ..engine.document import (
    Document,
    ExitNode,
    Field,
    PathNode,
    Record,
    Reference,
    StepNode,
    TriggerNode,
)
from ..engine.domain_forms import COUNT, Count
from ..engine.domain_text import domain_from_text
from .paths import model_at

WORKFLOW_FIELDS = ("name", "description", "object_id")
TRIGGER_FIELDS = ("domain", "reenroll")
EXIT_FIELDS = ("domain",)
STEP_FIELDS = (
    "name", "note", "status", "domain", "failure_retry", "failure_retries", "failure_then",
)  # fmt: skip
PATH_FIELDS = (
    "name", "is_default", "role", "domain", "branch_formula", "values_accepted", "values_empty",
    "percentage",
)  # fmt: skip
#: Char fields that hold a JSON list of values, which may be ids, by the end of their names.
LIST_FIELDS = (
    "value_from", "value_to", "tag_values", "mailing_lists", "values_accepted",
    "fixed_value",
)  # fmt: skip
#: Of an action that travels with its step. What it computes itself is left out, in an order
#: in which the values can be set again.
SERVER_ACTION_FIELDS = (
    "name", "state", "sequence", "update_path", "update_m2m_operation", "update_boolean_value",
    "evaluation_type", "value", "html_value", "sequence_id", "selection_value", "resource_ref",
    "crud_model_id", "link_field_id", "code", "webhook_url", "webhook_field_ids", "template_id",
    "mail_post_autofollow", "mail_post_method", "partner_ids", "followers_type",
    "followers_partner_field_name", "activity_type_id", "activity_summary", "activity_note",
    "activity_date_deadline_range", "activity_date_deadline_range_type", "activity_user_type",
    "activity_user_id", "activity_user_field_name", "sms_template_id", "sms_method", "child_ids",
    "crm_workflow_target", "crm_workflow_target_path", "crm_workflow_target_related",
    "crm_workflow_model_id", "crm_workflow_link", "crm_workflow_archive", "crm_workflow_confirmed",
    "crm_workflow_daily_limit", "crm_workflow_assignment_ids",
    "crm_workflow_email_by", "crm_workflow_email_template_id", "crm_workflow_email_subject",
    "crm_workflow_email_body", "crm_workflow_email_from", "crm_workflow_email_reply_to",
    "crm_workflow_email_to", "crm_workflow_email_path", "crm_workflow_email_addresses",
    "crm_workflow_email_hours", "crm_workflow_email_keep", "crm_workflow_notify_to",
    "crm_workflow_notify_user_ids", "crm_workflow_notify_team_id", "crm_workflow_notify_path",
    "crm_workflow_notify_by", "crm_workflow_notify_subject", "crm_workflow_notify_body",
    "crm_workflow_note_body", "crm_workflow_note_to_followers",
    "crm_workflow_mailing_list_change", "crm_workflow_mailing_lists",
    "assign_field", "assign_from", "assign_line_ids", "assign_team_id", "assign_team_path",
    "assign_how", "assign_load", "assign_load_domain", "assign_present", "assign_daily_limit",
    "assign_keep", "assign_notify",
)  # fmt: skip


def document_of_version(version):
    """The workflow with this version's triggers, steps and exits."""
    workflow = version.workflow_id
    program = version._program()
    actions = {action.id: action for action in version.action_ids}
    paths = {path.id: path for path in version.action_ids.path_ids}
    return Document(
        fields=_fields(workflow, WORKFLOW_FIELDS),
        settings=_fields(version, version._settings_fields()),
        triggers=_ways(version.trigger_ids, TriggerNode, TRIGGER_FIELDS),
        steps=_lane(program.steps, actions, paths),
        exits=_ways(version.exit_ids, ExitNode, EXIT_FIELDS),
    )


def reference_to(record):
    """How another database finds a record: its external id, else the value of its name field.

    A name is told to those who may see the record; to others, and of a record that is gone, it is a
    number.
    """
    record_sudo = record.sudo()
    xmlid = record_sudo.get_external_id()[record.id]
    if xmlid and not xmlid.startswith("__"):
        return Reference(xmlid=xmlid)
    may_see = record_sudo.exists() and record.has_access("read")
    name = may_see and record_sudo[record._rec_name or "display_name"]
    return Reference(model=record._name, match=str(name or record.id))


def portable_domain(model, text):
    """The text of a domain with references in place of ids."""
    try:
        terms = domain_from_text(text)
    except ValueError:
        return text
    return repr([_portable_term(model, term) for term in terms])


def _ways(records, node_type, names):
    return tuple(
        node_type(way.key, way.kind, _fields(way, (*names, *way._by_kind("document_fields")())))
        for way in records
    )


def _lane(steps, actions, paths):
    return tuple(_step(step, actions, paths) for step in steps)


def _step(step, actions, paths):
    action = actions[step.id]
    names = (*STEP_FIELDS, *action._by_kind("document_fields")())
    return StepNode(
        key=step.key,
        kind=step.kind,
        fields=_fields(action, names),
        paths=tuple(
            PathNode(
                path.key, _fields(paths[path.id], PATH_FIELDS), _lane(path.steps, actions, paths)
            )
            for path in step.paths
        ),
    )


def _fields(record, names):
    fields = (_field(record, name) for name in names if name in record._fields)
    return tuple(field for field in fields if field is not None)


def _field(record, name):
    """The node of one field, or None when it says nothing that the default does not."""
    definition = record._fields[name]
    if not record._has_field_access(definition, "read"):
        return None
    value = record[name] or False
    if value == _default(record, definition):
        return None
    if value is False and definition.type not in ("boolean", "integer", "float"):
        return Field(name, None)
    if definition.type == "boolean":
        return Field(name, "true" if value else "false")
    return Field(name, _value(record, definition, value or 0))


def _default(record, definition):
    default = definition.default(record.browse()) if definition.default else False
    return getattr(default, "id", default) or False


def _value(record, definition, value):
    if definition.name in (domains := _domains(record)):
        return portable_domain(record.env[domains[definition.name]], value)
    if definition.name in (lists := _lists(record)):
        return _portable_list(record.env, lists[definition.name], value)
    if definition.type in ("many2one", "many2many", "reference", "one2many"):
        return tuple(_own_or_reference(target) for target in value)
    if definition.type == "json":
        return json.dumps(value)
    return str(value)


def _domains(record):
    """Fields that hold a condition on a model: {field name: model name}."""
    own = {"domain": record.model_name} if "domain" in record._fields else {}
    return own | _of_kind(record, "document_domains")


def _lists(record):
    """Fields that hold a JSON list: {field name: model whose ids it lists, or None for values}.

    A row of settings, which is of no kind, says so itself.
    """
    if hasattr(record, "_document_lists"):
        return record._document_lists()
    return _of_kind(record, "document_lists")


def _of_kind(record, verb):
    """What ``_<verb>_<kind>`` says, where the kind (an action's state) has something to say."""
    kind = next((record[name] for name in ("kind", "state") if name in record._fields), "")
    method = getattr(record, f"_{verb}_{kind}", None)
    return method() if method else {}


def _portable_list(env, model_name, text):
    """What is no id travels as it is; publishing tells of it."""
    values = json.loads(text)
    if not model_name:
        return repr(values)
    model = env[model_name]
    return repr(
        [
            reference_to(model.browse(value)) if value and type(value) is int else value
            for value in values
        ]
    )


def _own_or_reference(target):
    if hasattr(target, "_document_fields"):
        return Record(target._name, _fields(target, target._document_fields()))
    if target._name == "ir.actions.server" and (target.usage == "crm_workflow" or target.parent_id):
        return Record(target._name, _action_fields(target))
    return reference_to(target)


def _action_fields(action):
    skipped = {"value"} if action.resource_ref or action.selection_value else set()
    if action.state not in ("object_create", "object_copy"):
        skipped |= {"crud_model_id", "link_field_id"}
    if action.state != "object_write":
        skipped |= {
            "update_path",
            "update_m2m_operation",
            "update_boolean_value",
            "evaluation_type",
        }
    return _fields(action, [name for name in SERVER_ACTION_FIELDS if name not in skipped])


def _portable_term(model, term):
    if isinstance(term, str) or not isinstance(term[0], str):
        return term
    path, operator, value = term
    target = model_at(model, path)
    if target is None:
        return (path, operator, value)
    if operator == COUNT:
        count = Count.of(value)
        inner = [_portable_term(target, term) for term in count.domain]
        return (path, operator, replace(count, domain=inner).literal)
    if operator in ("any", "not any"):
        return (path, operator, [_portable_term(target, inner) for inner in value])
    if isinstance(value, list | tuple):
        return (path, operator, [_portable_id(target, item) for item in value])
    return (path, operator, _portable_id(target, value))


def _portable_id(model, value):
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    record = model.browse(value).exists()
    return reference_to(record) if record else value
