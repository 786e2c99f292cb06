"""Copies: a database that Odoo made of another one rests until a person lets it act.

Odoo's database manager gives a copy a ``database.uuid`` of its own. The one in which workflows were
switched on is remembered; where it differs, the same e-mails and calls would leave twice. A
backup that is restored as *moved*, or by the means of PostgreSQL, has the identity of the
original, and goes on in its place.
"""

from . import races
from .queue.copies import rest

_OWN = "database.uuid"
KNOWN = "crm_workflow.database_uuid"


def look(env):
    """Rest, if this is a copy that nobody has noticed yet. Commits in that case.

    What acts by itself asks first; two parameters that Odoo keeps in memory tell.
    """
    known, own = _identities(env)
    if known and known != own:
        races.run(env, lambda: settle(env))
        # On purpose: nothing may act before this is known to all.
        env.cr.commit()  # pylint: disable=invalid-commit


def settle(env):
    """Be the database in which workflows act; what was on in another one rests."""
    known, own = _identities(env)
    if known == own:
        return
    if known:
        rest(env)
        env["crm.workflow"]._clear_watches()
    env["ir.config_parameter"].sudo().set_param(KNOWN, own)


def _identities(env):
    """The database in which workflows were switched on, and this one."""
    parameters_sudo = env["ir.config_parameter"].sudo()
    return parameters_sudo.get_param(KNOWN), parameters_sudo.get_param(_OWN)
