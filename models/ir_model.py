from odoo import models
from odoo.tools.sql import column_exists

from ..services import capture
from ..services.queue import lost_models


class IrModel(models.Model):
    """While a step runs, what its action says about models and fields may be read.

    And what goes with an app is told to the workflows over its records.
    """

    _inherit = "ir.model"

    def _check_access(self, operation):
        if operation == "read" and capture.acting_step(self.env.cr):
            return None
        return super()._check_access(operation)

    def _drop_table(self):
        """The records go with the table; if it comes back, their ids are those of others."""
        # While this add-on is being uninstalled, its own columns have gone before.
        if column_exists(self.env.cr, "crm_workflow_enrollment", "res_model"):
            lost_models.forget(self.env, self.mapped("model"))
        return super()._drop_table()


class IrModelFields(models.Model):
    _inherit = "ir.model.fields"

    def _check_access(self, operation):
        if operation == "read" and capture.acting_step(self.env.cr):
            return None
        return super()._check_access(operation)
