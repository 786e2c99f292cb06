"""HTML with placeholders: values are shown in it as text, and never read as HTML."""

import re
from html import unescape
from urllib.parse import unquote

from markupsafe import Markup, escape

from odoo.tools import html_sanitize

from .value_words import words

_BRACES = re.compile(r"\{\{(.*?)\}\}|%7B%7B(.*?)%7D%7D", re.IGNORECASE)


def source_of(html):
    """HTML whose formulas read as people typed them.

    Editors write ``>`` as ``&gt;``, blanks as such that do not break, and in the address of a link
    the braces, too, by their codes: ``href="%7B%7B%20object.website%20%7D%7D"``.
    """
    return _BRACES.sub(_typed, str(html or ""))


def _typed(braces):
    text = braces[1] if braces[1] is not None else unquote(braces[2])
    return "{{" + unescape(text).replace("\xa0", " ") + "}}"


def html_words(env, value):
    """A value in HTML, as people write it."""
    if isinstance(value, Markup):
        return Markup(html_sanitize(value))  # nosec B704
    return escape(words(env, value)).replace("\n", Markup("<br/>"))
