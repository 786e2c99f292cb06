"""Silence: writes that members remember, and by which nobody enters.

Odoo writes to the database later than it is told to, in whatever environment happens to flush.
So a silent write is flushed before it is over, and what was pending before it, beforehand.
"""

from contextlib import contextmanager, nullcontext
from contextvars import ContextVar

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
        return _silently(env)
    return _loud


def _is_watched(env):
    return env.registry.ready and bool(env["crm.workflow"]._watches().by_model)


def _is_asked(env):
    if SILENT in env.context:
        return bool(env.context[SILENT])
    return env["ir.config_parameter"].sudo().get_param(IMPORTS_SILENT) == "True"


@contextmanager
def _silently(env):
    env.flush_all()
    token = _silence.set(True)
    try:
        yield
        env.flush_all()
    finally:
        _silence.reset(token)
