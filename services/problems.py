"""What keeps a version from being published: every problem as text, with the step it concerns."""

from dataclasses import dataclass

from odoo.exceptions import AccessError, UserError, ValidationError

from ..engine import diagnostics
from .criteria import triggers_of
from .domains import checked_domain


@dataclass(frozen=True, slots=True)
class Problem:
    """``text`` says what is wrong and what to do; ``action_id`` is the step, if it is about one."""

    text: str
    action_id: int | None = None

    def as_json(self):
        """For the form."""
        return {"text": self.text, "action_id": self.action_id or False}


def find_problems(version):
    """All problems of a version, those of the workflow first, then in reading order."""
    workflow = version.workflow_id
    if version.model_name not in version.env:
        text = version.env._("Install the app that brings %s first.", workflow.object_id.name)
        return [Problem(text)]
    problems = [Problem(text) for text in _problems_of_run_as(workflow)]
    problems += [Problem(text) for text in _problems_of_triggers(version)]
    problems += [Problem(text) for text in _problems_of_exits(version)]
    problems += [Problem(text) for text in version._problems_settings()]
    problems += _problems_of_steps(version)
    return problems


def _problems_of_run_as(workflow):
    env = workflow.env
    try:
        model = workflow._run_env()[workflow.model_name]
    except AccessError as error:
        yield error.args[0]
        return
    for operation, label in (("read", env._("see")), ("write", env._("change"))):
        if not model.has_access(operation):
            yield env._(
                "The run-as user %(user)s may not %(operation)s records of type %(type)s: "
                "choose another user, or give that user the rights.",
                user=workflow.run_as_id.name,
                operation=label,
                type=workflow.object_id.name,
            )


def _problems_of_triggers(version):
    env = version.env
    if len(triggers_of(version)) > diagnostics.MAX_CRITERIA:
        yield env._(
            "A version has at most %s triggers with a condition to match; join some with “any of”.",
            diagnostics.MAX_CRITERIA,
        )
    for trigger in version.trigger_ids:
        try:
            checked_domain(env[version.model_name], trigger.domain)
            yield from trigger._by_kind("problems")()
        except (UserError, ValidationError) as error:
            yield env._(
                "Trigger “%(trigger)s”: %(reason)s",
                trigger=trigger._kind_label(),
                reason=error.args[0],
            )


def _problems_of_exits(version):
    for way in version.exit_ids:
        try:
            yield from way._by_kind("problems")()
        except (UserError, ValidationError) as error:
            yield version.env._(
                "Way out “%(way)s”: %(reason)s", way=way._kind_label(), reason=error.args[0]
            )


def _problems_of_steps(version):
    program = version._program()
    texts = _structure_texts(version.env)
    found = [
        Problem(texts[code], step and step.id)
        for code, step in diagnostics.structure_problems(program)
    ]
    # Read together: one by one, each would be read by queries of its own.
    for action in version.action_ids.browse(program.step(key).id for key in program.keys):
        try:
            found += [Problem(text, action.id) for text in action._problems()]
        except (UserError, ValidationError) as error:
            found.append(Problem(error.args[0], action.id))
    return found


def _structure_texts(env):
    return {
        "no_steps": env._("The workflow has no steps: add what is to happen."),
        "unreachable": env._("This step is never reached, because the lane ends before it."),
        "too_many": env._("More than %s steps: split the workflow.", diagnostics.MAX_STEPS),
        "too_deep": env._("Branches are nested more than %s deep.", diagnostics.MAX_DEPTH),
    }
