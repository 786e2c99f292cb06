from odoo import api, fields, models

from ..services import capture, copies, mail_tracking
from ..services.wake import wake


class MailMail(models.Model):
    """What a step queues leaves soon: Odoo's own e-mail queue runs once an hour only.

    And it is told from what people send, so that its readers may be followed.
    """

    _inherit = "mail.mail"

    crm_workflow_mail_ids = fields.One2many(
        "crm.workflow.mail", "mail_id", string="Tracked For Workflows"
    )

    @api.model_create_multi
    def create(self, vals_list):
        mails = super().create(vals_list)
        if capture.acting_step(self.env.cr):
            wake(self.env, "mail.ir_cron_mail_scheduler_action")
            mail_tracking.keep_sudo(mails)
        return mails

    @api.model
    def process_email_queue(self, *args, **kwargs):
        """In a copy, what steps have queued in the original is the original's to send."""
        copies.look(self.env)
        return super().process_email_queue(*args, **kwargs)

    def _prepare_outgoing_body(self):
        """Links of an e-mail that is tracked lead through us."""
        body = super()._prepare_outgoing_body()
        tracked = self._tracked_sudo()
        return mail_tracking.with_links(tracked, body) if tracked else body

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """The picture is for the HTML alone: the plain text would name its address."""
        emails = super()._prepare_outgoing_list(
            mail_server=mail_server, doc_to_followers=doc_to_followers
        )
        if tracked := self._tracked_sudo():
            for email in emails:
                if email["body"]:
                    email["body"] = mail_tracking.with_picture(tracked, email["body"])
        return emails

    def _tracked_sudo(self):
        """What workflows keep of this e-mail: nothing when people sent it, or nobody is to know."""
        tracked = self.sudo().crm_workflow_mail_ids[:1]
        return tracked if tracked and mail_tracking.is_on(self.env) else tracked.browse()
