"""Functions of formulas on numbers, lists and what is empty."""

import math

from .coercion import coerced, no_number
from .errors import CoercionError, FormulaError
from .formula_operators import check_length, is_number, operated
from .formula_table import as_number, as_several, as_text, as_whole, function
from .texts import _lt


@function("number(text)", _lt("The number that a text says."))
def _as_number(value):
    if is_number(value):
        return value
    try:
        number = coerced(str(value).replace(" ", ""), "float")
    except CoercionError as error:
        raise FormulaError(no_number(value)) from error
    return None if number is False else int(number) if number == int(number) else number


@function("round(number, [digits])", _lt("Rounded, halves away from zero."))
def _round(number, digits=0):
    factor = 10 ** max(-15, min(15, as_whole(digits)))
    rounded = math.floor(abs(as_number(number)) * factor + 0.5) / factor
    rounded = math.copysign(rounded, number)
    return int(rounded) if rounded == int(rounded) and digits <= 0 else rounded


@function("floor(number)", _lt("The whole number below."))
def _floor(number):
    return math.floor(as_number(number))


@function("ceiling(number)", _lt("The whole number above."))
def _ceiling(number):
    return math.ceil(as_number(number))


@function("abs(number)", _lt("Without its sign."))
def _abs(number):
    return abs(as_number(number))


@function("min(value, ...)", _lt("The smallest of the values, or of a list."), empty=True)
def _min(*values):
    return min(as_several(values), default=None)


@function("max(value, ...)", _lt("The largest of the values, or of a list."), empty=True)
def _max(*values):
    return max(as_several(values), default=None)


@function("sum(value, ...)", _lt("All added up, or all of a list."), empty=True)
def _sum(*values):
    total = 0
    for value in as_several(values):
        total = operated("+", total, as_number(value))
    return total


@function("count(records)", _lt("How many."), empty=True)
def _count(records):
    return 0 if records is None else len(records)


@function("first(list)", _lt("The first of a list."))
def _first(values):
    return next(iter(values), None)


@function("last(list)", _lt("The last of a list."))
def _last(values):
    return values[-1] if len(values) else None


@function(
    "join(list, [text])",
    _lt("A list as one text, with a comma or what you give."),
    empty=True,
    scoped=True,
)
def _join(scope, values, between=", "):
    texts = [scope.words(value) for value in values or () if value is not None]
    check_length(sum(map(len, texts)) + len(as_text(between)) * len(texts))
    return between.join(texts) or None


@function("default(value, other)", _lt("The value, or the other where it is empty."), empty=True)
def _default(value, other):
    return other if _is_empty(value) else value


@function("is_empty(value)", _lt("Whether there is no value."), empty=True)
def _is_empty(value):
    if value is None:
        return True
    return hasattr(value, "__len__") and len(value) == 0
