"""Functions of formulas on texts."""

import re

from .formula_operators import check_length, limited
from .formula_table import as_text, as_whole, function
from .texts import _lt


@function("concat(text, ...)", _lt("The texts, one after the other."), empty=True, words=True)
def _concat(*texts):
    return limited("".join(text or "" for text in texts))


@function("upper(text)", _lt("In capital letters."), words=True)
def _upper(text):
    return text.upper()


@function("lower(text)", _lt("In small letters."), words=True)
def _lower(text):
    return text.lower()


@function("title(text)", _lt("Each word with a capital letter."), words=True)
def _title(text):
    return re.sub(r"\S+", lambda word: word[0][:1].upper() + word[0][1:].lower(), text)


@function("capitalize(text)", _lt("The first letter as a capital."), words=True)
def _capitalize(text):
    return text[:1].upper() + text[1:]


@function("trim(text)", _lt("Without blanks around it, and single ones inside."), words=True)
def _trim(text):
    return " ".join(text.split())


@function("replace(text, old, new)", _lt("With each old part replaced."), words=True, empty=True)
def _replace(text, old, new):
    if text is None or not old:
        return text
    new = new or ""
    check_length(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


@function("left(text, count)", _lt("The first characters."))
def _left(text, count):
    return as_text(text)[: as_whole(count)]


@function("right(text, count)", _lt("The last characters."))
def _right(text, count):
    count = as_whole(count)
    return as_text(text)[-count:] if count else ""


@function("cut(text, start, [end])", _lt("From one place to another; the first place is 0."))
def _cut(text, start, end=None):
    return as_text(text)[as_whole(start) : None if end is None else as_whole(end)]


@function("length(value)", _lt("How many characters, or how many records."), empty=True)
def _length(value):
    return 0 if value is None else len(value)


@function(
    "contains(text, part)", _lt("Whether a text holds another, whatever the case."), words=True
)
def _contains(text, part):
    return part.casefold() in text.casefold()


@function("starts_with(text, part)", _lt("Whether it begins so, whatever the case."), words=True)
def _starts_with(text, part):
    return text.casefold().startswith(part.casefold())


@function("ends_with(text, part)", _lt("Whether it ends so, whatever the case."), words=True)
def _ends_with(text, part):
    return text.casefold().endswith(part.casefold())


@function("before(text, part)", _lt("What stands before the first such part."), words=True)
def _before(text, part):
    return text.partition(part)[0] if part else text


@function("after(text, part)", _lt("What stands behind the first such part."), words=True)
def _after(text, part):
    return text.partition(part)[2] if part else ""


@function("split(text, part)", _lt("The pieces of a text, as a list."), words=True)
def _split(text, part):
    return [piece.strip() for piece in text.split(part or ",")]


@function("text(value)", _lt("As people write it."), words=True)
def _as_text(text):
    return text
