"""Silence: writes that members remember, and by which nobody enters.

Every caller over the network sets the context as he likes: only that of who designs workflows asks
for silence, and code asks with :func:`silently`. An import is silent for everybody, if the settings
say so.

Odoo writes to the database later than it is told to, in whatever environment happens to flush.
So a silent write is flushed before it is over, and what was pending before it, beforehand.
"""

from contextlib import contextmanager, nullcontext
from contextvars import ContextVar

from odoo import SUPERUSER_ID

from .context import SILENT

#: Set by Odoo's importer in the context of whatever it creates and writes.
IMPORT = "import_file"
#: The setting by which imports are silent.
IMPORTS_SILENT = "crm_workflow.imports_silent"

_silence = ContextVar("crm_workflow_silence", default=False)
_loud = nullcontext()


def is_silent():
    """True inside a silent write."""
    return _silence.get()


def as_asked(env):
    """A context manager for a write of ``env``: silent, if its context or the settings ask so."""
    concerned = SILENT in env.context or env.context.get(IMPORT)
    if concerned and not is_silent() and _is_watched(env) and _is_asked(env):
        return silently(env)
    return _loud


def _is_watched(env):
    return env.registry.ready and bool(env["crm.workflow"]._watches().by_model)


def _is_asked(env):
    if SILENT in env.context and _may_ask(env):
        return bool(env.context[SILENT])
    by_setting = env["ir.config_parameter"].sudo().get_param(IMPORTS_SILENT) == "True"
    return bool(env.context.get(IMPORT)) and by_setting


def _may_ask(env):
    """True for OdooBot, and for who designs workflows.

    Not for whatever is done as superuser: in the name of anybody, it has that caller's context.
    """
    return env.uid == SUPERUSER_ID or env.user.has_group("crm_workflow.group_manager")


@contextmanager
def silently(env):
    """A context manager by which code writes in silence, whoever it works for.

    >>> with silently(env):                      # doctest: +SKIP
    ...     records.write({"city": "Oslo"})
    """
    env.flush_all()
    token = _silence.set(True)
    try:
        yield
        env.flush_all()
    finally:
        _silence.reset(token)
