"""Whatever is sent to the engine: it reads it, or says in its own words what is wrong."""

import json
import warnings
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutation import (
    DOMAIN_WORDS,
    FORMULA_WORDS,
    JSON_WORDS,
    XML_WORDS,
    examples,
    mutated,
    mutated_documents,
)

from engine.coercion import coerced, is_coercible
from engine.document_from_xml import document_from_xml
from engine.domain_text import domain_from_text, is_relative_to_now
from engine.domain_tree import known_paths, tree_from_domain
from engine.errors import (
    CoercionError,
    DocumentError,
    DomainError,
    FormulaError,
    PayloadError,
)
from engine.formula import formula
from engine.payload import MISSING, payload_from_form, payload_from_json, value_at
from engine.xml_from_document import xml_from_document

ADDON = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    file.read_text()
    for folder in ("data/templates", "demo/workflows")
    for file in sorted((ADDON / folder).glob("*.xml"))
]
DOMAINS = [
    "[]",
    "[('name', '=', 'Oslo')]",
    "['|', ('email', '!=', False), '!', ('city', 'in', ['Oslo', None])]",
    "[('child_ids', 'any', [('ref', '=', 'x')]), ('create_date', '<', 'today -14d')]",
    "[('ticket_ids', 'count', ('>=', 3, [('priority', '=', '3')]))]",
    "[('date_deadline', '>', field('create_date')), ('team_id', '=', ref('crm.team', 'Sales'))]",
]
FORMULAS = [
    "object.revenue * 1.1",
    '"urgent" if object.priority == "3" else "normal"',
    "add_days(today, 14)",
    'concat(object.partner.name, ", ", default(object.city, "?"))',
    "max(object.lines.amount) - round(sum(1, 2, 3) / 7, 2)",
    'join(split(upper(trim(event["a b"])), ","), " / ")',
    "days_between(object.met, now) > 3 and not is_empty(steps['x'].value)",
]
BODIES = [
    '{"contact": {"email": "ada@example.com", "tags": ["a", "b"], "age": 36.5, "ok": true}}',
    '[{"id": 1}]',
    "email=ada%40example.com&tag=a&tag=b&empty=",
]
KINDS = [kind for kind in ("char", "text", "html", "integer", "float", "monetary", "boolean",
                           "date", "datetime") if is_coercible(kind)]  # fmt: skip


@pytest.fixture(autouse=True)
def _no_warnings():
    """Python warns of odd literals; who reads a formula is told by its own error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class Names:
    """What the names of formulas mean here: values of all kinds."""

    object = {
        "name": "Ada",
        "revenue": 1200.5,
        "huge": 10**29,
        "priority": "3",
        "city": None,
        "closed": True,
        "met": datetime(2026, 3, 1, 23, 30),
        "closing": date(9999, 12, 31),
        "tags": ["a", "b"],
        "lines": [1, 2.5, None],
    }
    roots = {
        "object": object,
        "event": {"a b": "x, y", "when": datetime.min},
        "steps": {"x": {"value": []}},
        "today": date(2026, 3, 1),
        "now": datetime(2026, 3, 1, 12),
    }

    def root(self, name):
        if name not in self.roots:
            raise FormulaError(f"there is no “{name}”")
        return self.roots[name]

    def attribute(self, value, name):
        if value is None:
            return None
        if not isinstance(value, dict):
            raise FormulaError(f"“{name}” is asked of what is no record")
        return value.get(name)

    def words(self, value):
        return str(value)


@settings(max_examples=examples(1_000))
@given(
    st.one_of(
        mutated(DOCUMENTS, XML_WORDS), mutated_documents(DOCUMENTS, [*DOMAIN_WORDS, *FORMULA_WORDS])
    )
)
def test_any_document_is_read_and_written_again_or_refused(text):
    try:
        document = document_from_xml(text)
    except DocumentError:
        return
    assert document_from_xml(xml_from_document(document)) == document


@settings(max_examples=examples(200))
@given(st.binary(max_size=300), st.integers(0, 3_000), st.sampled_from(DOCUMENTS))
def test_any_bytes_in_a_document_are_refused_or_read(inserted, place, text):
    body = text.encode()
    try:
        document_from_xml(body[:place] + inserted + body[place:])
    except DocumentError:
        return


@settings(max_examples=examples(1_500))
@given(mutated(DOMAINS, DOMAIN_WORDS))
def test_any_condition_is_read_or_refused(text):
    try:
        domain = domain_from_text(text)
        is_relative_to_now(domain)
        if domain:
            tree_from_domain(domain)
            known_paths(domain)
    except DomainError:
        return
    if "nan" not in (again := repr(domain)) and len(again) < 20_000 and "inf" not in again:
        assert domain_from_text(again) == domain


@settings(max_examples=examples(1_500))
@given(mutated(FORMULAS, FORMULA_WORDS))
def test_any_formula_comes_to_a_value_or_is_refused(text):
    try:
        read = formula(text)
        assert read.roots is not None and read.paths is not None
        read.value(Names())
    except FormulaError:
        return


@settings(max_examples=examples(1_500))
@given(mutated(BODIES, JSON_WORDS), st.sampled_from((payload_from_json, payload_from_form)))
def test_any_body_is_read_as_what_can_be_kept_or_refused(text, read):
    try:
        payload = read(text.encode(errors="surrogatepass"))
    except PayloadError:
        return
    kept = json.dumps(payload)
    assert "\\u0000" not in kept.replace("\\\\", "")
    assert json.loads(kept) == payload


@settings(max_examples=examples(1_000))
@given(mutated(BODIES, JSON_WORDS), st.sampled_from(KINDS), st.sampled_from(("contact.age", "a.0")))
def test_any_value_of_a_body_fits_a_field_or_is_refused(text, kind, path):
    try:
        payload = payload_from_json(text.encode(errors="surrogatepass"))
        value = value_at(payload, path)
        coerced(None if value is MISSING else value, kind)
        coerced(text, kind)
    except (PayloadError, CoercionError):
        return
