from odoo import models

from ..services.mail_writing import own_values

#: The fields of a template that say whom it goes to.
RECIPIENTS = ("email_to", "email_cc", "partner_to")


class MailTemplate(models.Model):
    """A step may send a template to others than the template says."""

    _inherit = "mail.template"

    def _generate_template(
        self,
        res_ids,
        render_fields,
        recipients_allow_suggested=False,
        find_or_create_partners=False,
    ):
        chosen = own_values(self.env.cr)
        if chosen.keys() >= set(res_ids):
            # Whom the template would write to is not asked.
            render_fields = [name for name in render_fields if name not in RECIPIENTS]
        results = super()._generate_template(
            res_ids,
            render_fields,
            recipients_allow_suggested=recipients_allow_suggested,
            find_or_create_partners=find_or_create_partners,
        )
        for record_id, own in chosen.items():
            if record_id in results:
                results[record_id].update(own)
        return results
