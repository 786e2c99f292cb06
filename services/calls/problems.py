"""What keeps a step that calls a web service from being published."""

from odoo.exceptions import AccessError

from ...engine.call_address import destination_of, refusal
from ...engine.call_text import JSON, has_fixed_host, is_json, without_placeholders
from ...engine.errors import CallError
from ..value_problems import problems_of_text
from .courier import allowed_of
from .values import path_problem
from .words import fault_text


def find(action):
    """Yields texts, each with its cure."""
    env = action.env
    if action._call_idle_paths().action_ids:
        yield env._("Nobody takes the paths of this step: let it wait, or delete their steps.")
    if not action.call_url:
        yield env._("Enter the address that is to be called.")
        return
    if not has_fixed_host(action.call_url):
        yield env._("Placeholders may stand behind the host only: https://host/… {{ … }}")
        return
    try:
        destination = destination_of(without_placeholders(action.call_url))
    except CallError as error:
        yield fault_text(env, error.code, error.detail)
        return
    yield from _of_destination(env, destination)
    yield from problems_of_text(action, action.call_url)
    yield from _of_content(action)
    yield from _of_lines(action)
    yield from _of_secrets(action, destination.host)


def _of_destination(env, destination):
    """What can be told before the name is looked up; the rest is told when it is called."""
    allowed = allowed_of(env)
    try:
        code = refusal(destination, [destination.host], allowed)
    except ValueError:  # a name, and no address
        plain = destination.scheme != "https" and destination.host not in allowed.hosts
        code = "plain" if plain and not allowed.networks else None
    if code:
        yield fault_text(env, code, destination.host)


def _of_content(action):
    env = action.env
    if action.call_content != "text":
        return
    if action._call_in_query():
        yield env._("A call with GET has no text: send values, or choose another method.")
    if not action.call_text:
        yield env._("Write the text that is to be sent.")
        return
    if action._call_media_type() == JSON and not is_json(without_placeholders(action.call_text)):
        yield env._(
            "The text is no JSON: mind quotes, commas and braces, or choose another format."
        )
    yield from problems_of_text(action, action.call_text)


def _of_lines(action):
    env = action.env
    try:
        model = action.workflow_id._run_env()[action.model_name]
    except AccessError:
        return  # told for the workflow itself
    for line in action.call_line_ids:
        problem = line.field_path and path_problem(model, line.field_path)
        if problem:
            yield _field_text(env, problem, line.field_path)
        elif line.value:
            yield from problems_of_text(action, line.value)


def _field_text(env, code, path):
    return {
        "unknown": env._("The field “%s” does not exist: choose another.", path),
        "unfit": env._("The value of “%s” cannot be sent: choose another field.", path),
        "hidden": env._("The run-as user may not see the field “%s”: choose another.", path),
    }[code]


def _of_secrets(action, host):
    env, lines = action.env, action.call_line_ids.filtered("is_secret")
    if not lines:
        return
    secrets = env["crm.workflow.call.secret"].sudo()._of_steps({action.key})
    for line in lines:
        known_host, value = secrets.get((action.workflow_id.id, action.key, line.name), ("", ""))
        if not value:
            yield env._("Enter the secret of the header “%s”.", line.name)
        elif known_host != host:
            yield env._(
                "The secret of the header “%(header)s” was entered for %(host)s: enter it again.",
                header=line.name,
                host=known_host,
            )
