from odoo import models

from ...engine.python_code import reads


class IrActionsServer(models.Model):
    _inherit = "ir.actions.server"

    def _takes_set_code(self):
        """Python that speaks of ``record``, or of its ``event``, means each of them; of
        ``records``, all at once.
        """
        return not any(reads(self.sudo().code, name) for name in ("record", "event"))

    def _run_set_code(self, records):
        """Python runs in the run-as user's environment; only its text is read as superuser."""
        records.check_access("write")
        self.sudo()._run_action_code_multi(self._get_eval_context(self.sudo()))
