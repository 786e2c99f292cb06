from odoo import fields, models

from ...services.assignments import new_values, write_each


class IrActionsServer(models.Model):
    """Several fields at once, on the record or on those around it."""

    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[("crm_workflow_edit", "Edit Fields"), ("object_write",)],
        ondelete={"crm_workflow_edit": "cascade"},
    )

    def _run_set_crm_workflow_edit(self, records):
        """One ``write`` for each distinct set of values."""
        values = self._values(records)
        self_sudo = self.sudo()
        targets = self_sudo._targets(values)
        lines_sudo = self_sudo.crm_workflow_assignment_ids
        write_each(self._all_targets(targets), new_values(lines_sudo, values, targets))

    def _record_model_crm_workflow_edit(self):
        return self._target_model()

    def _changes_crm_workflow_edit(self):
        lines = self.crm_workflow_assignment_ids
        return {(self.crm_workflow_record_model, line.field_name) for line in lines}

    def _right_crm_workflow_edit(self):
        return "write"

    def _name_crm_workflow_edit(self):
        return self._with_target(self._lines_in_words() or self.env._("edit fields"))

    def _faults_crm_workflow_edit(self, step):
        yield from self._faults_of_target()
        if not self.crm_workflow_assignment_ids:
            yield self.env._("Nothing is changed yet: add a field.")
        yield from self._faults_of_lines(step)
