"""Conditions as text: literal domains, and nothing that could run."""

import builtins
import warnings

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.document import Reference
from engine.domain_forms import COMPARISONS, FieldReference
from engine.domain_text import MAX_LENGTH, domain_from_text, is_relative_to_now
from engine.errors import DomainError

references = st.builds(Reference, xmlid=st.text(min_size=1, max_size=9)) | st.builds(
    Reference, model=st.text(min_size=1, max_size=9), match=st.text(max_size=9)
)
plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=9),
    references,
)
names = st.sampled_from(["name", "parent_id.name", "date", "id", "now"])
operators = st.sampled_from(["=", "!=", "in", "not in", "<", ">=", "=ilike", "child_of"])
conditions = st.tuples(names, operators, plain | st.lists(plain, max_size=3))
nesting = st.sampled_from(["any", "not any"])
logic = st.sampled_from(["&", "|", "!"])
domains = st.recursive(
    st.lists(conditions | logic, max_size=3),
    lambda inner: st.lists(st.tuples(names, nesting, inner), max_size=3),
    max_leaves=5,
)


@given(domains)
def test_a_domain_is_read_as_it_is_written(domain):
    assert domain_from_text(repr(domain)) == domain


@given(domains)
def test_lists_tuples_and_lines_make_no_difference(domain):
    spaced = repr(domain).replace("), (", "),\n    (")
    assert domain_from_text(f"\n  {spaced} \n") == domain
    assert domain_from_text(repr(tuple(domain))) == domain


@pytest.mark.parametrize("text", ["", "  \n", None, False, "[]", "()"])
def test_no_text_is_the_empty_domain(text):
    assert domain_from_text(text) == []


class Ran(BaseException):
    """Something was executed: not an Exception, so that nothing swallows it."""


CODE = [
    "__import__('os').system('true')",
    "[('a', '=', __import__('os').getpid())]",
    "[('a', '=', open('/etc/passwd').read())]",
    "[('a', '=', boom())]",
    "[('a', '=', boom)]",
    "[('a', '=', ref)]",
    "[('a', '=', boom.attribute)]",
    "[('a', '=', ''.__class__)]",
    "[('a', '=', ref.__class__)]",
    "[('a', '=', ref('x.y').xmlid)]",
    "[('a', '=', ref('x.y')())]",
    "[('a', '=', ref('x.y')[0])]",
    "[('a', '=', [1][0])]",
    "[('a', '=', x) for x in [1]]",
    "[('a', '=', x) for x in boom()]",
    "[('a', 'in', [x for x in (1,)])]",
    "[('a', 'in', {x for x in (1,)})]",
    "[('a', 'in', (x for x in (1,)))]",
    "[('a', '=', {x: 1 for x in (1,)})]",
    "[('a', '=', f'{boom()}')]",
    "[('a', '=', f'x')]",
    "[('a', '=', f'{1!r:>{2}}')]",
    "[('a', '=', '%s' % 1)]",
    "[('a', '=', 'x' * 10 ** 9)]",
    "[('a', '=', 9 ** 9 ** 9)]",
    "[('a', '=', 1 if True else 2)]",
    "[('a', '=', 1 and 2)]",
    "[('a', '=', not 1)]",
    "[('a', '=', 1 < 2)]",
    "[('a', '=', (x := 1))]",
    "[('a', '=', lambda: 1)]",
    "[('a', '=', await boom())]",
    "[('a', '=', (yield))]",
    "[*boom()]",
    "[*[('a', '=', 1)]]",
    "[('a', '=', {**boom()})]",
    "[('a', 'in', set(boom()))]",
    "import os",
    "boom(); []",
    "[]\nboom()",
    "exec('boom()')",
    "(lambda: [])()",
]


@pytest.mark.parametrize("text", CODE)
def test_code_is_refused_and_never_runs(text, monkeypatch):
    def boom(*_arguments, **_options):
        raise Ran(text)

    monkeypatch.setattr(builtins, "boom", boom, raising=False)
    monkeypatch.setattr(builtins, "ref", boom, raising=False)
    for name in ("exec", "eval"):
        monkeypatch.setattr(builtins, name, boom)
    with pytest.raises(DomainError):
        domain_from_text(text)


