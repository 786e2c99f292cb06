"""A condition while it is being edited: what it says, and how many records match now."""

import psycopg2

from odoo.exceptions import AccessError, UserError

from .describe import describe_domain
from .domains import checked_domain

COUNT_LIMIT = 10_000
#: Long enough for every condition that people read.
TEXT_LIMIT = 2_000


def preview(env, model_name, text, object_type):
    """See ``crm.workflow.object.preview_condition``."""
    told = {"text": "", "problem": ""}
    try:
        _check_may_ask(env, model_name)
        told["text"] = describe_domain(env, model_name, text, TEXT_LIMIT)
        domain = _domain(env, model_name, text, object_type)
        found = _asked(env, lambda: env[model_name].search_count(domain, limit=COUNT_LIMIT + 1))
    except UserError as error:
        return {**told, "problem": error.args[0], "count": 0, "more": False}
    return {**told, "count": min(found, COUNT_LIMIT), "more": found > COUNT_LIMIT}


def matching_ids(env, model_name, text, object_type):
    """Ids of the records that a preview counts."""
    _check_may_ask(env, model_name)
    domain = _domain(env, model_name, text, object_type)
    return _asked(env, lambda: env[model_name].search(domain, limit=COUNT_LIMIT).ids)


def _asked(env, ask):
    """What the database answers.

    :raise UserError: for a value that it cannot compare with the field's
    """
    try:
        with env.cr.savepoint():
            return ask()
    except (psycopg2.DataError, psycopg2.ProgrammingError, ValueError, TypeError) as error:
        reason = str(error).partition("\n")[0]
        raise UserError(
            env._("A value does not fit its field: choose it again. (%s)", reason)
        ) from error


def _check_may_ask(env, model_name):
    """
    :raise UserError: for records of which the caller may see none; they tell nothing else either
    """
    if model_name not in env:
        raise UserError(env._("The app that brings these records is not installed."))
    if not env[model_name].has_access("read"):
        raise AccessError(
            env._(
                "You may not see records of this kind: ask an administrator for the right to, or "
                "somebody who has it."
            )
        )


def _domain(env, model_name, text, object_type):
    """The condition and the filter of the object type together."""
    domain = checked_domain(env[model_name], text)
    if object_type.model_name == model_name:
        domain &= object_type._records_domain()
    return domain
