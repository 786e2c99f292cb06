from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import FormulaError
from engine.formula import MAX_LENGTH, formula, spelled
from engine.formula_functions import FUNCTIONS
from engine.typed_json import Ids, packed, unpacked

OBJECT = {
    "name": "Ada",
    "empty": None,
    "revenue": 1200.5,
    "open": True,
    "tags": ["a", "b"],
    "closing": date(2026, 3, 31),
    "met": datetime(2026, 3, 1, 23, 30),
    "partner": {"name": "Nordic"},
}


class Names:
    """What names mean in these tests: dictionaries in place of records."""

    def root(self, name):
        if name not in ("object", "today"):
            raise FormulaError(f"there is no “{name}”")
        return {"object": OBJECT, "today": date(2026, 3, 1)}[name]

    def attribute(self, value, name):
        return value.get(name) if value else None

    def words(self, value):
        return str(value)


def value_of(text):
    return formula(text).value(Names())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("object.partner.name", "Nordic"),
        ("object.empty.name", None),
        ('object["name"]', "Ada"),
        ("object.tags[1]", "b"),
        ("object.tags[9]", None),
        ("object.revenue * 2 + 1", 2402.0),
        ("7 // 2", 3),
        ("-object.revenue", -1200.5),
        ("object.empty + 1", None),
        ("object.empty < 1", False),
        ("object.empty > 1", False),
        ("object.empty == ''", True),
        ("object.name != 'Bob'", True),
        ("1 < 2 < 3", True),
        ("'d' in object.name", True),
        ("'c' not in object.tags", True),
        ("'yes' if object.open and not object.empty else 'no'", "yes"),
        ("object.empty or 'other'", "other"),
        ("today + 30", date(2026, 3, 31)),
        ("object.closing - today", 30),
        ("object.met - today", 23.5 / 24),
        ("object.met < object.closing", True),
        ("concat('Dear ', object.name, object.empty, 1)", "Dear Ada1"),
        ("upper(object.empty)", None),
        ("lower('ADA')", "ada"),
        ("title('ada  LOVELACE')", "Ada  Lovelace"),
        ("capitalize('ada')", "Ada"),
        ("trim('  a   b ')", "a b"),
        ("replace('a-b-c', '-', '')", "abc"),
        ("left('abcdef', 2)", "ab"),
        ("right('abcdef', 2)", "ef"),
        ("right('abcdef', 0)", ""),
        ("cut('abcdef', 1, 3)", "bc"),
        ("length(object.empty)", 0),
        ("length('abc')", 3),
        ("contains('Straße', 'STRASSE')", True),
        ("starts_with('Ada', 'aD')", True),
        ("ends_with('Ada', 'DA')", True),
        ("before('ada@x.org', '@')", "ada"),
        ("after('ada@x.org', '@')", "x.org"),
        ("split('a, b', ',')", ["a", "b"]),
        ("text(12)", "12"),
        ("number('1200')", 1200),
        ("number('12.5')", 12.5),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(2.345, 1)", 2.3),
        ("floor(-1.5)", -2),
        ("ceiling(1.2)", 2),
        ("abs(-3)", 3),
        ("min(3, object.empty, 2)", 2),
        ("max(object.empty)", None),
        ("sum([1, 2, 3])", 6),
        ("count(object.tags)", 2),
        ("first(object.tags)", "a"),
        ("last(object.tags)", "b"),
        ("join(object.tags, ' + ')", "a + b"),
        ("join(object.empty)", None),
        ("default(object.empty, 'other')", "other"),
        ("default(object.name, 'other')", "Ada"),
        ("default(0, 5)", 0),
        ("is_empty('')", True),
        ("date('2026-03-01')", date(2026, 3, 1)),
        ("date(object.met)", date(2026, 3, 1)),
        ("add_hours(today, 36)", datetime(2026, 3, 2, 12)),
        ("add_days(today, -1)", date(2026, 2, 28)),
        ("add_weeks(today, 2)", date(2026, 3, 15)),
        ("add_months(date('2026-01-31'), 1)", date(2026, 2, 28)),
        ("add_years(date('2024-02-29'), 1)", date(2025, 2, 28)),
        ("days_between(today, object.closing)", 30),
        ("year(today) * 100 + month(today)", 202603),
        ("day(object.closing)", 31),
        ("weekday(today)", 7),
        ("start_of_month(object.closing)", date(2026, 3, 1)),
        ("end_of_month(date('2028-02-03'))", date(2028, 2, 29)),
    ],
)
def test_a_formula_comes_to(text, value):
    assert value_of(text) == value
    assert type(value_of(text)) is type(value)