ODDITIES = {
    "a condition alone": "('a', '=', 1)",
    "a number": "3",
    "a text": "'a'",
    "a dictionary": "{'a': 1}",
    "a set": "{('a', '=', 1)}",
    "nothing": "None",
    "a reference": "ref('a.b')",
    "two parts": "[('a', '=')]",
    "four parts": "[('a', '=', 1, 2)]",
    "no parts": "[()]",
    "an unknown connective": "['and']",
    "a number among conditions": "[1]",
    "a domain among conditions": "[[('a', '=', 1)]]",
    "a number as operator": "[('a', 1, 1)]",
    "a field that is no name": "[(None, '=', 1)]",
    "a reference as field": "[(ref('a.b'), '=', 1)]",
    "bytes": "[('a', '=', b'x')]",
    "an ellipsis": "[('a', '=', ...)]",
    "an ellipsis in a list": "[('a', 'in', [1, ...])]",
    "a complex number": "[('a', '=', 1j)]",
    "a sum": "[('a', '=', 1 + 2j)]",
    "a dictionary as value": "[('a', '=', {'b': 1})]",
    "a list in a set": "[('a', 'in', {[1]})]",
    "an open bracket": "[('a', '=', 1)",
    "an open text": "[('a', '=', 'x)]",
    "a null byte": "[('a', '=', '\0')]",
    "half a character": "[('a', '=', '\ud800')]",
    "brackets without end": "[" * 5000,
    "brackets nested too deeply": "[" * 400 + "]" * 400,
    "signs without end": "[('a', '=', " + "-" * 15_000 + "1)]",
    "dots without end": "x" + ".x" * 9000,
    "a number without end": "[('a', '=', " + "9" * 15_000 + ")]",
    "too much": "[" + "('a', '=', 1)," * (MAX_LENGTH // 10) + "]",
}


@pytest.mark.parametrize("case", ODDITIES)
def test_an_oddity_is_refused(case):
    with pytest.raises(DomainError):
        domain_from_text(ODDITIES[case])


def test_the_refusal_shows_the_beginning_of_the_text():
    with pytest.raises(DomainError, match=r"not a literal domain: \[\('a', '=', uid\)\]"):
        domain_from_text("[('a', '=', uid)]")
    with pytest.raises(DomainError) as caught:
        domain_from_text("x" * 5000)
    assert len(str(caught.value)) < 200


PIECES = [
    *("[", "]", "(", ")", "{", "}", ",", "'", '"', "'a'", "'='", "1", "-", "+", "ref("),
    *("None", "True", "lambda:", "for x in", "if", "*", "**", ":", ":=", ".x", "f'{x}'", "..."),
    *("&", "|", "'&'", "('a', '=', 1)", "ref('a.b')", "b'x'"),
    *("\\", "\n", "\t", "#", "\0", "\ud800", "ø", "1e999", "0x", "1_0"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=40))
def test_any_text_is_read_as_a_literal_or_refused(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            domain = domain_from_text(text)
        except DomainError:
            return
    assert isinstance(domain, list)
    assert all(term in ("&", "|", "!") or len(term) == 3 for term in domain)
    assert is_relative_to_now(domain) in (True, False)


@given(domains, st.data())
def test_a_spoilt_domain_is_read_or_refused(domain, data):
    text = repr(domain)
    at = data.draw(st.integers(0, len(text)))
    piece = data.draw(st.sampled_from(PIECES))
    try:
        assert isinstance(domain_from_text(text[:at] + piece + text[at + 1 :]), list)
    except DomainError:
        pass


# ---- references ----------------------------------------------------------------------------


def value_of(text):
    [(_field, _operator, value)] = domain_from_text(f"[('id', 'in', {text})]")
    return value


def test_a_reference_names_an_external_id_or_a_record_of_a_model():
    assert value_of("ref('crm.stage_lead1')") == Reference(xmlid="crm.stage_lead1")
    assert value_of("ref('crm.stage', 'New')") == Reference(model="crm.stage", match="New")


def test_references_may_stand_among_ids():
    assert value_of("[1, ref('a.b'), (ref('c.d'),)]") == [
        1,
        Reference(xmlid="a.b"),
        (Reference(xmlid="c.d"),),
    ]


@given(references)
@example(Reference(xmlid="it's"))
@example(Reference(model="a\\", match="it's \n"))
def test_a_reference_is_read_as_it_is_written(reference):
    assert value_of(repr(reference)) == reference


@pytest.mark.parametrize(
    "text",
    [
        "ref()",
        "ref('')",
        "ref('', 'x')",
        "ref(1)",
        "ref(None)",
        "ref(b'a.b')",
        "ref('a', 1)",
        "ref('a', 'b', 'c')",
        "ref(xmlid='a.b')",
        "ref('a.b', raise_if_not_found=False)",
        "ref(*['a.b'])",
        "ref(**{'xmlid': 'a.b'})",
        "ref(ref('a.b'))",
        "ref('a' + 'b')",
        "ref(f'a')",
        "env.ref('a.b')",
        "Ref('a.b')",
    ],
)
def test_any_other_call_is_refused(text):
    with pytest.raises(DomainError):
        value_of(text)


# ---- relative to now -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "now",
        "today",
        "today -7d",
        "now +3H",
        "-14d",
        "+2w",
        "=1d",
        "=3H -1d",
        "today =1m +1d",
        "=week_start",
        "+monday",
        "-tuesday =3H",
        " today",
        "today\t-7d",
        "=-1d",
    ],
)
def test_a_relative_date_moves_with_the_clock(value):
    assert is_relative_to_now([("date", "<", value)])
    assert is_relative_to_now(["|", ("a", "=", 1), ("date", "in", ["2026-01-01", value])])
    assert is_relative_to_now([("child_ids", "any", ["!", ("date", ">", value)])])
    assert is_relative_to_now([("a", "not any", [("b", "any", (("date", ">", value),))])])


