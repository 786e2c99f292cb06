"""Captured values: what a fact tells of a field, as :mod:`..engine.changes` speaks of it."""

import functools
import logging

import psycopg2

from odoo import fields

from ..engine.changes import is_change

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


def column_change(records, name, old, new):
    """[old, new] of a column from what it held and what is on its way to it; None for the same.

    Of a field with several values it is the first that changes: what was read is written as well.
    """
    definition = records._fields[name]
    old, new = (getattr(raw, "adapted", raw) for raw in (old, new))
    for values in _pairs(records, definition, old, new):
        before, after = (_plain(definition, value) for value in values)
        if is_change(before, after):
            return [before, after]
    return None


def _pairs(records, definition, old, new):
    if definition.company_dependent:
        return _of_companies(records, definition, old or {}, new or {})
    if definition.translate:
        return _of_languages(old or {}, new or {"en_US": None})
    return [(old, new)]


def _of_companies(records, definition, old, new):
    """What each company said until now, or by default, and says from now on."""
    for company_id, value in new.items():
        key, there = str(company_id), records.with_company(company_id)
        if key in old:
            yield old[key], value
        else:
            default = definition.get_company_dependent_fallback(there)
            yield definition.convert_to_read(default, there, False), value


def _of_languages(old, new):
    """What was shown in each language until now, English where it had no text, and is then."""
    for lang, value in new.items():
        yield old.get(lang, old.get("en_US")), value


def _plain(definition, value):
    if value is None or value is False:
        return False
    if definition.type == "datetime":
        return fields.Datetime.to_string(fields.Datetime.to_datetime(value))
    if definition.type == "date":
        return fields.Date.to_string(fields.Date.to_date(value))
    if definition.type in ("float", "monetary"):
        return round(float(value), 6)
    return value if isinstance(value, int | str) else str(value)
