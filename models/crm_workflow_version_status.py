from odoo import models


class CrmWorkflowVersion(models.Model):
    """The status and the condition of each step, where a version is asked: before the step."""

    _inherit = "crm.workflow.version"

    def _before_step(self, action, batch):
        """Who is to leave does so, even if the step would hold it or let it pass."""
        return action._before_run(batch) | super()._before_step(action, batch)
