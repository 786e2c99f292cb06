from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.changes import accepted_values, accepts
from ...services.describe import describe_domain, describe_values
from ...services.queue.entry import Origin


class CrmWorkflowTrigger(models.Model):
    """An event adds a value to ``event`` and a method ``_fits_<event>(self, fact)`` of its own."""

    _inherit = "crm.workflow.trigger"

    kind = fields.Selection(
        selection_add=[("event", "Something happens")], ondelete={"event": "cascade"}
    )
    event = fields.Selection(
        [("created", "Record is created"), ("changed", "Field changes")],
        default="created",
        string="What Happens",
    )
    field_name = fields.Char(string="Field", help="The field whose change counts.")
    value_from = fields.Char(
        string="From", help="Old values that count, as a JSON list; empty for any."
    )
    value_to = fields.Char(
        string="To", help="New values that count, as a JSON list; empty for any."
    )

    @api.constrains("value_from", "value_to")
    def _check_values(self):
        for trigger in self:
            try:
                accepted_values(trigger.value_from), accepted_values(trigger.value_to)
            except ValueError as error:
                raise ValidationError(
                    self.env._('From and To are lists of values, such as ["won"]: %s', error)
                ) from error

    def _watch_event(self, watches):
        watches.records(self.model_name)
        if self.event == "changed":
            watches.field(self.model_name, self.field_name, valued=True)

    def _entering_event(self, facts):
        """Records the event happened to, if they match the condition: {record id: Origin}."""
        fits = getattr(self, f"_fits_{self.event}")
        origins = {
            fact.res_id: Origin(fact.cause) for fact in facts.about(self.model_name) if fits(fact)
        }
        return facts.matching(self, origins)

    def _fits_created(self, fact):
        return fact.event == "created"

    def _fits_changed(self, fact):
        """A record that is created with a value counts as a change from nothing."""
        change = (fact.changes or {}).get(self.field_name)
        if not change or fact.event == "deleted":
            return False
        old, new = change
        if fact.event == "created" and not new:
            return False
        return accepts(accepted_values(self.value_from), old) and accepts(
            accepted_values(self.value_to), new
        )

    def _summary_depends(self):
        return [*super()._summary_depends(), "event", "field_name", "value_from", "value_to"]

    def _summary_event(self):
        if self.event == "created":
            happened = self.env._("Is created")
        else:
            happened = describe_values(
                self.env, self.model_name, self.field_name, self.value_from, self.value_to
            )
        if self.domain in (False, "", "[]"):
            return happened
        condition = describe_domain(self.env, self.model_name, self.domain)
        return self.env._(
            "%(happened)s, and matches: %(condition)s", happened=happened, condition=condition
        )

    def _problems_event(self):
        if self.event == "changed":
            field = self.env[self.model_name]._fields.get(self.field_name or "")
            if field is None:
                yield self.env._(
                    "The field “%(field)s” does not exist on %(model)s; choose another.",
                    field=self.field_name or "",
                    model=self.env[self.model_name]._description,
                )
            elif not field.store or field.type in ("one2many", "binary", "html", "json"):
                yield self.env._(
                    "Changes of “%s” cannot be seen; choose a stored field.", self.field_name
                )
        elif not self.event:
            yield self.env._("Choose what has to happen.")

    def _document_fields_event(self):
        return ("event", "field_name", "value_from", "value_to")

    def _document_lists_event(self):
        """Values of a relational field are ids, which mean nothing in another database."""
        field = self.env[self.model_name]._fields.get(self.field_name or "")
        return (
            dict.fromkeys(("value_from", "value_to"), field.comodel_name)
            if field and field.relational
            else {}
        )
