import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...services import addresses, mailing_lists
from ...services.field_values import check_lists
from ...services.names import number_of, visible_records
from ...services.recipients import has_contact

CONTACT, LISTS = "mailing.contact", "list_ids"


class IrActionsServer(models.Model):
    """Mailing lists get the record's address, or lose it; the app is met by its models' names."""

    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[("crm_workflow_mailing_list", "Change a Mailing List"), ("followers",)],
        ondelete={"crm_workflow_mailing_list": "cascade"},
    )
    crm_workflow_mailing_list_change = fields.Selection(
        [("add", "Add to"), ("remove", "Remove from")], string="Mailing List Change", default="add"
    )
    crm_workflow_mailing_lists = fields.Char(string="Mailing Lists", help="As a JSON list of ids.")
    crm_workflow_mailing_model = fields.Char(
        compute="_compute_crm_workflow_mailing", string="Model of Mailing Lists"
    )
    crm_workflow_mailing_field = fields.Char(
        compute="_compute_crm_workflow_mailing", string="Key of Mailing Lists"
    )

    @api.constrains("crm_workflow_mailing_lists")
    def _check_mailing_list_ids(self):
        for action in self:
            check_lists(self.env, action.crm_workflow_mailing_lists)

    def _compute_crm_workflow_mailing(self):
        """What the choice of mailing lists looks like: the one on a mailing contact."""
        self.crm_workflow_mailing_model, self.crm_workflow_mailing_field = CONTACT, LISTS

    def _compute_allowed_states(self):  # pylint: disable=missing-return
        super()._compute_allowed_states()
        if addresses.MAILING not in self.env:
            for action in self:
                states = action.allowed_states
                action.allowed_states = [
                    state for state in states if state != "crm_workflow_mailing_list"
                ]

    def _run_set_crm_workflow_mailing_list(self, records):
        if addresses.MAILING not in self.env:
            raise UserError(self.env._("The app Email Marketing is gone: install it again."))
        lists = self.env["mailing.list"].browse(self._mailing_list_ids()).exists()
        if not lists:
            raise UserError(self.env._("The mailing lists are gone: edit the workflow."))
        change = mailing_lists.subscribe if self._adds_to_lists() else mailing_lists.unsubscribe
        values = self._values(records)
        for record_id, message in change(records, lists).items():
            values.answer(record_id, message)

    def _mailing_list_ids(self):
        return json.loads(self.crm_workflow_mailing_lists or "[]")

    def _adds_to_lists(self):
        return self.crm_workflow_mailing_list_change != "remove"

    def _name_depends(self):
        names = ["crm_workflow_mailing_list_change", "crm_workflow_mailing_lists"]
        return [*super()._name_depends(), *names]

    def _generate_action_name(self):
        ids = self.state == "crm_workflow_mailing_list" and self._mailing_list_ids()
        if not ids or addresses.MAILING not in self.env:
            return super()._generate_action_name()
        lists = self.env["mailing.list"].browse(ids).exists()
        seen = visible_records(lists)
        # Without the number of contacts that Odoo puts behind the name.
        told = ", ".join(own.name if own in seen else number_of(own) for own in lists)
        if self._adds_to_lists():
            return self.env._("Add to mailing list: %s", told)
        return self.env._("Remove from mailing list: %s", told)

    def _problems_crm_workflow_mailing_list(self, step):
        if addresses.MAILING not in self.env:
            yield self.env._("Install the app Email Marketing for its mailing lists.")
            return
        if not self._mailing_list_ids():
            yield self.env._("Choose the mailing lists.")
        if not has_contact(step.env[step.model_name]):
            yield self.env._(
                "Records of type %s have no e-mail address to put on a list.", self.model_id.name
            )
        user = step.workflow_id.sudo().run_as_id
        if not self.env[CONTACT].with_user(user).has_access("create"):
            yield self.env._(
                "%s, the run-as user, may not change mailing lists: choose another user, or give "
                "that user the rights.",
                user.name,
            )

    def _document_lists_crm_workflow_mailing_list(self):
        """Values are ids, which mean nothing in another database."""
        known = "mailing.list" in self.env
        return {"crm_workflow_mailing_lists": "mailing.list"} if known else {}
