from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tells the web client on which records to show their workflows."""
        info = super().session_info()
        if self.env.user.has_group("crm_workflow.group_user"):
            info["crm_workflow_models"] = sorted(self.env["crm.workflow"]._visited_models())
        return info
