"""Values: what texts and formulas may read, worked out for all records of a step at once.

A formula starts from one of these names; the first two are the same::

    object, record     the enrolled record, and by its fields all that it leads to
    enrolled           the enrolled record, where ``object`` is one that a loop has come to
    related.NAME       an associated record that the version has picked under this name
    event              what the trigger told; event.record is what it happened to
    steps["KEY"]       what an earlier step left, by name
    now, today         in the time zone of the run-as user
    user, workflow     who the workflow runs as, and its name

In a text, a formula stands in double braces, with what to say where it is empty, as in Odoo's own
templates: ``Dear {{ object.name ||| customer }}``.
"""

from functools import cache, cached_property
from types import SimpleNamespace

from markupsafe import Markup, escape

from odoo.exceptions import UserError
from odoo.tools.rendering_tools import parse_inline_template

from ..engine.errors import FormulaError
from ..engine.formula import formula
from ..engine.outcome import Advance, Park
from .associated import associated
from .value_html import html_words, parts_of_html
from .value_scope import Scope, failed
from .value_words import words

_formula = cache(formula)


def parts_of(text):
    """A text with placeholders in its parts: [(words, formula, words where that is empty)]."""
    return [
        (literal, expression.strip(), (instead or "").strip())
        for literal, expression, instead in parse_inline_template(text or "")
    ]


class Values:
    """What the texts and formulas of one step may read, for each of its records.

    :param records: as the run-as user sees them
    :param now: naive UTC
    :param version_sudo: whose related records may be used, if any
    :param enrolled: function that returns {record id: the enrolled record}, in a loop
    :param told: function that returns {record id: what the trigger told}
    :param outputs: function that returns {record id: {step key: {name: value}}}
    :param at: its ``position`` is that of the record in hands, so that a failure is its own
    """

    def __init__(
        self, records, now, version_sudo=None, told=dict, outputs=dict, enrolled=None, at=None
    ):
        self.records = records
        self.env = records.env
        self.now = now
        self.version_sudo = version_sudo
        self._ask_told, self._ask_outputs = told, outputs
        self._ask_enrolled = enrolled or (lambda: {record.id: record for record in records})
        self._at = at or SimpleNamespace(position=None)
        self._places = range(len(records))
        self._related = {}
        #: Formulas that were asked for one by one, as Python does: {formula: {record id: value}}.
        self.known = {}
        #: What the step has to say of some records: {record id: Advance, or Park}, see
        #: :meth:`answer` and :meth:`park`.
        self.results = {}

    @cached_property
    def told(self):
        """{record id: what the trigger told}."""
        return self._ask_told()

    @cached_property
    def outputs(self):
        """{record id: {step key: {name: value}}}."""
        return self._ask_outputs()

    def related(self, name):
        """{record id: associated records} of a name of the version."""
        if name not in self._related:
            self._related[name] = self._find_related(name)
        return self._related[name]

    def enrolled(self, record):
        """The enrolled record behind one that a step acts on."""
        return self._enrolled[record.id]

    @cached_property
    def _enrolled(self):
        return self._ask_enrolled()

    def of(self, records):
        """The same for some of the records only."""
        own = Values(records, self.now, self.version_sudo)
        own._ask_told, own._ask_outputs = lambda: self.told, lambda: self.outputs
        own._ask_enrolled = lambda: self._enrolled
        own.results = self.results
        places = dict(zip(self.records._ids, self._places, strict=True))
        own._at, own._places = self._at, [places.get(record_id) for record_id in records._ids]
        return own

    def answer(self, record_id, message="", outputs=None):
        """Let the step say something of a record in the ledger, or leave values for later steps.

        Of an action in several parts, each may do so.
        """
        known = self.results.get(record_id) or Advance()
        if isinstance(known, Park):
            return
        self.results[record_id] = Advance(
            message="\n".join(filter(None, (known.message, message))),
            outputs={**(known.outputs or {}), **(outputs or {})} or None,
        )

    def park(self, record_id, message):
        """Park one record with a reason, although nothing is wrong with the others."""
        self.results[record_id] = Park(message)

    def each(self, text):
        """What a formula comes to: {record id: value}. Moments are naive UTC; empty is None.

        :raise UserError: when it cannot be read, or not be worked out for a record
        """
        read = self._read(text)
        return {record.id: scope.result(read) for record, scope in self._scopes()}

    def text(self, template, plain=False):
        """What a text with placeholders says: {record id: text}.

        :param plain: values as machines write them: 2026-03-01, 1200.5, true
        :raise UserError: as :meth:`each`
        """
        parts = [
            (literal, expression and self._read(expression), instead)
            for literal, expression, instead in parts_of(template)
        ]
        return {
            record.id: "".join(_part(scope, plain, *part) for part in parts)
            for record, scope in self._scopes()
        }

    def html(self, template):
        """What HTML with placeholders says: {record id: HTML}.

        :raise UserError: as :meth:`each`
        """
        parts = [
            (part, part.formula and self._read(part.formula)) for part in parts_of_html(template)
        ]
        return {
            record.id: Markup().join(_html_part(scope, *part) for part in parts)
            for record, scope in self._scopes()
        }

    def one_by_one(self):
        """Each record in turn, for what cannot be done for all; whose fault it was is known."""
        before = self._at.position
        for place, record in zip(self._places, self.records, strict=True):
            self._at.position = before if place is None else place
            yield record
        self._at.position = before

    def _scopes(self):
        for record in self.one_by_one():
            yield record, Scope(self, record)

    def _read(self, text):
        try:
            return _formula(text)
        except FormulaError as error:
            raise failed(self.env, text, error) from error

    def _find_related(self, name):
        found = self.version_sudo and self.version_sudo.related_ids.filtered(
            lambda related: related.code == name
        )
        if not found:
            raise UserError(self.env._("There is no related record called “%s”.", name))
        enrolled = next(iter(self._enrolled.values())).browse(
            dict.fromkeys(record.id for record in self._enrolled.values())
        )
        firsts = associated(enrolled, found.path, found._condition(), found._order_by(), 1)
        return {record_id: firsts[record.id] for record_id, record in self._enrolled.items()}


def _part(scope, plain, literal, read, instead):
    if not read:
        return literal
    value = scope.result(read, raw=True)
    return literal + (instead if value is None else words(scope.env, value, plain))


def _html_part(scope, part, read):
    if not read:
        return part.html
    value = scope.result(read, raw=True)
    if value is None:
        return part.html + escape(part.instead)
    return part.html + html_words(scope.env, value, part.in_tag)
