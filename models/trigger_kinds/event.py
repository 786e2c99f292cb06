from odoo import api, fields, models
from odoo.fields import Domain

from ...engine.changes import accepted_values
from ...engine.happening import Happening
from ...services import happenings
from ...services.describe import describe_domain
from ...services.domains import checked_domain
from ...services.faults import missing_app
from ...services.field_values import check_lists
from ...services.words import field_label


class CrmWorkflowTrigger(models.Model):
    """Something happens to a *subject*, and reaches the records that enter by a *way*.

    An event is one file in ``trigger_events``. It adds its value to ``event``, and these methods,
    found by name::

        _happening_<event>(self)        what it is: an engine.happening.Happening
        _fits_<event>(self, fact)       whether a captured fact is one; without it, Happening tells
        _poll_<event>(self, since, until)
                                        the subjects it happened to meanwhile, for what no fact
                                        tells; one query, see services/polls.py
        _event_summary_<event>(self)    what happens, in a few words; without it, its name
        _event_problems_<event>(self)   what keeps it from being published
        _event_fields_<event>(self)     names of fields of its own, for the XML document
    """

    _inherit = "crm.workflow.trigger"

    kind = fields.Selection(
        selection_add=[("event", "Something happens")], ondelete={"event": "cascade"}
    )
    event = fields.Selection([], default="created", string="What Happens")
    event_model = fields.Char(
        string="Kind of Record",
        help="What kind of record it happens to; empty for the workflow's own.",
    )
    event_path = fields.Char(
        string="Who Enters",
        compute="_compute_event_path",
        store=True,
        readonly=False,
        help="The way from the record that it happens to, to the records that enter.",
    )
    event_domain = fields.Char(
        string="Only When", default="[]", help="Asked of the record that it happens to."
    )
    field_name = fields.Char(string="Field", help="The field whose change counts.")
    value_from = fields.Char(
        string="From", help="Old values that count, as a JSON list; empty for any."
    )
    value_to = fields.Char(
        string="To", help="New values that count, as a JSON list; empty for any."
    )

    @api.depends("event", "event_model", "model_name")
    def _compute_event_path(self):
        """The likeliest way, unless the one that was chosen leads there as well."""
        for trigger in self:
            offered, chosen = happenings.ways_of(trigger), trigger.event_path or ""
            trigger.event_path = chosen if chosen in offered else next(iter(offered), False)

    @api.constrains("value_from", "value_to")
    def _check_values(self):
        for trigger in self:
            check_lists(self.env, trigger.value_from, trigger.value_to)

    @api.constrains("event_domain", "event", "event_model")
    def _check_event_domain(self):
        for trigger in self:
            if trigger._subject_name() in self.env:
                trigger._subject_domain()

    def _happening(self):
        """What the event is. One that only says which facts fit is about the records themselves."""
        method = getattr(self, f"_happening_{self.event}", None)
        return method() if method else Happening(facts=(self.event,))

    def _subject_name(self):
        """The model of the records that it happens to."""
        return self._happening().model or self.event_model or self.model_name

    def _subject_domain(self):
        """What is asked of the subject, as a :class:`~odoo.fields.Domain`."""
        subject = self.env[self._subject_name()]
        return Domain(self._happening().domain) & checked_domain(subject, self.event_domain)

    def _watched_field(self):
        """The name of the field whose change is the event; empty when it is no change."""
        names = self._happening().fields or filter(None, [self.field_name])
        subject_name = self._subject_name()
        fields_of_subject = self.env[subject_name]._fields if subject_name in self.env else ()
        return next((name for name in names if name in fields_of_subject), "")

    def _watch_event(self, watches):
        subject_name = self._subject_name()
        if subject_name not in self.env:
            raise missing_app(self.env, subject_name)
        watches.records(self.model_name)
        happenings.watch(self, watches)

    def _takes_new_event(self):
        own = self._subject_name() == self.model_name
        return own and not happenings.CREATION.isdisjoint(self._happening().facts)

    def _entering_event(self, facts):
        """Records that the event reaches, if they match the condition: {record id: Origin}."""
        return facts.matching(self, happenings.reached(self, facts))

    def _fits(self, fact):
        """True when a captured fact about a subject is this event."""
        method = getattr(self, f"_fits_{self.event}", None)
        if method:
            return method(fact)
        happening, name = self._happening(), self._watched_field()
        if fact.event not in happening.facts or not happening.fields:
            return fact.event in happening.facts
        return happening.turns((fact.changes or {}).get(name), accepted_values(self.value_to))

    def _summary_depends(self):
        own = ["event", "event_model", "event_path", "event_domain"]
        return [*super()._summary_depends(), *own, "field_name", "value_from", "value_to"]

    def _summary_event(self):
        happened = happenings.describe(self)
        if self.domain in (False, "", "[]"):
            return happened
        condition = describe_domain(self.env, self.model_name, self.domain)
        return self.env._(
            "%(happened)s, and matches: %(condition)s", happened=happened, condition=condition
        )

    def _problems_event(self):
        yield from happenings.problems(self)
        method = getattr(self, f"_event_problems_{self.event}", None)
        if method and self._subject_name() in self.env:
            yield from method()

    def _document_fields_event(self):
        method = getattr(self, f"_event_fields_{self.event}", tuple)
        own = ("event", "event_model", "event_path", "event_domain", *method())
        return (*own, "field_name", "value_from", "value_to")

    def _document_lists_event(self):
        """Values of a relational field are ids, which mean nothing in another database."""
        name = self._subject_name()
        field = name in self.env and self.env[name]._fields.get(self._watched_field())
        return (
            dict.fromkeys(("value_from", "value_to"), field.comodel_name)
            if field and field.relational
            else {}
        )

    def _document_domains_event(self):
        name = self._subject_name()
        return {"event_domain": name} if name in self.env else {}

    def _told_values_event(self):
        """The record that it happened to, and the value that changed."""
        name = self._subject_name()
        if name not in self.env:
            return
        yield "event.record", self.env[name]._description, name
        if field := self._watched_field():
            label = field_label(self.env[name], field)
            yield f"event.values.{field}[0]", self.env._("%s before", label), False
            yield f"event.values.{field}[1]", self.env._("%s after", label), False

    def _event_groups(self):
        """Under which headings the form lists events, in their order: {code: label}."""
        return {
            "record": self.env._("Record"),
            "sales": self.env._("Sales"),
            "messages": self.env._("Messages"),
            "activities": self.env._("Activities"),
            "meetings": self.env._("Meetings"),
            "money": self.env._("Money"),
            "website": self.env._("Website"),
            "support": self.env._("Projects and Support"),
        }
