"""Functions of formulas.

A function is entered by :func:`function` with its usage, from which the number of its values is
read; the parts in brackets may be left out, and dots stand for any number.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from .errors import CoercionError, FormulaError
from .formula_operators import is_number, limited, operated

MANY = 100


@dataclass(frozen=True)
class Function:
    """One function. With ``empty`` it is asked although a value is empty; with ``words`` its
    values come as texts; with ``scoped`` it is given the scope first, which knows those texts.
    """

    usage: str
    about: str
    run: Callable
    least: int
    most: int
    empty: bool = False
    words: bool = False
    scoped: bool = False

    def __call__(self, scope, values):
        if self.words:
            values = [None if value is None else scope.words(value) for value in values]
        if not self.empty and any(value is None for value in values):
            return None
        return self.run(scope, *values) if self.scoped else self.run(*values)


FUNCTIONS = {}


def function(usage, about, **options):
    """Enter a function under the name in its usage; for the options see :class:`Function`."""
    name, _bracket, rest = usage.rstrip(")").partition("(")
    needed = [part for part in re.sub(r"\[.*", "", rest).split(",") if part.strip(" .")]
    possible = [part for part in re.sub(r"[\[\]]", "", rest).split(",") if part.strip(" .")]
    most = MANY if "..." in rest else len(possible)

    def enter(run):
        FUNCTIONS[name] = Function(usage, about, run, len(needed), most, **options)
        return run

    return enter


# Texts


@function("concat(text, ...)", "The texts, one after the other.", empty=True, words=True)
def _concat(*texts):
    return limited("".join(text or "" for text in texts))


@function("upper(text)", "In capital letters.", words=True)
def _upper(text):
    return text.upper()


@function("lower(text)", "In small letters.", words=True)
def _lower(text):
    return text.lower()


@function("title(text)", "Each word with a capital letter.", words=True)
def _title(text):
    return re.sub(r"\S+", lambda word: word[0][:1].upper() + word[0][1:].lower(), text)


@function("capitalize(text)", "The first letter as a capital.", words=True)
def _capitalize(text):
    return text[:1].upper() + text[1:]


@function("trim(text)", "Without blanks around it, and single ones inside.", words=True)
def _trim(text):
    return " ".join(text.split())


@function("replace(text, old, new)", "With each old part replaced.", words=True, empty=True)
def _replace(text, old, new):
    if text is None or not old:
        return text
    return limited(text.replace(old, new or ""))


@function("left(text, count)", "The first characters.")
def _left(text, count):
    return _text(text)[: _whole(count)]


@function("right(text, count)", "The last characters.")
def _right(text, count):
    count = _whole(count)
    return _text(text)[-count:] if count else ""


@function("cut(text, start, [end])", "From one place to another; the first place is 0.")
def _cut(text, start, end=None):
    return _text(text)[_whole(start) : None if end is None else _whole(end)]


@function("length(value)", "How many characters, or how many records.", empty=True)
def _length(value):
    return 0 if value is None else len(value)


@function("contains(text, part)", "Whether a text holds another, whatever the case.", words=True)
def _contains(text, part):
    return part.casefold() in text.casefold()


@function("starts_with(text, part)", "Whether it begins so, whatever the case.", words=True)
def _starts_with(text, part):
    return text.casefold().startswith(part.casefold())


@function("ends_with(text, part)", "Whether it ends so, whatever the case.", words=True)
def _ends_with(text, part):
    return text.casefold().endswith(part.casefold())


@function("before(text, part)", "What stands before the first such part.", words=True)
def _before(text, part):
    return text.partition(part)[0] if part else text


@function("after(text, part)", "What stands behind the first such part.", words=True)
def _after(text, part):
    return text.partition(part)[2] if part else ""


@function("split(text, part)", "The pieces of a text, as a list.", words=True)
def _split(text, part):
    return [piece.strip() for piece in text.split(part or ",")]


@function("text(value)", "As people write it.", words=True)
def _as_text(text):
    return text


# Numbers


@function("number(text)", "The number that a text says.")
def _as_number(value):
    if is_number(value):
        return value
    from .coercion import coerced

    try:
        number = coerced(str(value).replace(" ", ""), "float")
    except CoercionError as error:
        raise FormulaError(f"“{value}” is no number") from error
    return None if number is False else int(number) if number == int(number) else number


@function("round(number, [digits])", "Rounded, halves away from zero.")
def _round(number, digits=0):
    factor = 10 ** max(-15, min(15, _whole(digits)))
    rounded = math.floor(abs(_number(number)) * factor + 0.5) / factor
    rounded = math.copysign(rounded, number)
    return int(rounded) if rounded == int(rounded) and digits <= 0 else rounded


@function("floor(number)", "The whole number below.")
def _floor(number):
    return math.floor(_number(number))


@function("ceiling(number)", "The whole number above.")
def _ceiling(number):
    return math.ceil(_number(number))


@function("abs(number)", "Without its sign.")
def _abs(number):
    return abs(_number(number))


@function("min(value, ...)", "The smallest of the values, or of a list.", empty=True)
def _min(*values):
    return min(_several(values), default=None)


@function("max(value, ...)", "The largest of the values, or of a list.", empty=True)
def _max(*values):
    return max(_several(values), default=None)


@function("sum(value, ...)", "All added up, or all of a list.", empty=True)
def _sum(*values):
    total = 0
    for value in _several(values):
        total = operated("+", total, _number(value))
    return total


# Lists and records


@function("count(records)", "How many.", empty=True)
def _count(records):
    return 0 if records is None else len(records)


@function("first(list)", "The first of a list.")
def _first(values):
    return next(iter(values), None)


@function("last(list)", "The last of a list.")
def _last(values):
    return values[-1] if len(values) else None


@function(
    "join(list, [text])",
    "A list as one text, with a comma or what you give.",
    empty=True,
    scoped=True,
)
def _join(scope, values, between=", "):
    texts = [scope.words(value) for value in values or () if value is not None]
    return limited(_text(between).join(texts)) or None


# What is empty, and what is meant


@function("default(value, other)", "The value, or the other where it is empty.", empty=True)
def _default(value, other):
    return other if _is_empty(value) else value


@function("is_empty(value)", "Whether there is no value.", empty=True)
def _is_empty(value):
    if value is None:
        return True
    return hasattr(value, "__len__") and len(value) == 0


# Dates and moments


@function("date(value)", "The date in a text, such as 2026-03-01, or of a moment.")
def _date(value):
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        raise FormulaError(f"“{value}” is no date such as 2026-03-01") from None


@function("add_hours(moment, hours)", "So many hours later; earlier with a minus.")
def _add_hours(moment, hours):
    return _moment(moment) + timedelta(hours=_number(hours))


@function("add_days(date, days)", "So many days later; earlier with a minus.")
def _add_days(day, days):
    return _day(day) + timedelta(days=_number(days))


@function("add_weeks(date, weeks)", "So many weeks later; earlier with a minus.")
def _add_weeks(day, weeks):
    return _day(day) + timedelta(weeks=_number(weeks))


@function("add_months(date, months)", "The same day of another month, or its last.")
def _add_months(day, months):
    return _day(day) + relativedelta(months=_whole(months))


@function("add_years(date, years)", "The same day of another year.")
def _add_years(day, years):
    return _day(day) + relativedelta(years=_whole(years))


@function("days_between(from, to)", "How many days from one date to the other.")
def _days_between(start, end):
    return (_date(end) - _date(start)).days


@function("year(date)", "The year as a number.")
def _year(day):
    return _day(day).year


@function("month(date)", "The month, 1 to 12.")
def _month(day):
    return _day(day).month


@function("day(date)", "The day of the month.")
def _day_of_month(day):
    return _day(day).day


@function("weekday(date)", "The day of the week: 1 for Monday to 7 for Sunday.")
def _weekday(day):
    return _day(day).isoweekday()


@function("start_of_month(date)", "The first day of its month.")
def _start_of_month(day):
    return _day(day) + relativedelta(day=1)


@function("end_of_month(date)", "The last day of its month.")
def _end_of_month(day):
    return _day(day) + relativedelta(day=31)


# What the values have to be


def _several(values):
    if len(values) == 1 and isinstance(values[0], list):
        values = values[0]
    return [value for value in values if value is not None]


def _text(value):
    if not isinstance(value, str):
        raise FormulaError(f"“{value}” is no text: put it into text()")
    return value


def _number(value):
    if not is_number(value):
        raise FormulaError(f"“{value}” is no number: put it into number()")
    return value


def _whole(value):
    number = _number(value)
    if number != int(number) or abs(number) > 10**6:
        raise FormulaError(f"“{value}” is no whole number that can be used here")
    return int(number)


def _day(value):
    if not isinstance(value, date):
        raise FormulaError(f"“{value}” is no date: put it into date()")
    return value


def _moment(value):
    day = _day(value)
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)
