from odoo import models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _merge_dependences(self, opportunities):
        """Here it is known which lead survives, and nothing is written yet."""
        self.env["crm.workflow"]._merged(opportunities, self)
        return super()._merge_dependences(opportunities)
