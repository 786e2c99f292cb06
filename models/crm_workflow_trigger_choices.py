from odoo import api, fields, models
from odoo.tools import groupby

from ..services import happenings, ways


class CrmWorkflowTrigger(models.Model):
    """What the form of an event trigger offers; the lists are as the widget takes them:
    [{label, choices: [{value, label}]}].
    """

    _inherit = "crm.workflow.trigger"

    subject_model = fields.Char(
        compute="_compute_subject",
        help="The kind of record that the event happens to.",
        string="Model of the Event",
    )
    watched_field = fields.Char(
        compute="_compute_subject",
        help="The field whose change is the event.",
        string="Field of the Event",
    )
    event_asks = fields.Char(
        compute="_compute_subject",
        help="What the form asks for, beside the event.",
        string="What the Event Asks For",
    )
    event_choices = fields.Json(compute="_compute_event_choices", string="Events to Choose From")
    event_model_choices = fields.Json(
        compute="_compute_subject_choices", string="Records of the Event to Choose From"
    )
    event_path_choices = fields.Json(
        compute="_compute_subject_choices", string="Ways From the Event to Choose From"
    )

    @api.depends("event", "event_model", "event_path", "field_name", "model_name")
    def _compute_subject(self):
        for trigger in self:
            known = trigger.event and trigger._subject_name() in self.env
            trigger.subject_model = known and trigger._subject_name()
            trigger.watched_field = known and trigger._watched_field()
            trigger.event_asks = known and " ".join(happenings.asks(trigger))

    @api.depends("model_name")
    def _compute_event_choices(self):
        """The events that can reach the workflow's kind of record with the apps there are."""
        for model_name, triggers in self.grouped("model_name").items():
            choices = self._event_choices(model_name)
            for trigger in triggers:
                trigger.event_choices = choices

    @api.depends("event", "event_model", "model_name", "object_id")
    def _compute_subject_choices(self):
        for trigger in self:
            names = happenings.subjects_of(trigger) if trigger.event_asks else []
            trigger.event_model_choices = self._one_list(
                ("", trigger.object_id.name)
                if name == trigger.model_name
                else (name, self.env[name]._description)
                for name in names
            )
            trigger.event_path_choices = self._one_list(
                (way, ways.way_label(self.env, trigger.subject_model, way))
                for way in happenings.ways_of(trigger)
            )

    @api.onchange("event", "event_model")
    def _onchange_event(self):
        """What was said of another event means nothing for this one."""
        offered = happenings.subjects_of(self) if self.event_asks else []
        if self._subject_name() not in offered or "model" not in self.event_asks:
            self.event_model = next(iter(offered), False)
        if self.event_model in (self.model_name, self._happening().model):
            self.event_model = False
        if "field" not in (self.event_asks or ""):
            self.field_name = False
        self.update({"event_domain": "[]", "value_from": False, "value_to": False})

    def _event_choices(self, model_name):
        if model_name not in self.env:
            return []
        offered = [
            (trigger._happening().group, {"value": value, "label": label})
            for value, label in self._fields["event"]._description_selection(self.env)
            if happenings.subjects_of(trigger := self._blank(value, model_name))
        ]
        by_group = dict(groupby(offered, lambda choice: choice[0]))
        return [
            {"label": label, "choices": [choice for _group, choice in by_group[group]]}
            for group, label in self._event_groups().items()
            if group in by_group
        ]

    def _blank(self, event, model_name):
        """A trigger that says no more than its event, of a workflow over a model."""
        return self.new({"kind": "event", "event": event, "model_name": model_name})

    @staticmethod
    def _one_list(choices):
        choices = [{"value": value, "label": label} for value, label in choices]
        return [{"label": "", "choices": choices}]
