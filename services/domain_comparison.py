"""Two fields of a record held against each other, as a condition of the database."""

from odoo.tools import SQL

from ..engine.domain_forms import COMPARISONS
from ..engine.errors import DomainError

SQL_COMPARISONS = {name: SQL(name) for name in COMPARISONS}
#: Types that are comparable with each other.
NUMBERS = ("integer", "float", "monetary")
DATES = ("date", "datetime")
TEXTS = ("char", "text", "selection")
#: Families of values that have an order.
ORDERED = (NUMBERS, DATES)


class FieldComparison:
    """A condition between two fields of the same record, as ``Domain.custom`` takes it.

    An empty value is neither before nor after, nor equal to, anything; "is not" is the
    opposite of "is" and so includes the records on which either field is empty. Numbers
    have no empty value: it is 0. A date and a time are compared by the day.
    """

    domain = None

    def __init__(self, model, name, operator, other):
        """:raise DomainError: when the fields cannot be compared"""
        self.name = name
        self.operator = operator
        self.other = other
        self._check(model)

    @property
    def paths(self):
        """What it reads of the record."""
        return (self.name, self.other)

    def __call__(self, model, alias, query):
        """The condition in SQL."""
        by_day = model._fields[self.name].type != model._fields[self.other].type
        one, other = (_value(model, name, alias, query, by_day) for name in (self.name, self.other))
        if self.operator == "!=":
            return SQL("(%s = %s) IS NOT TRUE", one, other)
        return SQL("%s %s %s", one, SQL_COMPARISONS[self.operator], other)

    def _check(self, model):
        fields = [_comparable(model, name) for name in (self.name, self.other)]
        families = {_family(field) for field in fields}
        one, other = (field._description_string(model.env) for field in fields)
        if len(families) > 1:
            raise DomainError(
                model.env._(
                    "“%(one)s” and “%(other)s” hold different kinds of values", one=one, other=other
                )
            )
        if self.operator not in ("=", "!=") and not families <= set(ORDERED):
            raise DomainError(
                model.env._(
                    "“%(one)s” and “%(other)s” have no order: compare them by “is” or “is not”",
                    one=one,
                    other=other,
                )
            )


def _comparable(model, name):
    field = model._fields.get(name) if isinstance(name, str) else None
    if field is None:
        raise DomainError(
            model.env._("“%s” is no field of the record itself, so it cannot be compared", name)
        )
    try:
        model.sudo()._field_to_sql(model._table, name, model._as_query(ordered=False))
    except ValueError as error:
        raise DomainError(
            model.env._(
                "“%s” is computed anew each time, or is a list, so it cannot be compared",
                field._description_string(model.env),
            )
        ) from error
    return field


def _family(field):
    for family in (NUMBERS, DATES, TEXTS):
        if field.type in family:
            return family
    return (field.type, field.comodel_name)


def _value(model, name, alias, query, by_day):
    sql, holds = model._field_to_sql(alias, name, query), model._fields[name].type
    if holds in NUMBERS:
        return SQL("COALESCE(%s, 0)", sql)
    if holds in TEXTS:
        return SQL("NULLIF(%s, '')", sql)
    if holds == "boolean":
        return SQL("COALESCE(%s, FALSE)", sql)
    if holds == "datetime" and by_day:
        zone = model.env.context.get("tz") or "UTC"
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", sql, zone)
    return sql
