from odoo import api, models

from ..services import health


class CrmWorkflow(models.Model):
    """What keeps records from moving on, for whoever asks."""

    _inherit = "crm.workflow"

    @api.model
    def _health(self):
        """All that is looked at, as :class:`~..services.health.Finding`; for managers' eyes.

        Everything is well when no finding has a count. It counts in all companies.
        """
        return health.findings(self.env)
