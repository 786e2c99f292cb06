"""What removing the add-on leaves to do before its tables go."""

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from .services import jobs


def uninstall_hook(env):
    """What else refers to what goes can follow: workflows, the actions of their steps, and the
    type of activities that ask for decisions, which many activities keep. Settings go as well, and
    jobs of queue_job.
    """
    env = env(context={**env.context, MODULE_UNINSTALL_FLAG: True})
    env["crm.workflow"].with_context(active_test=False).search([]).unlink()
    env["ir.actions.server"].search([("usage", "=", "crm_workflow")]).unlink()
    env["ir.config_parameter"].search([("key", "=like", "crm\\_workflow.%")]).unlink()
    _give_up_activity_type(env)
    jobs.tear_down(env)


def _give_up_activity_type(env):
    own = env.ref("crm_workflow.activity_type_decision", raise_if_not_found=False)
    other = env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
    if own:
        activities = env["mail.activity"].with_context(active_test=False)
        activities.search([("activity_type_id", "=", own.id)]).activity_type_id = other
