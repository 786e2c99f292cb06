from odoo import api, models

from ..services import capture
from ..services.wake import wake


class MailMail(models.Model):
    """What a step queues leaves soon: Odoo's own e-mail queue runs once an hour only."""

    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        mails = super().create(vals_list)
        if capture.acting_step(self.env.cr):
            wake(self.env, "mail.ir_cron_mail_scheduler_action")
        return mails
