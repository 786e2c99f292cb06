from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Here it is known who survives, and nothing is written yet."""
        self.env["crm.workflow"]._merged(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
