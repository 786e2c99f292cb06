from odoo import models

from ...engine.python_code import names_set, reads
from ...services.python_values import Inputs, Outputs

#: What means one record, so that the code is run for each.
SINGLE = ("record", "event", "value", "outputs")


class IrActionsServer(models.Model):
    _inherit = "ir.actions.server"

    def _takes_set_code(self):
        """Python that speaks of ``record``, or of what is the record's own, means each of them; of
        ``records``, all at once.
        """
        return not any(reads(self.sudo().code, name) for name in SINGLE)

    def _outputs_code(self):
        """What the code puts into ``outputs``."""
        return {name: ("json", name) for name in names_set(self.sudo().code, "outputs")}

    def _step_context(self, values):
        """What Python in a step finds beside what Odoo gives it."""
        record_id = self.env.context.get("active_id")
        return {
            **super()._step_context(values),
            "value": Inputs(values, record_id),
            "outputs": Outputs(values, record_id),
        }

    def _run_set_code(self, records):
        """Python runs in the run-as user's environment; only its text is read as superuser."""
        records.check_access("write")
        self.sudo()._run_action_code_multi(self._get_eval_context(self.sudo()))
