"""HTML with placeholders: values are shown in it as text, and never read as HTML."""

import re
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote

from markupsafe import Markup, escape

from odoo.tools import html_sanitize

from .value_words import words

_BRACES = re.compile(r"\{\{(.+?)\}\}|%7B%7B(.+?)%7D%7D", re.IGNORECASE)
_TAG = re.compile(r"""<[a-z](?:[^<>"']|"[^"]*"|'[^']*')*>""", re.IGNORECASE)


class Part(NamedTuple):
    """HTML as it was saved, and the placeholder behind it; behind the last part there is none."""

    html: Markup
    formula: str = ""
    instead: str = ""
    #: whether the placeholder is in a tag, such as the address of a link
    in_tag: bool = False


def parts_of_html(html):
    """HTML with placeholders in its parts.

    Editors write ``>`` as ``&gt;``, blanks as such that do not break, and in the address of a link
    the braces, too, by their codes: ``href="%7B%7B%20object.website%20%7D%7D"``. What such codes
    stand for is read as a formula alone, and never becomes a part of the HTML.
    """
    text, end, parts = str(html or ""), 0, []
    tags = [tag.span() for tag in _TAG.finditer(text)]
    for braces in _BRACES.finditer(text):
        formula, _bars, instead = _typed(braces).partition("|||")
        in_tag = any(start < braces.start() < stop for start, stop in tags)
        part = Part(_saved(text[end : braces.start()]), formula.strip(), instead.strip(), in_tag)
        parts.append(part)
        end = braces.end()
    return [*parts, Part(_saved(text[end:]))]


def _saved(html):
    """What stands between the placeholders is the designer's own, and was cleaned when saved."""
    return Markup(html)  # nosec B704


def _typed(braces):
    """What people typed between the braces."""
    text = braces[1] if braces[1] is not None else unquote(braces[2])
    return unescape(text).replace("\xa0", " ")


def html_words(env, value, in_tag=False):
    """A value in HTML, as people write it; in a tag nothing but text."""
    if in_tag:
        return escape(words(env, value))
    if isinstance(value, Markup):
        return Markup(html_sanitize(value))  # nosec B704
    return escape(words(env, value)).replace("\n", Markup("<br/>"))
