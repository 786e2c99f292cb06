"""Texts of the engine in the language of whoever reads them."""

from babel.numbers import format_decimal

from odoo.tools.misc import babel_locale_parse, get_lang
from odoo.tools.translate import get_translation

from ..engine.texts import Text, filled

MODULE = "crm_workflow"


def translated(env, text):
    """A text, or what an error says; what is in words of the reader already stays as it is.

    :param text: may be an exception
    """
    own = next(iter(text.args), None) if isinstance(text, Exception) else text
    if not isinstance(own, Text):
        return str(text)
    filling = filled(own.filling, lambda value: _said(env, value))
    return get_translation(MODULE, env.lang or "en_US", own.term, filling)


def _said(env, value):
    if type(value) is int:
        return format_decimal(value, locale=babel_locale_parse(get_lang(env).code))
    return translated(env, value)