@pytest.mark.parametrize(
    "value",
    [
        *("2026-01-01", "", " ", "a", "todays", "now or never", "today's offer", "tomorrow"),
        *("+47 22 33 44 55", "+4722334455", "-", "+", "=", "-7", "-7x", "+someday", "d", "7d"),
        *(None, False, True, 0, 7, -7, 1.5, [], [1, "x"], Reference(xmlid="a.now")),
    ],
)
def test_any_other_value_stays(value):
    assert not is_relative_to_now([("a", "=", value)])


def test_fields_and_operators_are_no_dates():
    assert not is_relative_to_now(["&", ("now", "=", 1), ("today", "=ilike", "x")])
    assert not is_relative_to_now([("a", "any", [("now", "=ilike", "x")])])


@given(domains)
def test_every_domain_that_can_be_read_can_be_asked(domain):
    assert is_relative_to_now(domain_from_text(repr(domain))) in (True, False)


# ---- counts, and fields in place of values -------------------------------------------------

comparisons = st.sampled_from(COMPARISONS)
counts = st.tuples(names, st.just("count"), st.tuples(comparisons, st.integers(0, 99), domains))
against_fields = st.tuples(
    names, comparisons, st.builds(FieldReference, st.sampled_from(["date", "_x", "æ1"]))
)
forms = st.recursive(
    st.lists(counts | against_fields | conditions | logic, max_size=3),
    lambda inner: st.lists(
        st.tuples(names, nesting, inner)
        | st.tuples(names, st.just("count"), st.tuples(comparisons, st.integers(0, 9), inner)),
        max_size=3,
    ),
    max_leaves=5,
)


@given(forms)
def test_counts_and_fields_are_read_as_they_are_written(domain):
    assert domain_from_text(repr(domain)) == domain
    assert is_relative_to_now(domain) in (True, False)


@given(forms, st.data())
def test_a_spoilt_count_is_read_or_refused(domain, data):
    text = repr(domain)
    at = data.draw(st.integers(0, len(text)))
    piece = data.draw(st.sampled_from([*PIECES, "field(", "'count'", "field('x')"]))
    try:
        assert isinstance(domain_from_text(text[:at] + piece + text[at + 1 :]), list)
    except DomainError:
        pass


def test_time_passes_inside_a_count_as_well():
    soon = [("date", "<", "today +7d")]
    assert is_relative_to_now([("ids", "count", (">=", 2, soon))])
    assert is_relative_to_now([("ids", "any", [("ids", "count", ("=", 0, soon))])])
    assert not is_relative_to_now([("ids", "count", (">=", 2, [("name", "=", "x")]))])
    assert not is_relative_to_now([("date", ">", FieldReference("today"))])


@pytest.mark.parametrize(
    "value",
    [
        *("3", "'>='", "()", "('>=', 3)", "('>=', 3, [], 1)", "('like', 3, [])", "(1, 3, [])"),
        *("('>=', -1, [])", "('>=', 1.5, [])", "('>=', True, [])", "('>=', '3', [])"),
        *("('>=', 3, 'x')", "('>=', 3, [1])", "('>=', 3, [('a', '=')])", "('>=', 3, None)"),
    ],
)
def test_a_count_that_says_no_number_is_refused(value):
    with pytest.raises(DomainError):
        domain_from_text(f"[('ids', 'count', {value})]")


@pytest.mark.parametrize(
    "condition",
    [
        *("('a', 'in', [field('b')])", "('a', 'ilike', field('b'))", "('a', '=', field('b.c'))"),
        *("('a', '=', field(''))", "('a', '=', field())", "('a', '=', field('b', 'c'))"),
        *("('a', '=', field(1))", "('a', '=', field)", "('a', '=', field(name='b'))"),
        *("(field('a'), '=', 1)", "('a', 'count', ('=', field('b'), []))"),
    ],
)
def test_a_field_stands_for_one_value_of_the_same_record(condition):
    with pytest.raises(DomainError):
        domain_from_text(f"[{condition}]")
