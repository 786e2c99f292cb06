from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.i18n import format_list

from ...services import capture
from ...services.assign import assign
from ...services.domains import checked_domain
from ...services.names import visible_name, visible_names
from ...services.paths import model_at

STATE = "crm_workflow_assign"
#: The name of the action calls so many people by name.
PEOPLE_TOLD = 4


class IrActionsServer(models.Model):
    """“Assign to a person”: gives each record to somebody of a pool, in turn or to the least busy.

    It serves workflow steps, Odoo's automation rules and contextual actions alike.
    """

    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[(STATE, "Assign to a Person")], ondelete={STATE: "cascade"}
    )
    assign_field = fields.Char(
        string="Field of the Person", compute="_compute_assign_field", store=True, readonly=False
    )
    assign_field_id = fields.Many2one(
        "ir.model.fields",
        string="Fills",
        compute="_compute_assign_field_id",
        inverse="_inverse_assign_field_id",
        domain="[('model_id', '=', model_id), ('ttype', '=', 'many2one'), ('store', '=', True),"
        " ('relation', '=', 'res.users'), ('readonly', '=', False)]",
        help="The field that says who is in charge of the record.",
    )
    assign_from = fields.Selection(
        [
            ("people", "People I choose"),
            ("team", "The members of a sales team"),
            ("record", "The members of the record's own sales team"),
        ],
        string="Who",
        default="people",
    )
    assign_line_ids = fields.One2many(
        "crm.workflow.assignee", "action_id", string="People", copy=True
    )
    assign_team_id = fields.Many2one("crm.team", string="Sales Team", ondelete="set null")
    assign_team_path = fields.Char(
        string="Team of the Record", help="Where the record names its sales team."
    )
    assign_how = fields.Selection(
        [
            ("turn", "In turn"),
            ("weight", "In turn, some more often than others"),
            ("busy", "Whoever has least to do"),
        ],
        string="How",
        default="turn",
    )
    assign_load = fields.Selection(
        [("records", "Records they are in charge of"), ("activities", "Open activities")],
        string="Measured By",
        default="records",
    )
    assign_load_domain = fields.Char(
        string="Which Records Count",
        compute="_compute_assign_load_domain",
        store=True,
        readonly=False,
        help="Archived records count only where the condition includes them.",
    )
    assign_present = fields.Selection(
        [
            ("any", "Everybody"),
            ("here", "Only who is not on leave"),
            ("hours", "Only who is at work, by their working hours"),
        ],
        string="Available",
        default="any",
        help="Who is archived never gets a record. Leaves and working hours are those of the"
        " person, or else the company's working hours.",
    )
    assign_daily_limit = fields.Integer(
        string="At Most a Day",
        help="Records that each person gets from this action on one day; 0 for any number. When"
        " everybody has had as many, the rest stays with nobody.",
    )
    assign_keep = fields.Boolean(
        string="Keep Who Is in Charge",
        default=True,
        help="Records that somebody is in charge of stay with that person.",
    )
    assign_notify = fields.Boolean(
        string="Tell the Person",
        default=True,
        help="Send Odoo's message “You have been assigned”, where the record knows it.",
    )

    # What it is about

    def _assigns(self):
        return self.filtered(lambda action: action.state == STATE)

    @api.depends("model_id", "state")
    def _compute_assign_field(self):
        (self - self._assigns()).assign_field = False
        for action in self._assigns():
            if not action._assigned_field():
                action.assign_field = "user_id"
                action.assign_field = action._assigned_field() and "user_id"

    @api.depends("model_id", "state")
    def _compute_assign_load_domain(self):
        """What is closed is no work any more, where the model notes that in the usual way."""
        for action in self:
            model = action._assigned_model()
            closes = model is not None and "date_closed" in model._fields
            action.assign_load_domain = "[('date_closed', '=', False)]" if closes else False

    @api.depends("assign_field", "model_id")
    def _compute_assign_field_id(self):
        model_fields_sudo = self.env["ir.model.fields"].sudo()
        for action in self:
            action.assign_field_id = action.assign_field and model_fields_sudo._get(
                action.model_id.model, action.assign_field
            )

    @api.onchange("assign_field_id")
    def _inverse_assign_field_id(self):
        for action in self:
            action.assign_field = action.assign_field_id.sudo().name

    def _assigned_model(self):
        """An empty recordset of the model that an assignment is about; None without."""
        name = self.state == STATE and self.sudo().model_id.model
        return self.env[name] if name and name in self.env else None

    def _assigned_field(self):
        """The field that is filled; None where there is no such field."""
        model = self._assigned_model()
        field = model._fields.get(self.assign_field or "") if model is not None else None
        fits = field and field.store and field.type == "many2one"
        return field if fits and field.comodel_name == "res.users" else None

    # Doing it

    def _run_set_crm_workflow_assign(self, records):
        """Assign many records with one ``write`` per person; the ledger tells to whom."""
        self.ensure_one()
        told = assign(self.sudo(), records)
        values = capture.acting_values(self.env.cr)
        # An automation rule may assign other records while a step runs.
        if values is not None and values.records._name == records._name:
            for record_id, text in told.items():
                values.answer(record_id, text)

    def _rota(self):
        """(key, workflow id, action id) of the rota: a step's outlives its versions."""
        step = self.crm_workflow_action_ids[:1] if self.usage == "crm_workflow" else False
        if step:
            return (f"step:{step.workflow_id.id}:{step.key}", step.workflow_id.id, None)
        return (f"action:{self.id}", None, self.id)

    # What is wrong with it

    @api.model
    def _warning_depends(self):
        return [
            *super()._warning_depends(),
            "assign_field",
            "assign_from",
            "assign_line_ids.user_id.active",
            "assign_team_id.crm_team_member_ids.active",
            "assign_team_path",
            "assign_how",
            "assign_load_domain",
            "assign_daily_limit",
        ]

    def _get_warning_messages(self):
        warnings = super()._get_warning_messages()
        if self.state == STATE and self.model_id:
            action_sudo = self.sudo()
            warnings += action_sudo._assign_faults()
            warnings += getattr(action_sudo, f"_assign_lacks_{self.assign_from or 'people'}")()
        return warnings

    def _assign_faults(self):
        """Why it cannot run at all, in words."""
        if not self._assigned_field():
            return [self.env._("Choose the field that says who is in charge: it names one user.")]
        faults = []
        if self.assign_from == "record" and not self._names_a_team():
            faults.append(self.env._("Choose the field of the record that names its sales team."))
        if self.assign_how == "busy" and self.assign_load == "records":
            try:
                checked_domain(self._assigned_model(), self.assign_load_domain)
            except ValidationError as error:
                faults.append(error.args[0])
        if self.assign_daily_limit < 0:
            faults.append(self.env._("“At most a day” is a number of records, or 0 for any."))
        return faults

    def _names_a_team(self):
        """True when the path leads over one record each to a sales team."""
        path = self.assign_team_path or ""
        target = model_at(self._assigned_model(), path)
        return target is not None and target._name == "crm.team"

    def _assign_lacks_people(self):
        people = self.assign_line_ids.user_id
        if not people:
            return [self.env._("Choose the people who are to get the records.")]
        if not people.filtered(lambda user: user.active and not user.share):
            return [
                self.env._(
                    "Everybody who is to get the records is archived, or no internal user: "
                    "choose others."
                )
            ]
        return []

    def _assign_lacks_team(self):
        if not self.assign_team_id:
            return [self.env._("Choose the sales team whose members are to get the records.")]
        members = self.assign_team_id.crm_team_member_ids.filtered("active")
        if not members.user_id.filtered("active"):
            team = visible_name(self.assign_team_id)
            return [self.env._("The sales team “%s” has no members: add some to it.", team)]
        return []

    def _assign_lacks_record(self):
        return []

    # In words

    def _name_depends(self):
        return [
            *super()._name_depends(),
            "assign_from",
            "assign_how",
            "assign_line_ids.user_id",
            "assign_team_id",
        ]

    def _generate_action_name(self):
        if self.state != STATE:
            return super()._generate_action_name()
        who = self._assign_names()
        if not who:
            return self.env._("Assign to a person")
        if self.assign_from == "people" and len(self.assign_line_ids) == 1:
            return self.env._("Assign to %s", who)
        match self.assign_how:
            case "weight":
                return self.env._("Assign to %s by weight", who)
            case "busy":
                return self.env._("Assign to the least busy: %s", who)
        return self.env._("Assign to %s in turn", who)

    def _assign_names(self):
        """Who may get the records, in a few words; empty as long as nobody is chosen."""
        action_sudo = self.sudo()
        if action_sudo.assign_from == "record":
            return self.env._("the record's sales team")
        if action_sudo.assign_from == "team":
            return visible_name(action_sudo.assign_team_id)
        names = list(visible_names(action_sudo.assign_line_ids.user_id).values())
        if len(names) > PEOPLE_TOLD:
            more = self.env._("%s others", len(names) - PEOPLE_TOLD + 1)
            names = [*names[: PEOPLE_TOLD - 1], more]
        return format_list(self.env, names, "or") if names else ""

    def _document_domains_crm_workflow_assign(self):
        return {"assign_load_domain": self.model_id.model}
