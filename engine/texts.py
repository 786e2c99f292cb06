"""Texts for people: in English here, where no language is known, and in others later.

``_lt`` is the mark by which Odoo's export of terms finds a text; what fills it in is given apart,
so that the sentence can be looked up in another language (``services/texts.py``).
"""


class Text(str):
    """An English text that remembers its ``term``, the sentence, and its ``filling``."""

    def __new__(cls, term, filling=()):
        text = super().__new__(cls, term % filled(filling, _in_english) if filling else term)
        text.term, text.filling = term, filling
        return text


def _lt(term, /, *args, **kwargs):
    """A text for people, to be said in their language; it fills in as Odoo's ``_`` does.

    Values come as texts, other texts for people among them. Whole numbers are written as the
    reader writes them, so that numbers of the reader's own are better given as texts.

    >>> _lt("longer than %s characters", 5000)
    'longer than 5,000 characters'
    >>> text = _lt("“%(value)s” is %(kind)s", value="1", kind=_lt("a number"))
    >>> text, text.term
    ('“1” is a number', '“%(value)s” is %(kind)s')
    """
    return Text(term, args or kwargs)


def filled(filling, say):
    """What fills in a term, each value as ``say`` says it."""
    if isinstance(filling, dict):
        return {name: say(value) for name, value in filling.items()}
    return tuple(map(say, filling))


def _in_english(value):
    return f"{value:,}" if type(value) is int else str(value)
