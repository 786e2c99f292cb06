from odoo import models

from ..services import capture


class IrModel(models.Model):
    """While a step runs, what its action says about models and fields may be read."""

    _inherit = "ir.model"

    def _check_access(self, operation):
        if operation == "read" and capture.acting_step(self.env.cr):
            return None
        return super()._check_access(operation)


class IrModelFields(models.Model):
    _inherit = "ir.model.fields"

    def _check_access(self, operation):
        if operation == "read" and capture.acting_step(self.env.cr):
            return None
        return super()._check_access(operation)
