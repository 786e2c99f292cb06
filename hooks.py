"""What removing the add-on leaves to do before its tables go."""

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG


def uninstall_hook(env):
    """Workflows, and the actions of their steps, go first: what else refers to them can follow."""
    env = env(context={**env.context, MODULE_UNINSTALL_FLAG: True})
    env["crm.workflow"].with_context(active_test=False).search([]).unlink()
    env["ir.actions.server"].search([("usage", "=", "crm_workflow")]).unlink()
