"""What conditions can say beyond Odoo's own domains, as literals of the same shape.

``("ticket_ids", "count", (">=", 3, [("priority", "=", "3")]))`` counts associated records;
``("date_deadline", ">", field("create_date"))`` holds two fields of a record against each other.
"""

from dataclasses import dataclass

from .errors import DomainError
from .texts import _lt

#: The operator of a count.
COUNT = "count"
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class FieldReference:
    """Another field of the same record, in place of a value."""

    name: str

    def __repr__(self):
        """As it is spelled inside a domain."""
        return f"field({self.name!r})"


@dataclass(frozen=True, slots=True)
class Count:
    """How many associated records there are to be, and the conditions each is to meet."""

    comparison: str
    number: int
    domain: list | tuple

    @classmethod
    def of(cls, value):
        """The count that the value of a condition spells.

        :raise DomainError: when it is none

        >>> Count.of((">=", 3, [("name", "=", "Oslo")])).number
        3
        """
        if not isinstance(value, list | tuple) or len(value) != 3:
            raise DomainError(_lt("a count needs a comparison, a number and a list of conditions"))
        comparison, number, domain = value
        if not isinstance(comparison, str) or comparison not in COMPARISONS:
            raise DomainError(_lt("a count is compared by one of %s", " ".join(COMPARISONS)))
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise DomainError(_lt("a count is compared with a whole number, 0 or more"))
        if not isinstance(domain, list | tuple):
            raise DomainError(_lt("a count needs a list of conditions, [] to count all"))
        return cls(comparison, number, domain)

    @property
    def literal(self):
        """The value that spells it."""
        return (self.comparison, self.number, self.domain)

    @property
    def says_none(self):
        """True when none is the only number that fits."""
        return (self.comparison, self.number) in (("=", 0), ("<=", 0), ("<", 1))

    @property
    def says_some(self):
        """True when every number but none fits."""
        return (self.comparison, self.number) in (("!=", 0), (">", 0), (">=", 1))
