from odoo import fields, models


class IrActionsServer(models.Model):
    """Records are archived, or come back."""

    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[
            ("object_copy",),
            ("crm_workflow_archive", "Archive or Restore"),
            ("next_activity",),
        ],
        ondelete={"crm_workflow_archive": "cascade"},
    )
    crm_workflow_archive = fields.Selection(
        [("archive", "Archive"), ("restore", "Restore from the archive")],
        string="What To Do",
        default="archive",
    )

    def _run_set_crm_workflow_archive(self, records):
        """One write, with what the model itself does when it is archived."""
        values = self._values(records)
        self_sudo = self.sudo()
        if self_sudo.crm_workflow_archive == "restore":
            # Those to be restored are in the archive, where nothing else looks.
            values = values.of(values.records.with_context(active_test=False))
            self._all_targets(self_sudo._targets(values)).action_unarchive()
        else:
            self._all_targets(self_sudo._targets(values)).action_archive()

    def _record_model_crm_workflow_archive(self):
        return self._target_model()

    def _right_crm_workflow_archive(self):
        return "write"

    def _name_depends(self):
        return [*super()._name_depends(), "crm_workflow_archive"]

    def _name_crm_workflow_archive(self):
        doing = {
            "archive": self.env._("archive the %s", self._record_words()),
            "restore": self.env._("restore the %s", self._record_words()),
        }
        return self._with_target(doing.get(self.crm_workflow_archive, ""))

    def _faults_crm_workflow_archive(self, step):
        yield from self._faults_of_target()
        if not self.crm_workflow_archive:
            yield self.env._("Say whether the record is to be archived or restored.")
        model_name = self.crm_workflow_record_model
        if model_name in self.env and not self.env[model_name]._active_name:
            yield self.env._(
                "Records of the type %s cannot be archived: choose other records.",
                self.env[model_name]._description,
            )
