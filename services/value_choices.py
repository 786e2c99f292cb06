"""Choices: what texts and formulas may read, in groups, for the panel beside them."""

from ..engine.formula import spelled
from ..engine.formula_functions import FUNCTIONS
from .texts import translated
from .value_problems import earlier_steps


def choices_of(version, action):
    """The values that a step may use, and the functions for them.

    :return: {"groups": [{"label", "choices": [{"text", "label", "model"}]}], "functions": [...]};
        a choice with a ``model`` is a record whose fields are chosen next
    """
    version.check_access("read")
    groups = [
        _group(version.env._("The record"), _record(version, action)),
        _group(version.env._("Related records"), _related(version)),
        _group(version.env._("What brought it here"), _event(version)),
        _group(version.env._("Earlier steps"), _steps(version, action)),
        _group(version.env._("Anywhere"), _general(version.env)),
    ]
    functions = [
        {"usage": own.usage, "about": translated(version.env, own.about)}
        for _name, own in sorted(FUNCTIONS.items())
    ]
    return {"groups": [group for group in groups if group["choices"]], "functions": functions}


def _group(label, choices):
    return {"label": label, "choices": choices}


def _choice(text, label, model=False):
    return {"text": text, "label": label, "model": model}


def _record(version, action):
    """The record, and in a loop the enrolled one beside it."""
    own, enrolled = version.workflow_id.object_id.name, version.model_name
    if not action or action.model_name == enrolled:
        return [_choice("object", own, enrolled)]
    label = version.env[action.model_name]._description
    return [
        _choice("object", label, action.model_name),
        _choice("enrolled", version.env._("%s (enrolled)", own), enrolled),
    ]


def _related(version):
    return [
        _choice(f"related.{own.code}", f"{own.code}: {own.summary}", own.model_name)
        for own in version.related_ids
    ]


def _event(version):
    """What the version's triggers tell, each value once."""
    found = {}
    for trigger in version.trigger_ids:
        for text, label, model in trigger._told_values():
            found.setdefault(text, _choice(text, label, model))
    return list(found.values())


def _steps(version, action):
    steps = earlier_steps(action) if action else version.action_ids
    return [
        _choice(spelled("steps", step.key, name), f"{step.display_name}: {label}", *model)
        for step in steps
        for name, (_type, label, *model) in step._outputs().items()
    ]


def _general(env):
    return [
        _choice("today", env._("Today")),
        _choice("now", env._("Now")),
        _choice("workflow.name", env._("Name of the workflow")),
        _choice("user", env._("Run-as user"), "res.users"),
    ]
