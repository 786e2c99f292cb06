"""Publisher: drafts become live, and what becomes of the records inside."""

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ..engine.document_from_xml import document_from_xml
from ..engine.xml_from_document import xml_from_document
from . import carry, copies, criteria, enroller, reach, run_as
from .exporter import document_of_version
from .importer import fill_version
from .problems import find_problems
from .queue import again, entry, events

IN_FLIGHT = ("move", "finish", "restart", "leave")


def publish(workflow, enroll_existing, in_flight):
    """See ``crm.workflow.action_publish``."""
    if in_flight not in IN_FLIGHT:
        raise ValueError(f"in_flight is one of {', '.join(IN_FLIGHT)}, not {in_flight!r}")
    workflow.check_access("write")
    run_as.check_may_use(workflow.env, workflow.sudo())
    copies.settle(workflow.env)
    version = _version_to_publish(workflow)
    _refuse_problems(version)
    before = _open_triggers(workflow)
    # Who turned before this moment enters by what was live then.
    enroller.sweep(workflow)
    if version.state == "draft":
        _freeze(workflow, version)
        carry.begin(workflow, in_flight)
    workflow_sudo = workflow.sudo()
    workflow_sudo.write(
        {"state": "on", "pause_reason": False, "evaluate_at": enroller.next_sweep(workflow)}
    )
    workflow._clear_watches()
    _start_triggers(version, before)
    _remember_matching(workflow, enroll_existing)
    workflow.message_post(body=workflow.env._("Version %s is live.", version.number))
    enroller.wake(workflow.env)


def make_draft(workflow):
    """A draft with the live version's triggers, steps and exits, under their keys.

    An app that was removed took the actions on its records with it. When it is back, the
    version's document still says what they were.
    """
    live = workflow.live_version_id
    draft = workflow.env["crm.workflow.version"].create({"workflow_id": workflow.id})
    if live.action_ids.filtered(lambda action: action._has_lost_records()):
        fill_version(draft, document_from_xml(live.sudo().document))
    else:
        copy_description(live, draft)
    return draft


def copy_description(source, target):
    """Copy the description into an empty draft; keys stay, actions of steps are copied."""
    [settings] = source.copy_data()
    target.write({name: settings[name] for name in source._settings_fields() if name in settings})
    for ways in (source.trigger_ids, source.exit_ids):
        for way in ways:
            duplicate = way.copy(
                {"version_id": target.id, "key": way.key, **reach.without_choice(way)}
            )
            reach.copy_choice(way, duplicate)
    _copy_lane(source.action_ids.filtered(lambda action: not action.path_id), target, False)


def forget_kept_events(workflows):
    """What was kept for a paused workflow, or for later, is of no use once it is off."""
    kept = workflows.env["crm.workflow.event"].sudo().search([("workflow_id", "in", workflows.ids)])
    events.drop_events(workflows.env, kept.ids)
    kept.invalidate_model()
    again.forget(workflows.env, workflows.ids)


def _version_to_publish(workflow):
    if workflow.draft_version_id:
        return workflow.draft_version_id
    if workflow.live_version_id and workflow.state in ("off", "paused"):
        return workflow.live_version_id
    raise UserError(
        workflow.env._("“%s” has no draft to publish. Choose Edit first.", workflow.name)
    )


def _refuse_problems(version):
    problems = find_problems(version)
    if not problems:
        return
    steps = version.env["crm.workflow.action"].browse(
        [problem.action_id or 0 for problem in problems]
    )
    lines = [
        f"- {step.display_name}: {problem.text}" if problem.action_id else f"- {problem.text}"
        for problem, step in zip(problems, steps, strict=True)
    ]
    heading = version.env._("“%s” cannot be published yet:", version.workflow_id.name)
    raise ValidationError("\n".join([heading, *lines]))


def _freeze(workflow, version):
    retired_sudo, version_sudo = workflow.live_version_id.sudo(), version.sudo()
    retired_sudo.state = "retired"
    version.env.flush_all()
    version_sudo.write(
        {
            "state": "live",
            "published_at": version.env.cr.now(),
            "published_by_id": version.env.uid,
            # As a whole, whatever the publisher may see of it: administrators alone read it.
            "document": xml_from_document(document_of_version(version_sudo)),
        }
    )
    version.env.flush_all()


def _open_triggers(workflow):
    """The ways in that have been open until now."""
    live = workflow.live_version_id.trigger_ids
    return live if workflow.state in ("on", "paused") else live.browse()


def _start_triggers(version, before):
    """Open the ways in; each learns which of those live until now it takes the place of."""
    by_key = {trigger.key: trigger for trigger in before}
    for trigger in version.trigger_ids:
        trigger._start(by_key.get(trigger.key, before.browse()))


def _remember_matching(workflow, enroll_existing):
    """Entry is a transition: note who matches at this moment, and enrol them if asked to."""
    triggers = criteria.triggers_of(workflow.live_version_id)
    entry.forget_matching(workflow.env, workflow.id, (1 << len(triggers)) - 1)
    for trigger in triggers:
        criteria.turned_of_all(trigger)
        if enroll_existing:
            enroller.enter_existing(workflow, criteria.all_matching(trigger))


def _copy_lane(actions, version, path_id):
    for action in actions.sorted(lambda action: (action.sequence, action.id)):
        duplicate = action.copy(
            {
                "version_id": version.id,
                "path_id": path_id,
                "key": action.key,
                "path_ids": [
                    Command.create({**path.copy_data()[0], "key": path.key})
                    for path in action.path_ids
                ],
                **reach.without_choice(action),
                **action._copied_records(),
            }
        )
        reach.copy_choice(action, duplicate)
        copies = {path.key: path for path in duplicate.path_ids}
        for path in action.path_ids:
            _copy_lane(path.action_ids, version, copies[path.key].id)
