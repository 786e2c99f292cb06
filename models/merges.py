from odoo import api, models

from ..services import merges


class CrmWorkflow(models.Model):
    _inherit = "crm.workflow"

    @api.model
    def _merged(self, gone, survivor):
        """Records are being merged: what workflows know of them is the survivor's from now on.

        To be called before the survivor is written and the others are deleted. Of several passes
        through one workflow the one that came furthest stays. The merge itself lets nobody enter.

        :param gone: records that are about to go; :param survivor: the record that stays
        """
        merges.follow(gone, survivor)


class PartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        self.env["crm.workflow"]._merged(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _merge_dependences(self, opportunities):
        self.env["crm.workflow"]._merged(opportunities, self)
        return super()._merge_dependences(opportunities)
