"""Captured values: what a fact tells of a field, as :mod:`..engine.changes` speaks of it."""

import functools
import logging

import psycopg2

from odoo import fields

_logger = logging.getLogger(__name__)


def change_of(old, new):
    """[old, new], or None, that it changed, where one of them could not be read."""
    return None if old is None or new is None else [old, new]


def _readable(read):
    """What a value that cannot be read costs is that value: None, instead of all that is noted.

    Values are read as superuser: what the author may not see has changed all the same.
    """

    @functools.wraps(read)
    def reading(record, name):
        try:
            return read(record, name)
        except psycopg2.Error:
            raise
        except Exception:
            _logger.exception("The value of %s of %s was not captured", name, record)
            return None

    return reading


@_readable
def ids_of(record, name):
    return record[name].ids


@_readable
def value_of(record, name):
    """A field's value as :mod:`..engine.changes` speaks of it."""
    return _plain(
        record._fields[name], record._fields[name].convert_to_read(record[name], record, False)
    )


def column_value(records, name, raw):
    """The same from a value on its way to, or out of, a column."""
    raw = getattr(raw, "adapted", raw)
    definition = records._fields[name]
    if isinstance(raw, dict):
        key = (
            str(records.env.company.id)
            if definition.company_dependent
            else records.env.lang or "en_US"
        )
        raw = raw.get(key, next(iter(raw.values()), None))
    return _plain(definition, raw)


def _plain(definition, value):
    if value is None or value is False:
        return False
    if definition.type == "datetime":
        return fields.Datetime.to_string(value)
    if definition.type == "date":
        return fields.Date.to_string(value)
    if definition.type in ("float", "monetary"):
        return round(float(value), 6)
    return value if isinstance(value, int | str) else str(value)
