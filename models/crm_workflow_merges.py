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
