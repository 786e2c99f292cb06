from odoo import fields, models
from odoo.tools import email_normalize
from odoo.tools.mail import email_split

from ...services import recipients
from ...services.recipients import Whom
from ...services.value_problems import problems_of_text
from ...services.words import field_label


class IrActionsServer(models.Model):
    """Whom an e-mail goes to. Each way has a ``_email_to_<way>(records)``: {record id: Whom}, and
    a ``_problems_email_to_<way>(step)``.
    """

    _inherit = "ir.actions.server"

    crm_workflow_email_to = fields.Selection(
        [
            ("contact", "The contact of the record"),
            ("owner", "The owner of the record"),
            ("followers", "The followers of the record"),
            ("path", "People or addresses that the record leads to"),
            ("addresses", "These addresses"),
            ("template", "Whom the template names"),
        ],
        string="E-mail To",
        default="contact",
        help="Of a contact or company itself, its own address.",
    )
    crm_workflow_email_path = fields.Char(
        string="E-mail To Field", help="Leads to contacts, to users, or to a text with an address."
    )
    crm_workflow_email_addresses = fields.Char(
        string="E-mail Addresses", help="With commas between them."
    )

    def _email_recipients(self, records):
        """What the action says of its recipients: {record id: Whom}."""
        return getattr(self, f"_email_to_{self.crm_workflow_email_to or 'contact'}")(records)

    def _email_to_contact(self, records):
        return recipients.contacts(records)

    def _email_to_owner(self, records):
        return recipients.at_path(records, recipients.owner_field(records))

    def _email_to_followers(self, records):
        return recipients.at_path(records, "message_partner_ids")

    def _email_to_path(self, records):
        return recipients.at_path(records, self.crm_workflow_email_path)

    def _email_to_addresses(self, records):
        texts = self._values(records).text(self.crm_workflow_email_addresses)
        return {record_id: Whom(emails=text) for record_id, text in texts.items()}

    def _email_to_template(self, records):
        names = ("email_to", "email_cc", "partner_to")
        found = self._email_template()._generate_template(records.ids, names)
        return {
            record_id: Whom(
                tuple(vals.get("partner_ids") or ()),
                ",".join(vals[name] for name in names[:2] if vals.get(name)),
            )
            for record_id, vals in found.items()
        }

    def _problems_of_recipients(self, step):
        method = getattr(
            self, f"_problems_email_to_{self.crm_workflow_email_to or 'contact'}", None
        )
        return method(step) if method else ()

    def _problems_email_to_contact(self, step):
        if not recipients.has_contact(step.env[step.model_name]):
            yield self.env._(
                "Records of type %s have no contact and no e-mail address: choose whom else the "
                "e-mail goes to.",
                self.model_id.name,
            )

    def _problems_email_to_owner(self, step):
        if not recipients.owner_field(step.env[step.model_name]):
            yield self.env._("The records have no owner: choose whom else the e-mail goes to.")

    def _problems_email_to_followers(self, step):
        if "message_partner_ids" not in step.env[step.model_name]._fields:
            yield self.env._("The records have no followers: choose whom else the e-mail goes to.")

    def _problems_email_to_path(self, step):
        path = self.crm_workflow_email_path
        field = path and recipients.field_at(step.env[step.model_name], path)
        if not field:
            yield self.env._("Choose the field with the people or the address for the e-mail.")
        elif not recipients.is_address(field):
            yield self.env._(
                "“%s” leads to no contacts, users or addresses: choose another field.",
                field_label(step.env[step.model_name], path),
            )

    def _problems_email_to_addresses(self, step):
        text = self.crm_workflow_email_addresses or ""
        if not text.strip():
            yield self.env._("Write the addresses that the e-mail goes to.")
        elif "{{" in text:
            yield from problems_of_text(step, text)
        elif not email_split(text) or not all(map(email_normalize, text.split(","))):
            yield self.env._("“%s” is no list of e-mail addresses.", text)

    def _problems_email_to_template(self, _step):
        if self.crm_workflow_email_by != "template":
            yield self.env._("The e-mail has no template to name its recipients: choose them here.")
