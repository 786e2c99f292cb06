"""All functions of formulas: each module enters its own into the table."""

from . import formula_dates, formula_numbers, formula_texts  # noqa: F401
from .formula_table import FUNCTIONS

__all__ = ["FUNCTIONS"]
