import smtplib

from odoo import api, fields, models

from ..services import capture, copies, mail_parting, mail_retry, mail_tracking
from ..services.wake import wake

#: In the cursor's cache: the ids of the e-mail that is being sent.
IN_HANDS = "crm_workflow.mail_in_hands"


class MailMail(models.Model):
    """What a step queues leaves soon: Odoo's own e-mail queue runs once an hour only.

    It is told from what people send, so that its readers may be followed, and tried again when the
    server is away.
    """

    _inherit = "mail.mail"

    failure_type = fields.Selection(
        selection_add=[("crm_workflow_copy", "This database is a copy: its original sends it")],
        ondelete={"crm_workflow_copy": "set null"},
    )
    crm_workflow_mail_id = fields.Many2one(
        "crm.workflow.mail",
        string="Tracked For Workflows",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_system",
    )

    crm_workflow_attempt = fields.Integer(
        string="Attempt",
        copy=False,
        readonly=True,
        help="Which attempt to send the e-mail of a step is the next; 0 for all other e-mails.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        by_step = capture.acting_step(self.env.cr)
        if by_step:
            vals_list = [{**vals, "crm_workflow_attempt": 1} for vals in vals_list]
        mails = super().create(vals_list)
        if by_step:
            wake(self.env, mail_retry.CRON)
            mail_tracking.keep_sudo(mails)
        return mails

    def unlink(self):
        """A message that Odoo would delete with its e-mail stays for others that share it."""
        own = self.filtered(lambda mail: mail.crm_workflow_attempt and not mail.is_notification)
        if own:
            others = self.sudo().search(
                [("mail_message_id", "in", own.mail_message_id.ids), ("id", "not in", self.ids)]
            )
            shared = own.filtered(lambda mail: mail.mail_message_id in others.mail_message_id)
            shared.is_notification = True
        return super().unlink()

    def _send(self, *args, post_send_callback=None, **kwargs):
        """Each recipient of a step's e-mail has one of his own.

        The e-mail that was in hands when the server hung up is told from those that wait on.
        """
        queued, mails = set(self.ids), mail_parting.one_each(self)
        if post_send_callback:
            # Odoo counts those that it knows of.
            kwargs["post_send_callback"] = lambda ids: post_send_callback(
                [mail_id for mail_id in ids if mail_id in queued]
            )
        try:
            return super(MailMail, mails)._send(*args, **kwargs)
        except smtplib.SMTPServerDisconnected as error:
            # Odoo itself leaves it without a word of why, and tells nobody.
            in_hands = self.browse(self.env.cr.cache.pop(IN_HANDS, ()))
            own = in_hands.filtered("crm_workflow_attempt")
            reason = {"failure_type": "mail_smtp", "failure_reason": str(error)}
            own.write(reason)
            own._postprocess_sent_message([], [], **reason)
            raise

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """What may leave later is no failure yet, and nobody is told of one."""
        later = self.browse()
        if failure_type and not (success_pids or success_emails):
            later = mail_retry.postpone(self, failure_type, failure_reason)
        return super(MailMail, self - later)._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )

    @api.model
    def process_email_queue(self, *args, **kwargs):
        """In a copy, what steps have queued in the original is the original's to send.

        Of the others none waits for the next hour because there are many.
        """
        copies.look(self.env)
        with mail_retry.coming_back(self):
            return super().process_email_queue(*args, **kwargs)

    def _prepare_outgoing_body(self):
        """Links of an e-mail that is tracked lead through us."""
        body = super()._prepare_outgoing_body()
        tracked = self._tracked_sudo()
        return mail_tracking.with_links(tracked, body) if tracked else body

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """The picture is for the HTML alone: the plain text would name its address."""
        if self.crm_workflow_attempt:
            # Odoo has noted an attempt, without telling the database: now no other worker sends it.
            self.flush_recordset()
        self.env.cr.cache[IN_HANDS] = self.ids
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
        tracked = self.sudo().crm_workflow_mail_id
        return tracked if tracked and mail_tracking.is_on(self.env) else tracked.browse()
