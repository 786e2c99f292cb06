"""Scope: what the names of a formula mean for one record."""

from datetime import datetime

from odoo.exceptions import UserError
from odoo.models import BaseModel

from ..engine.errors import FormulaError
from ..engine.typed_json import Ids
from .value_words import to_local, to_utc, words

#: Fields whose content no text or formula reads.
UNREADABLE = ("binary",)


class Scope:
    """The names of one record. Inside formulas a moment is what the clock on the wall shows."""

    def __init__(self, values, record):
        self.values = values
        self.record = record
        self.env = values.env

    def result(self, read, raw=False):
        """What a formula comes to.

        :param raw: moments as on the wall
        :raise UserError: naming the record, when it cannot be worked out
        """
        try:
            value = read.value(self)
        except FormulaError as error:
            raise UserError(
                self.env._("“%(text)s”: %(reason)s", text=read.text, reason=error)
            ) from error
        if isinstance(value, datetime) and not raw:
            return to_utc(self.env, value)
        return value

    def words(self, value):
        """The text of a value, for functions of texts."""
        return words(self.env, value)

    def root(self, name):
        """The value of a name that a formula starts from."""
        method = _ROOTS.get(name)
        if method is None:
            raise FormulaError(f"there is no “{name}”; a formula starts with {', '.join(_ROOTS)}")
        return method(self)

    def attribute(self, value, name):
        """A value's own value of a name; what is empty has none."""
        if value is None:
            return None
        if isinstance(value, RelatedNames):
            return _filled(self.values.related(name)[self.record.id])
        if isinstance(value, BaseModel):
            return self._field(value, name)
        if isinstance(value, dict):
            return self._told(value.get(name))
        raise FormulaError(f"“{name}” is asked of what is no record")

    def _field(self, records, name):
        field = records._fields.get(name)
        if field is None or field.type in UNREADABLE:
            raise FormulaError(f"{records._description} has no “{name}”")
        if len(records) != 1 and not field.relational:
            found = [self._plain(field, record[name]) for record in records]
            return [value for value in found if value is not None] or None
        return self._plain(field, records[name] if not field.relational else records.mapped(name))

    def _plain(self, field, value):
        if field.type == "boolean":
            return bool(value)
        if field.relational:
            return _filled(value)
        if isinstance(value, datetime):
            return to_local(self.env, value)
        return None if value is False or value == "" else value

    def _told(self, value):
        """What was kept as data: moments in UTC, records by id, and False where nothing is."""
        if isinstance(value, datetime):
            return to_local(self.env, value)
        if isinstance(value, Ids):
            known = value.model in self.env
            return _filled(self.env[value.model].browse(value.ids).exists()) if known else None
        return None if value is None or value == "" else value

    def _event(self):
        told = self.values.told.get(self.record.id) or {}
        if {"model", "id"} <= told.keys() and told["model"] in self.env:
            told = {**told, "record": Ids(told["model"], [told["id"]])}
        return told

    def _workflow(self):
        workflow_sudo = self.values.version_sudo and self.values.version_sudo.workflow_id
        return {"name": workflow_sudo.name, "id": workflow_sudo.id} if workflow_sudo else None


class RelatedNames:
    """Stands for ``related`` until a name is given."""


def _filled(records):
    return records or None


_ROOTS = {
    "object": lambda scope: scope.record,
    "record": lambda scope: scope.record,
    "enrolled": lambda scope: scope.values.enrolled(scope.record),
    "related": lambda scope: RelatedNames(),
    "event": Scope._event,
    "steps": lambda scope: scope.values.outputs.get(scope.record.id) or {},
    "now": lambda scope: to_local(scope.env, scope.values.now),
    "today": lambda scope: to_local(scope.env, scope.values.now).date(),
    "user": lambda scope: scope.env.user,
    "workflow": Scope._workflow,
}
ROOTS = tuple(_ROOTS)
