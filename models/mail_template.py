from odoo import models

from ..services.mail_writing import own_values


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
        results = super()._generate_template(
            res_ids,
            render_fields,
            recipients_allow_suggested=recipients_allow_suggested,
            find_or_create_partners=find_or_create_partners,
        )
        for record_id, own in own_values(self.env.cr).items():
            if record_id in results:
                results[record_id].update(own)
        return results
