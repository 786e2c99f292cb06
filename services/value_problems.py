"""What is wrong with texts and formulas, before anybody publishes them."""

from ..engine.errors import FormulaError
from ..engine.formula import formula
from .texts import translated
from .value_html import parts_of_html
from .value_scope import ROOTS, no_root, readable_field
from .values import parts_of

#: What steps leave for later ones: a type, as people call it.
OUTPUT_TYPES = ("text", "number", "boolean", "date", "datetime", "record", "json")


def problems_of_text(action, text, model_name=None):
    """Yields what keeps a text with placeholders from being published.

    :param action: the step whose text it is
    :param model_name: the model of ``object``, where it is not that of the workflow
    """
    for _literal, expression, _instead in parts_of(text):
        if expression:
            yield from problems_of_formula(action, expression, model_name)


def problems_of_html(action, html):
    """The same of HTML with placeholders."""
    for part in parts_of_html(html):
        if part.formula:
            yield from problems_of_formula(action, part.formula)


def problems_of_formula(action, text, model_name=None):
    """Yields what keeps a formula from being published."""
    env = action.env
    try:
        read = formula(text)
        for path in read.paths:
            _check_path(action, path, model_name or action.model_name)
    except FormulaError as error:
        yield env._("“%(text)s”: %(reason)s.", text=text, reason=translated(env, error))


def _check_path(action, path, model_name):
    root, *names = path
    check = _CHECKS.get(root)
    if check:
        check(action, names, model_name)
    elif root not in ROOTS:
        raise no_root(action.env, root)


def _check_record(action, names, model_name):
    model = action.env[model_name]
    for position, name in enumerate(names):
        if not isinstance(name, str):
            return
        field = readable_field(model, name)
        if not field.relational and position + 1 < len(names):
            raise FormulaError(action.env._("“%s” is no record and has no fields", name))
        if field.relational:
            model = action.env[field.comodel_name]


def _check_enrolled(action, names, _model_name):
    _check_record(action, names, action.version_id.model_name)


def _check_related(action, names, _model_name):
    code = next(iter(names), "")
    found = action.version_id.related_ids.filtered(lambda related: related.code == code)
    if not found:
        raise FormulaError(
            action.env._("there is no related record “%s”: add it under Related Records", code)
        )
    if found.model_name in action.env:
        _check_record(action, names[1:], found.model_name)


def _check_steps(action, names, _model_name):
    key, *output = names or [""]
    earlier = earlier_steps(action)
    step = next((step for step in earlier if step.key == key), None)
    if step is None:
        raise FormulaError(action.env._("no step before this one has the key “%s”", key))
    if not output:
        return
    name, *rest = output
    if name not in step._outputs():
        raise FormulaError(
            action.env._("“%(step)s” leaves no “%(name)s”", step=step.display_name, name=name)
        )
    _type, _label, *model = step._outputs()[name]
    if model:
        _check_record(action, rest, model[0])


def _check_user(action, names, _model_name):
    _check_record(action, names, "res.users")


def earlier_steps(action):
    """The steps that a reader meets before a step; for one that is not saved yet, all."""
    version = action.version_id
    if not version:
        return []
    keys = list(version._program().keys)
    own = keys.index(action.key) if action.key in keys else len(keys)
    by_key = {step.key: step for step in version.action_ids}
    return [by_key[key] for key in keys[:own]]


_CHECKS = {
    "object": _check_record,
    "record": _check_record,
    "enrolled": _check_enrolled,
    "related": _check_related,
    "steps": _check_steps,
    "user": _check_user,
}
