from odoo import fields, models


class CrmWorkflowMailClick(models.Model):
    """The first click on a link of an e-mail; how often it was clicked, the link itself counts."""

    _name = "crm.workflow.mail.click"
    _description = "Click in a Workflow E-mail"
    _log_access = False
    _order = "id desc"
    _rec_name = "url"

    mail_id = fields.Many2one(
        "crm.workflow.mail", string="E-mail", required=True, readonly=True, ondelete="cascade"
    )
    link_id = fields.Many2one(
        "link.tracker", required=True, readonly=True, ondelete="cascade", index=True
    )
    url = fields.Char(string="Address of the Link", related="link_id.url", store=True)
    label = fields.Char(string="Text of the Link", related="link_id.label", store=True)
    at = fields.Datetime(string="Time", required=True, readonly=True)
    company_id = fields.Many2one(related="mail_id.workflow_id.company_id")

    _once = models.UniqueIndex("(mail_id, link_id)", "A link of an e-mail is noted once.")
