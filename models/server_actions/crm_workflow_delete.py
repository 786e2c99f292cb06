from odoo import fields, models
from odoo.exceptions import UserError

from ...services import capture
from ...services.deletions import counter_of, is_spared, within_limit

#: So many records a day, unless people say otherwise.
DAILY = 100


class IrActionsServer(models.Model):
    """Records are deleted, for ever: only when somebody has said so, and not too many a day."""

    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[
            ("crm_workflow_archive",),
            ("crm_workflow_delete", "Delete for Ever"),
            ("next_activity",),
        ],
        ondelete={"crm_workflow_delete": "cascade"},
    )
    crm_workflow_confirmed = fields.Boolean(
        string="Really delete, for ever",
        help="Deleted records do not come back. Archiving hides them and can be undone.",
    )
    crm_workflow_daily_limit = fields.Integer(
        string="At Most, a Day",
        default=DAILY,
        help="Beyond that many records a day, those on the step are parked.",
    )

    def _run_set_crm_workflow_delete(self, records):
        """One ``unlink`` for all, with the rights of the user, whoever runs the action."""
        values = self._values(records)
        self_sudo = self.sudo()
        for fault in self_sudo._faults_crm_workflow_delete(None):
            raise UserError(fault)
        targets = self_sudo._targets(values)
        counter_sudo = counter_of(values.env, self_sudo._deletion_key(), values.now)
        limit = self_sudo.crm_workflow_daily_limit
        allowed, refused = within_limit(targets, limit - counter_sudo.count)
        doomed = self._all_targets(allowed).sudo(False)
        if doomed:
            counter_sudo.count += len(doomed)
            doomed.unlink()
        for record_id in refused:
            self._refuse(values, record_id, counter_sudo.count)

    def _refuse(self, values, record_id, count):
        """
        :raise UserError: outside of workflows, where nobody can be parked
        """
        message = self.env._(
            "%s records have been deleted here today, which is the limit. Retry it tomorrow, or "
            "raise the limit.",
            count,
        )
        if capture.acting_values(self.env.cr) is None:
            raise UserError(message)
        values.park(record_id, message)

    def _deletion_key(self):
        """Counts go on from version to version, as a step's key does."""
        return self.crm_workflow_action_ids[:1].key or f"ir.actions.server,{self.id}"

    def _record_model_crm_workflow_delete(self):
        return self._target_model()

    def _right_crm_workflow_delete(self):
        return "unlink"

    def _name_crm_workflow_delete(self):
        return self._with_target(self.env._("delete the %s for ever", self._record_words()))

    def _warning_depends(self):
        return [
            *super()._warning_depends(),
            "crm_workflow_confirmed",
            "crm_workflow_daily_limit",
        ]

    def _faults_crm_workflow_delete(self, step):
        yield from self._faults_of_target()
        if not self.crm_workflow_confirmed:
            yield self.env._(
                "Deleted records do not come back: tick “Really delete, for ever”, or archive them "
                "instead."
            )
        if self.crm_workflow_daily_limit < 1:
            yield self.env._("Say how many records may be deleted a day.")
        model_name = self.crm_workflow_record_model
        if model_name in self.env and is_spared(self.env[model_name]):
            yield self.env._(
                "Records of the type %s are never deleted by an action: choose other records.",
                self.env[model_name]._description,
            )
