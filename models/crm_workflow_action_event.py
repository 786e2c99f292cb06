from odoo import api, fields, models

#: What a step says of an event is what a trigger says, under the names of the step.
PREFIX = "until_happens_"
EVENT_FIELDS = (
    "event",
    "event_model",
    "event_path",
    "event_domain",
    "field_name",
    "value_from",
    "value_to",
)
#: What a trigger's form asks for and offers.
FORM_FIELDS = (
    "event_asks",
    "event_choices",
    "event_model_choices",
    "event_path_choices",
    "subject_model",
    "watched_field",
)


def _prefixed(names):
    return [f"{PREFIX}{name}" for name in names]


class CrmWorkflowAction(models.Model):
    """The event that a step waits for: all that triggers know, described as they describe it."""

    _inherit = "crm.workflow.action"

    until_happens_event = fields.Selection(
        selection=lambda self: self._until_happens_events(), string="What Happens"
    )
    until_happens_event_model = fields.Char(
        string="Kind of Record",
        help="What kind of record it happens to; empty for the workflow's own.",
    )
    until_happens_event_path = fields.Char(
        string="Whose",
        compute="_compute_until_happens_event_path",
        store=True,
        readonly=False,
        help="The way from the record that it happens to, to the records that wait.",
    )
    until_happens_event_domain = fields.Char(
        string="Only When", default="[]", help="Asked of the record that it happens to."
    )
    until_happens_field_name = fields.Char(
        string="Awaited Field", help="The field whose change counts."
    )
    until_happens_value_from = fields.Char(
        string="From", help="Old values that count, as a JSON list; empty for any."
    )
    until_happens_value_to = fields.Char(
        string="To", help="New values that count, as a JSON list; empty for any."
    )
    until_happens_event_asks = fields.Char(
        compute="_compute_until_happens_form", string="What the Awaited Event Asks For"
    )
    until_happens_event_choices = fields.Json(
        compute="_compute_until_happens_form", string="Events to Wait For"
    )
    until_happens_event_model_choices = fields.Json(
        compute="_compute_until_happens_form", string="Records of the Awaited Event to Choose From"
    )
    until_happens_event_path_choices = fields.Json(
        compute="_compute_until_happens_form", string="Ways From the Awaited Event to Choose From"
    )
    until_happens_subject_model = fields.Char(
        compute="_compute_until_happens_form", string="Model of the Awaited Event"
    )
    until_happens_watched_field = fields.Char(
        compute="_compute_until_happens_form", string="Field of the Awaited Event"
    )

    @api.depends("until_happens_event", "until_happens_event_model", "model_name")
    def _compute_until_happens_event_path(self):
        """The likeliest way, unless the one that was chosen leads there as well."""
        for action in self:
            trigger = action.until_happens_event and action._trigger_until_happens()
            if trigger:
                trigger._compute_event_path()
            action.until_happens_event_path = trigger and trigger.event_path

    @api.depends(*_prefixed(EVENT_FIELDS), "kind", "model_name", "object_id")
    def _compute_until_happens_form(self):
        for action in self:
            trigger = action._optional_trigger()
            for name, own in zip(FORM_FIELDS, _prefixed(FORM_FIELDS), strict=True):
                action[own] = trigger and trigger[name]

    @api.constrains(*_prefixed(EVENT_FIELDS), "until_happens_domain")
    def _check_until_happens_event(self):
        for action in self.filtered("until_happens_event"):
            trigger = action._trigger_until_happens()
            trigger._check_values()
            trigger._check_event_domain()

    @api.onchange("until_happens_event", "until_happens_event_model")
    def _onchange_until_happens_event(self):
        """What was said of another event means nothing for this one."""
        trigger = self._trigger_until_happens()
        trigger._onchange_event()
        for name, own in zip(EVENT_FIELDS, _prefixed(EVENT_FIELDS), strict=True):
            self[own] = trigger[name]

    def _optional_trigger(self):
        """The trigger that a step of this kind is described by, if there is one."""
        method = getattr(self, f"_trigger_{self.kind}", None)
        return method and method()

    def _until_happens_events(self):
        """The events that a trigger knows, add-ons' own among them."""
        return self.env["crm.workflow.trigger"]._fields["event"]._description_selection(self.env)

    def _until_happens_event_fields(self):
        """Names of the fields that describe the event."""
        return _prefixed(EVENT_FIELDS)

    def _until_happens_prefixed(self, by_name):
        """What a trigger says of its fields, said of the step's: {name: anything}."""
        return {f"{PREFIX}{name}": value for name, value in by_name.items()}

    def _trigger_until_happens(self):
        """The trigger that would fire on the event: so the step knows all that triggers know."""
        return self.env["crm.workflow.trigger"].new(
            {
                "version_id": self.version_id.id,
                "model_name": self.model_name,
                "kind": "event",
                "domain": self.until_happens_domain,
                **{name: self[f"{PREFIX}{name}"] for name in EVENT_FIELDS},
            }
        )