def test_each_function_is_tried():
    tried = test_a_formula_comes_to.pytestmark[0].args[1]
    assert {name for name in FUNCTIONS if not any(f"{name}(" in text for text, _ in tried)} == set()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("object.", "no formula"),
        ("object.__class__", "no value"),
        ("object['__class__']", "number or a name"),
        ("object[object.name]", "number or a name"),
        ("open('x')", "no function “open”"),
        ("object.write(1)", "no function “object.write”"),
        ("(lambda: 1)()", "no function"),
        ("lambda: 1", "functions of its own"),
        ("[x for x in object.tags]", "no loops"),
        ("2 ** 100", "no powers"),
        ("f'{object}'", "f-strings"),
        ("object is None", "use =="),
        ("upper()", "upper(text)"),
        ("upper(text='a')", "one after the other"),
        ("upper(*object.tags)", "one after the other"),
        ("b'bytes'", "neither a text nor a number"),
        ("1j", "neither a text nor a number"),
        ("{'a': 1}", "has no Dict"),
        ("(a := 1)", "has no NamedExpr"),
        ("+".join(["1"] * 400), "too long"),
        ("(" * 90 + "1" + ")" * 90 + "+" + "-" * 80 + "1", "too long"),
        ("'" + "a" * MAX_LENGTH + "'", "longer than"),
    ],
)
def test_what_is_no_formula_is_refused(text, reason):
    with pytest.raises(FormulaError, match=None) as told:
        formula(text)
    assert reason in str(told.value)


@pytest.mark.parametrize(
    "text",
    [
        "object.name + 1",
        "object.name * 1000000",
        "object.tags < 1",
        "1 / 0",
        "1 % 0",
        "10000000000 * 10000000000 * 10000000000 * 10",
        "upper(nobody)",
        "left(object.name, 'x')",
        "number('many')",
        "date('soon')",
        "add_days(today, 99999999999)",
        "add_months(today, 1.5)",
        "'a' in 5",
        f"replace(replace('{'a' * 900}', 'a', '{'b' * 99}'), 'b', '{'c' * 900}')",
        f"join(split('{',' * 900}', ','), '{'c' * 900}')",
    ],
)
def test_what_cannot_be_worked_out_says_so(text):
    with pytest.raises(FormulaError):
        value_of(text)


def test_the_values_that_a_formula_reads_are_known():
    paths = formula("concat(object.partner.name, steps['a-b'].due, today) + object.tags[0]").paths
    assert paths == [
        ("object", "partner", "name"),
        ("steps", "a-b", "due"),
        ("today",),
        ("object", "tags", 0),
    ]


@given(st.lists(st.text(min_size=1).filter(lambda name: not name.startswith("_"))))
def test_a_spelled_path_is_read_again(names):
    text = spelled("event", *names)
    if len(text) < MAX_LENGTH and len(names) < 20:
        assert formula(text).paths == [("event", *names)]


@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_an_error_that_says_why(text):
    try:
        value_of(text)
    except FormulaError as error:
        assert str(error)


#: What the database can keep.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.dates()
    | st.datetimes().map(lambda moment: moment.replace(microsecond=0))
    | st.builds(Ids, st.just("crm.lead"), st.lists(st.integers())),
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


def test_characters_that_the_database_cannot_keep_are_marked():
    assert packed({"a\0b": "c\ud800"}) == {"a\ufffdb": "c\ufffd"}


@pytest.mark.parametrize(
    "number", [float("nan"), float("inf"), pytest.param(10**5000, id="5000 digits")]
)
def test_numbers_that_json_does_not_know_are_refused(number):
    with pytest.raises(TypeError, match="cannot be kept"):
        packed({"of": [number]})


@given(VALUES)
def test_what_is_packed_comes_back_as_it_was(value):
    assert unpacked(packed(value)) == value


def test_foreign_json_cannot_name_records():
    foreign = {"$records": ["res.users", [1]]}
    assert unpacked(packed(foreign)) == foreign


def test_what_is_no_value_is_not_packed():
    with pytest.raises(TypeError):
        packed(object())


def test_the_documentation_lists_each_function():
    text = (Path(__file__).parents[2] / "doc/values.md").read_text()
    assert [
        own.usage for own in FUNCTIONS.values() if f"| `{own.usage}` | {own.about} |" not in text
    ] == []
