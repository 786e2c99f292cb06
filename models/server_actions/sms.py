from odoo import models

#: How Odoo spells that a note is kept, or that there is nothing but the note.
WITH_NOTE, NOTE_ONLY = "comment", "note"


class IrActionsServer(models.Model):
    """SMS, where the app is. They wait in the queue: Odoo's own “with note” sends at once."""

    _inherit = "ir.actions.server"

    def _run_set_sms(self, records):
        """As one batch; who has no number, or is on the list of those to spare, gets none."""
        records.check_access("write")
        if not self.sms_template_id:
            return
        if self.sms_method == NOTE_ONLY:
            self._sms_notes(records)
            return
        composer = (
            self.env["sms.composer"]
            .with_context(
                default_res_model=records._name,
                default_res_ids=repr(records.ids),
                default_composition_mode="mass",
                default_template_id=self.sms_template_id.id,
                default_mass_keep_log=self.sms_method == WITH_NOTE,
                default_mass_force_send=False,
            )
            .create({})
        )
        queued_sudo = composer._action_send_sms()
        self._tell_of_sms(records, queued_sudo)

    def _sms_notes(self, records):
        """What the SMS would say, as a note."""
        bodies = self.sms_template_id._render_field("body", records.ids, compute_lang=True)
        records._message_log_batch(bodies, message_type="sms")

    def _tell_of_sms(self, records, queued_sudo):
        """The ledger tells who gets none, and why; one SMS for each record, in their order."""
        values = self._values(records)
        reasons = dict(queued_sudo._fields["failure_type"]._description_selection(self.env))
        for record, sms in zip(records, queued_sudo, strict=True):
            is_queued = sms.state == "outgoing"
            reason = reasons.get(sms.failure_type, sms.failure_type)
            told = "" if is_queued else self.env._("Not sent: %s.", reason)
            values.answer(record.id, told, {"sent": is_queued})

    def _outputs_sms(self):
        return {"sent": ("boolean", self.env._("Was queued for sending"))}

    def _problems_sms(self, _step):
        if not self.sms_template_id:
            yield self.env._("The SMS has no template: choose one.")
