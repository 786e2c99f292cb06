from odoo import api, fields, models

from ..services import mail_tracking, sight


class CrmWorkflowMail(models.Model):
    """One e-mail that a step sent to people outside: whether it was opened, which links clicked.

    It outlives Odoo's own e-mail, which is often deleted once it has left, and its message with
    it. Written by steps and by what the readers of the e-mail do.
    """

    _name = "crm.workflow.mail"
    _description = "Workflow E-mail"
    _log_access = False
    _order = "id desc"
    _rec_name = "subject"

    workflow_id = fields.Many2one(
        "crm.workflow", required=True, readonly=True, ondelete="cascade", index=True
    )
    mail_ids = fields.One2many(
        "mail.mail",
        "crm_workflow_mail_id",
        string="E-mails in the Queue",
        readonly=True,
        groups="base.group_system",
        help="Until they have left: one for each recipient.",
    )
    kept_subject = fields.Char(readonly=True, groups="base.group_system")
    subject = fields.Char(
        compute="_compute_subject",
        search="_search_subject",
        help="For those who may see the record.",
    )
    at = fields.Datetime(string="Time", required=True, readonly=True)
    res_model = fields.Char(string="Model Name", readonly=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", readonly=True)
    partner_ids = fields.Many2many("res.partner", string="Recipients", readonly=True)
    opened_at = fields.Datetime(string="Opened", readonly=True, help="For the first time.")
    clicked_at = fields.Datetime(
        string="Clicked", readonly=True, help="When a link was last clicked for the first time."
    )
    click_ids = fields.One2many("crm.workflow.mail.click", "mail_id", string="Links Clicked")
    company_id = fields.Many2one(related="workflow_id.company_id")

    _of_record = models.Index("(res_model, res_id)")
    _aging = models.Index("(at)")

    @api.depends("kept_subject", "res_model", "res_id")
    @api.depends_context(*sight.READER)
    def _compute_subject(self):
        told = sight.told_ids(self)
        for mail, mail_sudo in zip(self, self.sudo(), strict=True):
            mail.subject = sight.shown(self.env, mail_sudo.kept_subject, mail.id in told)

    @api.model
    def _search_subject(self, operator, value):
        return sight.search(self, "kept_subject", operator, value)

    @api.depends("subject")
    @api.depends_context(*sight.READER)
    def _compute_display_name(self):
        for mail in self:
            mail.display_name = mail.subject or self.env._("E-mail without a subject")

    @api.model
    def _note_opened_sudo(self, mail_id, token):
        """The e-mail was opened: noted once, for who knows its token. The caller is nobody."""
        mail_tracking.note_opened(mail_tracking.known(self.sudo(), mail_id, token))

    @api.model
    def _note_clicked_sudo(self, mail_id, token, code, visitor):
        """A link was clicked: noted once per link, for who knows the token. The caller is nobody.

        :param visitor: what Odoo's own count of clicks wants to know of the caller
        """
        mail = mail_tracking.known(self.sudo(), mail_id, token)
        mail_tracking.note_clicked(mail, code, visitor)
