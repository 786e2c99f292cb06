from odoo import fields, models
from odoo.tools import is_html_empty

from ...services.value_problems import problems_of_html


class IrActionsServer(models.Model):
    """A note in the history of the record, or a message that its followers get."""

    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[("crm_workflow_note", "Write a Note"), ("mail_post",)],
        ondelete={"crm_workflow_note": "cascade"},
    )
    crm_workflow_note_body = fields.Html(string="Text of the Note")
    crm_workflow_note_to_followers = fields.Boolean(
        string="Send to Followers",
        help="As a message, which its followers get; people outside among them, too.",
    )

    def _run_set_crm_workflow_note(self, records):
        """Notes are written all at once; messages one by one, as Odoo knows them."""
        records.check_access(records._mail_post_access)
        values = self._values(records)
        bodies = values.html(self.crm_workflow_note_body)
        if not self.crm_workflow_note_to_followers:
            records._message_log_batch(bodies, message_type="comment")
            return
        for record in values.one_by_one():
            record.message_post(
                body=bodies[record.id], message_type="comment", subtype_xmlid="mail.mt_comment"
            )

    def _problems_crm_workflow_note(self, step):
        if not self.model_id.is_mail_thread:
            yield self.env._(
                "Records of type %s have no history to write a note into.", self.model_id.name
            )
        if is_html_empty(self.crm_workflow_note_body):
            yield self.env._("The note is empty: write its text.")
        yield from problems_of_html(step, self.crm_workflow_note_body)
