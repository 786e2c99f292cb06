from odoo import fields, models

from ...engine.typed_json import Ids
from ...services.assignments import by_value, values_for_copies


class IrActionsServer(models.Model):
    """The record is copied, and some fields of the copy get other values."""

    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[("crm_workflow_copy", "Copy the Record"), ("object_copy",)],
        ondelete={"crm_workflow_copy": "cascade"},
    )

    def _run_set_crm_workflow_copy(self, records):
        """All that differ in the same way at once; what several lead to is copied for each."""
        values = self._values(records)
        self_sudo = self.sudo()
        targets = self_sudo._targets(values)
        model = self._all_targets(targets)
        found = values_for_copies(self_sudo.crm_workflow_assignment_ids, values, targets)
        own = {record_id: [] for record_id in targets}
        for vals, pairs in by_value(found):
            copies = model.browse([target_id for _record_id, target_id in pairs]).copy(vals)
            for (record_id, _target_id), copied_id in zip(pairs, copies.ids, strict=True):
                own[record_id].append(copied_id)
        for record_id, ids in own.items():
            values.answer(record_id, outputs={"record": Ids(model._name, ids)})

    def _outputs_crm_workflow_copy(self):
        return {"record": ("record", self.env._("The copy"), self.crm_workflow_record_model)}

    def _record_model_crm_workflow_copy(self):
        return self._target_model()

    def _makes_crm_workflow_copy(self):
        return self.crm_workflow_record_model

    def _right_crm_workflow_copy(self):
        return "create"

    def _name_crm_workflow_copy(self):
        text = self.env._("copy the %s", self._record_words())
        lines = self._lines_in_words()
        return self._with_target(f"{text}, {lines}" if lines else text)

    def _faults_crm_workflow_copy(self, step):
        yield from self._faults_of_target()
        yield from self._faults_of_lines(step)
