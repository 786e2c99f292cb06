from odoo import fields, models
from odoo.tools import is_html_empty

from ...services import colleagues
from ...services.recipients import field_at, owner_field
from ...services.value_problems import problems_of_html, problems_of_text


class IrActionsServer(models.Model):
    """A word to colleagues, in their inbox or by e-mail.

    Who is told has a ``_notify_to_<way>(records)``: {record id: users}, and a
    ``_problems_notify_to_<way>(step)``.
    """

    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[("crm_workflow_notify", "Tell Colleagues"), ("mail_post",)],
        ondelete={"crm_workflow_notify": "cascade"},
    )
    crm_workflow_notify_to = fields.Selection(
        [
            ("owner", "The owner of the record"),
            ("users", "These colleagues"),
            ("team", "Everybody in a sales team"),
            ("path", "Colleagues that the record leads to"),
        ],
        string="Tell",
        default="owner",
    )
    crm_workflow_notify_user_ids = fields.Many2many(
        "res.users",
        "crm_workflow_notify_users_rel",
        "action_id",
        "user_id",
        string="Colleagues",
        domain=[("share", "=", False)],
    )
    crm_workflow_notify_team_id = fields.Many2one(
        "crm.team", string="Sales Team to Tell", ondelete="set null"
    )
    crm_workflow_notify_path = fields.Char(string="Colleagues Field", help="Leads to users.")
    crm_workflow_notify_by = fields.Selection(
        [("choice", "As each of them prefers: inbox or e-mail"), ("email", "By e-mail")],
        string="Tell How",
        default="choice",
    )
    crm_workflow_notify_subject = fields.Char(string="Subject for Colleagues")
    crm_workflow_notify_body = fields.Html(string="Text for Colleagues")

    def _run_set_crm_workflow_notify(self, records):
        """Tell whoever is there to be told; the ledger says where nobody is."""
        records.check_access("read")
        values = self._values(records)
        found = getattr(self, f"_notify_to_{self.crm_workflow_notify_to or 'owner'}")(records)
        users = {own: users.sudo().filtered(_is_colleague) for own, users in found.items()}
        chosen = records.filtered(lambda record: users[record.id])
        for record in records - chosen:
            values.answer(record.id, self.env._("Nobody was told: there is no such colleague."))
        if chosen:
            texts = self._notify_texts(chosen)
            only_by_email = self.crm_workflow_notify_by == "email"
            colleagues.tell(chosen, texts, users, only_by_email=only_by_email)

    def _notify_texts(self, records):
        values = self._values(records)
        subjects = values.text(self.crm_workflow_notify_subject)
        bodies = values.html(self.crm_workflow_notify_body)
        return {own: {"subject": subjects[own], "body": bodies[own]} for own in records.ids}

    def _notify_to_owner(self, records):
        name = owner_field(records)
        return {record.id: record[name] for record in records}

    def _notify_to_users(self, records):
        return dict.fromkeys(records.ids, self.crm_workflow_notify_user_ids)

    def _notify_to_team(self, records):
        return dict.fromkeys(records.ids, self.sudo().crm_workflow_notify_team_id.member_ids)

    def _notify_to_path(self, records):
        path = self.crm_workflow_notify_path
        return {record.id: record.mapped(path) for record in records}

    def _name_depends(self):
        return [*super()._name_depends(), "crm_workflow_notify_subject"]

    def _generate_action_name(self):
        if self.state != "crm_workflow_notify":
            return super()._generate_action_name()
        subject = self.crm_workflow_notify_subject
        return self.env._("Tell: %s", subject) if subject else self.env._("Tell colleagues")

    def _problems_crm_workflow_notify(self, step):
        if not self.crm_workflow_notify_subject and is_html_empty(self.crm_workflow_notify_body):
            yield self.env._("Colleagues are told nothing: write a subject or a text.")
        yield from problems_of_text(step, self.crm_workflow_notify_subject)
        yield from problems_of_html(step, self.crm_workflow_notify_body)
        yield from getattr(self, f"_problems_notify_to_{self.crm_workflow_notify_to or 'owner'}")(
            step
        )

    def _problems_notify_to_owner(self, step):
        if not owner_field(step.env[step.model_name]):
            yield self.env._("The records have no owner: choose which colleagues are told.")

    def _problems_notify_to_users(self, _step):
        if not self.crm_workflow_notify_user_ids:
            yield self.env._("Choose the colleagues who are told.")

    def _problems_notify_to_team(self, _step):
        if not self.crm_workflow_notify_team_id:
            yield self.env._("Choose the sales team whose members are told.")

    def _problems_notify_to_path(self, step):
        path = self.crm_workflow_notify_path
        field = path and field_at(step.env[step.model_name], path)
        if not field or field.comodel_name != "res.users":
            yield self.env._("Choose a field that leads to the users who are told.")


def _is_colleague(user_sudo):
    return user_sudo.active and not user_sudo.share
