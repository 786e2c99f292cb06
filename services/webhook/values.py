"""From payloads to the values of fields: set by set where records have to be looked up."""

from odoo.fields import Domain
from odoo.tools import plaintext2html

from ...engine.coercion import coerced, is_coercible
from ...engine.domain_text import domain_from_text
from ...engine.errors import CoercionError
from ...engine.payload import MISSING, value_at
from ..texts import translated


def is_fillable(field):
    """True for a field that a payload can fill."""
    return not field.readonly and (is_coercible(field.type) or field.type == "many2one")


class Filling:
    """What the lines of a trigger make of the payloads of a slice.

    Records that values name are looked up with one search per line, however many calls there
    are, and as the run-as user.
    """

    def __init__(self, trigger, env, payloads):
        self.env = env
        self.model = env[trigger.model_name]
        self.lines = trigger.webhook_value_ids
        self.defaults = _defaults(trigger.workflow_id.object_id)
        self.linked = {
            line: self._look_up(line, payloads)
            for line in self.lines
            if self.model._fields[line.field_name].type == "many2one"
        }

    def for_creation(self, payload, given):
        """Values of a new record, and what could not be read of them: (vals, faults).

        :param given: values that follow from what the record was looked for by
        """
        vals, faults = self._of(payload, self.lines)
        vals = {**self.defaults, **given, **vals}
        name = self.model._rec_name
        if name in self.model._fields and self.model._fields[name].type == "char":
            vals[name] = vals.get(name) or str(next(iter(given.values()), ""))
        return vals, faults

    def for_update(self, payload):
        """Values of a record that was there already: (vals, faults)."""
        return self._of(payload, self.lines.filtered(lambda line: line.when == "always"))

    def _of(self, payload, lines):
        """A value that is missing from the payload leaves its field alone."""
        vals, faults = {}, []
        for line in lines:
            value = value_at(payload, line.path)
            if value is MISSING:
                continue
            try:
                vals[line.field_name] = self._value(line, value)
            except CoercionError as error:
                reason = translated(self.env, error)
                faults.append(
                    self.env._("%(path)s was left out: %(reason)s.", path=line.path, reason=reason)
                )
        return vals, faults

    def _value(self, line, value):
        field = self.model._fields[line.field_name]
        if line in self.linked:
            return self._link(line, value)
        choices = field._description_selection(self.env) if field.type == "selection" else ()
        read = coerced(value, field.type, choices)
        # What comes from outside is text, and no mark-up.
        return plaintext2html(read) if read and field.type == "html" else read

    def _link(self, line, value):
        text = coerced(value, "char")
        found = self.linked[line].get(text.lower(), ()) if text else ()
        if text and len(found) != 1:
            raise CoercionError(
                self.env._("there is more than one “%s”", text[:80])
                if found
                else self.env._("there is no “%s”", text[:80])
            )
        return next(iter(found), False)

    def _look_up(self, line, payloads):
        """{what names a record, in lower case: ids}: its id, or what it is looked for by."""
        target = self.env[self.model._fields[line.field_name].comodel_name]
        values = (value_at(payload, line.path) for payload in payloads)
        texts = {str(value).strip() for value in values if isinstance(value, str | int)} - {""}
        names = _names_of(target)
        records = target.search(
            Domain.OR(Domain(name, "=ilike", _escaped(text)) for name in names for text in texts)
            | Domain("id", "in", [int(text) for text in texts if _is_id(text)])
        )
        found = {}
        for record in records if texts else ():
            for name in {str(record.id), *(str(record[name] or "").lower() for name in names)}:
                found.setdefault(name, set()).add(record.id)
        return found


def _names_of(model):
    """The texts by which people look for a record of a model."""
    return [
        name
        for name in model._rec_names_search or [model._rec_name]
        if name in model._fields and model._fields[name].type in ("char", "text")
    ]


def _is_id(text):
    return text.isascii() and text.isdigit() and len(text) < 10


def _escaped(text):
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _defaults(object_type):
    """What a record needs to be of the type, as far as its domain says so plainly."""
    terms = domain_from_text(object_type.domain)
    if any(isinstance(term, str) and term != "&" for term in terms):
        return {}
    plain = [term for term in terms if not isinstance(term, str) and term[1] == "="]
    return {path: value for path, _operator, value in plain if "." not in path}
