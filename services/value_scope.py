"""Scope: what the names of a formula mean for one record."""

from datetime import datetime

from odoo.exceptions import UserError
from odoo.models import BaseModel

from ..engine.errors import FormulaError
from ..engine.typed_json import Ids
from .texts import translated
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
            raise failed(self.env, read.text, error) from error
        if isinstance(value, datetime) and not raw:
            return to_utc(self.env, value)
        return _plain(value)

    def words(self, value):
        """The text of a value, for functions of texts."""
        return words(self.env, _plain(value))

    def root(self, name):
        """The value of a name that a formula starts from."""
        method = _ROOTS.get(name)
        if method is None:
            raise no_root(self.env, name)
        return method(self)

    def attribute(self, value, name):
        """A value's own value of a name; what is empty has none."""
        if value is None:
            return None
        if isinstance(value, RelatedNames):
            return self.values.related(name)[self.record.id] or None
        if isinstance(value, Many):
            return self._each(value.records, name)
        if isinstance(value, BaseModel):
            return self._value(readable_field(value, name), value[name])
        if isinstance(value, dict):
            return self._told(value.get(name))
        raise FormulaError(self.env._("“%s” is asked of what is no record", name))

    def _each(self, records, name):
        """The values of several records: a list, however many they are."""
        field = readable_field(records, name)
        if field.relational:
            return Many.of(records.mapped(name))
        found = [self._value(field, record[name]) for record in records]
        return [value for value in found if value is not None] or None

    def _value(self, field, value):
        if field.type == "boolean":
            return bool(value)
        if field.type in ("one2many", "many2many"):
            return Many.of(value)
        if field.relational:
            return value or None
        if isinstance(value, datetime):
            return to_local(self.env, value)
        return None if value is False or value == "" else value

    def _told(self, value):
        """What was kept as data: moments in UTC, records by id, and False where nothing is."""
        if isinstance(value, datetime):
            return to_local(self.env, value)
        if isinstance(value, Ids):
            return self._kept(value) if value.model in self.env else None
        return None if value is None or value == "" else value

    def _kept(self, ids):
        """Records that were kept, as far as they are still there."""
        found = self.env[ids.model].browse(ids.ids).exists()
        return Many.of(found) if len(ids.ids) > 1 else found or None

    def _event(self):
        return self.values.told.get(self.record.id) or {}

    def _workflow(self):
        workflow_sudo = self.values.version_sudo and self.values.version_sudo.workflow_id
        return {"name": workflow_sudo.name, "id": workflow_sudo.id} if workflow_sudo else None


class RelatedNames:
    """Stands for ``related`` until a name is given."""


class Many:
    """Records of which there may be several, so that their values are lists, even if it is one."""

    __slots__ = ("records",)

    def __init__(self, records):
        self.records = records

    @classmethod
    def of(cls, records):
        """None where there are none."""
        return cls(records) if records else None

    def __len__(self):
        return len(self.records)

    def __iter__(self):
        return iter(self.records)

    def __getitem__(self, place):
        return self.records[place]


def failed(env, text, error):
    """The error of a formula that cannot be read, or not be worked out."""
    reason = translated(env, error)
    return UserError(env._("“%(text)s”: %(reason)s", text=text, reason=reason))


def no_root(env, name):
    """The error of a formula that starts with a name that there is not."""
    return FormulaError(
        env._(
            "there is no “%(name)s”; a formula starts with %(roots)s",
            name=name,
            roots=", ".join(ROOTS),
        )
    )


def readable_field(records, name):
    """The field of a name.

    :raise FormulaError: when there is none that can be read
    """
    field = records._fields.get(name)
    if field is None or field.type in UNREADABLE:
        model = records._description
        raise FormulaError(records.env._("%(model)s has no “%(name)s”", model=model, name=name))
    return field


def _plain(value):
    """A value as it leaves the formula."""
    return value.records if isinstance(value, Many) else value


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
