"""The table of the functions of formulas.

A function is entered by :func:`function` with its usage, from which the number of its values is
read; the parts in brackets may be left out, and dots stand for any number.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from .errors import FormulaError
from .formula_operators import is_number
from .texts import _lt

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
    """Enter a function under the name in its usage; for the options see :class:`Function`.

    :param about: what it comes to, a text of :mod:`.texts`
    """
    name, _bracket, rest = usage.rstrip(")").partition("(")
    needed = [part for part in re.sub(r"\[.*", "", rest).split(",") if part.strip(" .")]
    possible = [part for part in re.sub(r"[\[\]]", "", rest).split(",") if part.strip(" .")]
    most = MANY if "..." in rest else len(possible)

    def enter(run):
        FUNCTIONS[name] = Function(usage, about, run, len(needed), most, **options)
        return run

    return enter


# What the values have to be


def as_several(values):
    """The values that are there, of several or of one list."""
    if len(values) == 1 and isinstance(values[0], list):
        values = values[0]
    return [value for value in values if value is not None]


def as_text(value):
    """A text, or the error that says how to make one."""
    if not isinstance(value, str):
        raise FormulaError(_lt("“%s” is no text: put it into text()", str(value)))
    return value


def as_number(value):
    """A number, or the error that says how to make one."""
    if not is_number(value):
        raise FormulaError(_lt("“%s” is no number: put it into number()", str(value)))
    return value


def as_whole(value):
    """A whole number of a size that makes sense."""
    number = as_number(value)
    if number != int(number) or abs(number) > 10**6:
        raise FormulaError(_lt("“%s” is no whole number that can be used here", str(value)))
    return int(number)


def as_day(value):
    """A date or moment, or the error that says how to make one."""
    if not isinstance(value, date):
        raise FormulaError(_lt("“%s” is no date: put it into date()", str(value)))
    return value


def as_moment(value):
    """A moment; a date is its beginning."""
    day = as_day(value)
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)
