"""Words: a value as text, for people or for machines."""

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from markupsafe import Markup

from odoo.models import BaseModel
from odoo.tools import format_date, format_datetime, html2plaintext
from odoo.tools.misc import babel_locale_parse, get_lang


def zone_of(env):
    """The time zone in which the environment's user counts days."""
    return ZoneInfo(env.context.get("tz") or env.user.tz or "UTC")


def to_local(env, moment):
    """A moment of the database, as the clock on the user's wall shows it."""
    aware = moment.replace(tzinfo=timezone.utc).astimezone(zone_of(env))
    return aware.replace(tzinfo=None)


def to_utc(env, moment):
    """What the clock on the user's wall shows, as the database keeps it."""
    aware = moment.replace(tzinfo=zone_of(env)).astimezone(timezone.utc)
    return aware.replace(tzinfo=None, fold=0)


def words(env, value, plain=False):
    """The text of a value of a formula.

    :param plain: as machines write it: 2026-03-01, 1200.5, true
    """
    if value is None:
        return ""
    if isinstance(value, BaseModel):
        return ", ".join(value.mapped("display_name"))
    if isinstance(value, list):
        return ", ".join(words(env, item, plain) for item in value)
    if isinstance(value, Markup):
        return html2plaintext(value)
    return (_plain if plain else _localized)(env, value)


def _plain(env, value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{to_utc(env, value).isoformat(timespec='seconds')}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _localized(env, value):
    if isinstance(value, bool):
        return env._("Yes") if value else env._("No")
    if isinstance(value, datetime):
        return format_datetime(env, to_utc(env, value), tz=zone_of(env).key, dt_format="short")
    if isinstance(value, date):
        return format_date(env, value)
    if isinstance(value, float):
        return format_decimal(value, "#,##0.##", locale=babel_locale_parse(get_lang(env).code))
    return str(value)
