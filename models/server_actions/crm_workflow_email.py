from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ...engine.typed_json import Ids
from ...services import mail_limits, mail_writing
from ...services.names import visible_name
from ...services.recipients import owner_field, recipients_of
from ...services.value_problems import problems_of_html, problems_of_text


class IrActionsServer(models.Model):
    """An e-mail to people, by a template or written in the action; queued, never sent here.

    Who it comes from has a ``_email_from_<way>(records)``: {record id: partner}.
    """

    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[("crm_workflow_email", "Send an E-mail"), ("mail_post",)],
        ondelete={"crm_workflow_email": "cascade"},
    )
    crm_workflow_email_by = fields.Selection(
        [("text", "Written here"), ("template", "A template")], string="E-mail", default="text"
    )
    crm_workflow_email_template_id = fields.Many2one(
        "mail.template",
        string="E-mail Template",
        ondelete="set null",
        domain="[('model_id', '=', model_id)]",
    )
    crm_workflow_email_subject = fields.Char(string="E-mail Subject")
    crm_workflow_email_body = fields.Html(string="E-mail Text", sanitize="email_outgoing")
    crm_workflow_email_from = fields.Selection(
        [
            ("user", "The run-as user"),
            ("owner", "The owner of the record"),
            ("company", "The company"),
        ],
        string="E-mail From",
        default="user",
        help="A record without an owner is written about by the run-as user.",
    )
    crm_workflow_email_reply_to = fields.Char(
        string="Answers To",
        help="An address. Left empty, answers come back to the record, if Odoo receives e-mails.",
    )
    crm_workflow_email_hours = fields.Integer(
        string="At Most One In",
        help="Hours in which a record gets one e-mail of this workflow at most; 0 for no limit.",
    )
    crm_workflow_email_keep = fields.Boolean(
        string="Keep in the History",
        default=True,
        help="The record shows the e-mail among its messages, and whether it bounced. Else nothing "
        "of it is left once it is sent, and neither answers nor bounces are known as such.",
    )

    def _compute_allowed_states(self):  # pylint: disable=missing-return
        """Steps have this way to send e-mails, and are not offered Odoo's other one."""
        super()._compute_allowed_states()
        for action in self.filtered(lambda action: action.usage == "crm_workflow"):
            action.allowed_states = [
                state
                for state in action.allowed_states
                if state != "mail_post" or state == action.state
            ]

    def _run_set_crm_workflow_email(self, records):
        """Queue the e-mails of all who may be written to; the ledger tells of the others."""
        records.check_access("read")
        values = self._values(records)
        recipients = recipients_of(records, self._email_recipients(records))
        found = mail_limits.sort_out(records, recipients, self.crm_workflow_email_hours)
        chosen = records.filtered(lambda record: record.id in found.allowed)
        mails_sudo = chosen and self._email_mails(chosen, found.allowed)
        kept = {mail.res_id: mail.crm_workflow_mail_id.ids for mail in mails_sudo}
        for record in records:
            outputs = {"sent": record.id in found.allowed}
            if kept.get(record.id):
                outputs["mail"] = Ids("crm.workflow.mail", kept[record.id])
            values.answer(record.id, found.told.get(record.id, ""), outputs)

    def _email_mails(self, records, recipients):
        """The e-mails in the queue, in the order of the records."""
        keep = self.crm_workflow_email_keep
        # The queue deletes what it has sent; a message that is notified stays.
        vals = {"auto_delete": True, "is_notification": keep}
        if self.crm_workflow_email_by == "template":
            template = self._email_template()
            mails_sudo = mail_writing.by_template(records, template, recipients, vals)
        else:
            texts, senders = self._email_texts(records), self._email_senders(records)
            mails_sudo = mail_writing.by_hand(records, texts, senders, recipients, vals)
        if keep:
            mail_writing.keep_in_history(mails_sudo, [recipients[own] for own in records.ids])
        return mails_sudo

    def _email_template(self):
        """The template.

        :raise UserError: when it is gone, or is another model's meanwhile
        """
        template = self.crm_workflow_email_template_id
        for problem in self._problems_of_template():
            raise UserError(problem)
        return template

    def _email_texts(self, records):
        values = self._values(records)
        found = {
            "subject": values.text(self.crm_workflow_email_subject),
            "body": values.html(self.crm_workflow_email_body),
            "reply_to": values.text(self.crm_workflow_email_reply_to),
        }
        return {own: {name: of[own] for name, of in found.items()} for own in records.ids}

    def _email_senders(self, records):
        """Who writes: {record id: (address with name, partner id)}."""
        own = self.env.user.partner_id
        senders = getattr(self, f"_email_from_{self.crm_workflow_email_from or 'user'}")(records)
        found = {
            record_id: sender if sender.email else own for record_id, sender in senders.items()
        }
        return {
            record_id: (sender.email_formatted, sender.id) for record_id, sender in found.items()
        }

    def _email_from_user(self, records):
        return dict.fromkeys(records.ids, self.env.user.partner_id)

    def _email_from_owner(self, records):
        name = owner_field(records)
        owners_sudo = {record.id: record[name][:1].sudo() for record in records}
        return {record_id: owner.partner_id for record_id, owner in owners_sudo.items()}

    def _email_from_company(self, records):
        companies = records.sudo()._mail_get_companies(default=self.env.company)
        return {record_id: company.partner_id for record_id, company in companies.items()}

    def _name_depends(self):
        names = ["crm_workflow_email_by", "crm_workflow_email_subject"]
        return [*super()._name_depends(), *names, "crm_workflow_email_template_id"]

    def _generate_action_name(self):
        if self.state != "crm_workflow_email":
            return super()._generate_action_name()
        by_template = self.crm_workflow_email_by == "template"
        template = self.crm_workflow_email_template_id
        title = visible_name(template) if by_template else self.crm_workflow_email_subject
        return self.env._("E-mail: %s", title) if title else self.env._("Send an e-mail")

    def _outputs_crm_workflow_email(self):
        return {
            "sent": ("boolean", self.env._("Was queued for sending")),
            "mail": ("record", self.env._("The e-mail that was sent"), "crm.workflow.mail"),
        }

    def _problems_crm_workflow_email(self, step):
        if self.crm_workflow_email_by == "template":
            yield from self._problems_of_template()
        else:
            yield from self._problems_of_writing(step)
        yield from self._problems_of_recipients(step)
        if self.crm_workflow_email_hours < 0:
            yield self.env._("The hours in which a record gets one e-mail at most start at 0.")

    def _problems_of_template(self):
        template = self.crm_workflow_email_template_id
        if not template:
            yield self.env._("The e-mail has no template: choose one, or write the e-mail here.")
        elif template.model_id != self.model_id:
            yield self.env._(
                "The template “%(template)s” is made for %(other)s: choose one for %(model)s.",
                template=visible_name(template),
                other=template.model_id.name or self.env._("nothing"),
                model=self.model_id.name,
            )

    def _problems_of_writing(self, step):
        if not self.crm_workflow_email_subject:
            yield self.env._("The e-mail has no subject: write one.")
        if is_html_empty(self.crm_workflow_email_body):
            yield self.env._("The e-mail is empty: write its text.")
        yield from problems_of_text(step, self.crm_workflow_email_subject)
        yield from problems_of_html(step, self.crm_workflow_email_body)
        yield from problems_of_text(step, self.crm_workflow_email_reply_to)
        sender = step.workflow_id.sudo().run_as_id
        if not sender.email:
            yield self.env._(
                "%s, the run-as user, has no e-mail address to write from.", sender.name
            )
        if self.crm_workflow_email_from == "owner" and not owner_field(step.env[step.model_name]):
            yield self.env._("The records have no owner: choose who else the e-mail is from.")
