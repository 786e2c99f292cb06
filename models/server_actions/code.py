from odoo import models


class IrActionsServer(models.Model):
    _inherit = "ir.actions.server"

    def _run_set_code(self, records):
        """Python runs in the run-as user's environment; only its text is read as superuser.

        ``records`` are all of the batch, ``record`` the first.
        """
        records.check_access("write")
        self.sudo()._run_action_code_multi(self._get_eval_context(self.sudo()))
