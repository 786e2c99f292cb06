"""A workflow as a value: what the XML document says, free of any database.

The shape follows Odoo's own XML data: every property is a ``<field>``, whose value
is text, a reference to another record, or records that travel with the document.
So a kind of step that a partner adds has its place here without any change.
"""

from dataclasses import dataclass, field

FORMAT = "1"
#: Where a node was read; documents that say the same are equal, wherever they were read.
_LINE = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """Another record, by external id, or by ``match``: the value of its model's name field."""

    model: str = ""
    xmlid: str = ""
    match: str = ""

    def __repr__(self):
        """As it is spelled inside a domain."""
        return f"ref({self.xmlid!r})" if self.xmlid else f"ref({self.model!r}, {self.match!r})"


@dataclass(frozen=True, slots=True)
class Record:
    """A record that belongs to the workflow and is created with it."""

    model: str
    fields: tuple["Field", ...] = ()
    line: int | None = _LINE


@dataclass(frozen=True, slots=True)
class Field:
    """One property. ``value`` is text, a tuple of references or records, or None for empty."""

    name: str
    value: str | tuple[Reference | Record, ...] | None = None
    line: int | None = _LINE


@dataclass(frozen=True, slots=True)
class PathNode:
    """A path: its fields and its lane."""

    key: str
    fields: tuple[Field, ...] = ()
    steps: tuple["StepNode", ...] = ()
    line: int | None = _LINE


@dataclass(frozen=True, slots=True)
class StepNode:
    """A step: its fields and, when it branches, its paths."""

    key: str
    kind: str
    fields: tuple[Field, ...] = ()
    paths: tuple[PathNode, ...] = ()
    line: int | None = _LINE


@dataclass(frozen=True, slots=True)
class TriggerNode:
    """One way in."""

    key: str
    kind: str
    fields: tuple[Field, ...] = ()
    line: int | None = _LINE


@dataclass(frozen=True, slots=True)
class ExitNode:
    """One way out."""

    key: str
    kind: str
    fields: tuple[Field, ...] = ()
    line: int | None = _LINE


@dataclass(frozen=True, slots=True)
class Document:
    """A whole workflow: its own fields, those of its version, ways in, root lane and ways out."""

    fields: tuple[Field, ...] = ()
    settings: tuple[Field, ...] = ()
    triggers: tuple[TriggerNode, ...] = ()
    steps: tuple[StepNode, ...] = ()
    exits: tuple[ExitNode, ...] = ()
    line: int | None = _LINE
