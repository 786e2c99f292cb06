"""Inputs for fuzzing: valid ones that are cut, spliced and bent, so that they reach deep.

Knows neither Odoo nor the engine, and serves the tests of both.
"""

import os

from hypothesis import strategies as st

#: How many inputs in a long run; see ``bin/test --soak``.
LONG = 100_000
MOST_CHANGES = 5
#: Of the parts of a seed, and of what is replaced.
PART = 40
LENGTHS = (0, 0, 1, 3, 10, PART, 10_000)

RELATIVES = ("today -7d", "now", "today =monday +1w", "=1d", "today -99999999999d")
NUMBERS = ("0", "-1", "2147483648", "9" * 30, "9" * 400, "1e999", "-0.0", "1_000", "0x" + "f" * 99)
QUOTES = ("'", '"', "'''", '"""', "\\", "\\x00", "\\ud800", "\\N{BULLET}", "b'x'", "f'{1}'")
BRACKETS = ("(", ")", "[", "]", "{", "}", "[" * 120, "(" * 120, ")" * 90, "{" * 60)
SIGNS = (
    ",",
    ":",
    "=",
    "!",
    "&",
    "|",
    "+",
    "-",
    "*",
    "**",
    "/",
    "//",
    "%",
    "@",
    "~",
    ":=",
    ".",
    "?",
)
LETTERS = ("\0", "\t", "\r\n", "\ud800", "\ufeff", "\u202e", "é", "…", "٣", "𝟙", "\x1f", "a" * 300)

DOMAIN_WORDS = (
    "ref('base.main_company')", "ref('res.partner', 'Ada')", "ref()", "ref('', '')",
    "field('name')", "field('__class__')", "field('id')", "'any'", "'not any'", "'count'",
    "(('>=', 1, []))", "'in'", "('name', '=', 'Oslo')", "('id', 'in', [1, 2])",
    "('child_ids', 'count', ('>', 1, []))", "('child_ids', 'any', [('name', '!=', False)])",
    "('create_date', '>', field('write_date'))", "('create_date', '>', 'today -7d')",
    "('active', '=', None)", "('parent_id.name', 'ilike', '%')", "('__class__', '=', 1)",
    "('user_ids.password', '=', 'x')", "(1, '=', 1)", "'|'", "'!'", "'&'", "{1, 2}", "{'a': 1}",
    "{[]: 1}", "lambda: 1", "[x for x in y]", "1 if 2 else 3", "1 < 2", "None", "'child_of'",
    "'=ilike'", "'=?'", "'&' * 9", "not 1", "...", "1j", "*[1]", "open('x')", "1;2", "# x\n",
    "'name:', ", "'create_date.month_number'", "'category_id'", "('tz', '=', 'x' 'y')",
)  # fmt: skip
FORMULA_WORDS = (
    "object", "record", "event", "steps", "related", "user", "now", "today", "workflow", "enrolled",
    "object.name", "object.__class__", "object.env", "object.sudo()", "object._cr", "object.ids",
    "object.child_ids", "object['name']", "object['__class__']", "object[0]", "object[-1]",
    "object[1:2]", "object[{[]: 1}]", "object[()]", "object[1j]", "event.a.b", "steps['x'].y",
    "concat(", "replace(", "number(", "text(", "date('2026-03-01')", "add_months(today, 10 ** 9)",
    "add_days(today, 999999)", "add_hours(now, 1e308)", "round(1e308, 15)", "join(", "split(",
    "min(", "max(1, 'a')", "sum(", "first(", "last(", "default(", "default(1, 2)", "length(5)",
    "is_empty(", "cut('abc', -9, 9)", "left('abc', 1e9)", "1 / 0", "0 // 0", "1e308 * 1e308",
    "-object.name", "+[]", "not None", " and ", " or ", " if ", " else ", " in ", " not in ",
    " is ", "lambda x: x", "[x for x in object]", "{1: 2}", "{1}", "f'{object}'", "b'x'", "...",
    "1j", "object.name := 1", "*object", "**object", "yield", "await object", "weekday(",
    "object @ 1", "count(object)", "days_between(today, '9999-12-31')", "upper('ŉ')", "[[]]",
    "(1, 2) + [3]",
)  # fmt: skip
XML_WORDS = (
    "<field name='name'>x</field>", "<field name='domain'>[('id', '=', 1)]</field>", "<steps>",
    "</steps>", "<step key='a' kind='end'/>", "<step key='b' kind='branch'>", "</step>",
    "<triggers>", "<path key='p'>", "</path>", "<record model='ir.actions.server'>", "</record>",
    "<exits/>", "<reference model='res.users' match='x'/>", "ref='base.main_company'",
    "model='res.partner'", "match=''", "empty='true'", "key=''", "kind='server'", "kind='call'",
    "format='2'", "<!-- x -->", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>", "&b;",
    "&lt;", "&#0;", "&#x10FFFF;", "<![CDATA[x]]>", "<?xml version='1.0' encoding='utf-16'?>",
    "<?x y?>", "xmlns='urn:x'", "xml:id='a'",
    "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/>",
    "<settings>", "</settings>", "<field name='reenroll'>maybe</field>",
    "<field name='__class__'/>", "<field name='object_id' ref='base.user_admin'/>",
    "<field name='company_id'>1</field>", "<field name='run_as_id' ref='base.user_admin'/>",
    "<field name='code'>1</field>", "<field name='state'>code</field>",
    "<field name='delay_amount'>1e9</field>", "<a>" * 40,
)  # fmt: skip
JSON_WORDS = (
    '{"a": 1}', '"email"', "null", "true", "NaN", "-Infinity", "1e999", "1E400", "[" * 90,
    '{"a":' * 60, '"\\u0000"', '"\\ud800"', '"\\ud83d\\ude00"', '"a.b"', '{"__proto__": {}}',
    '{"a": 1, "a": 2}', "&", "=", "%00", "%ff", "%ED%A0%80", "+", ";", "a=1&a=2", "a[]=1", "%",
    "&" * 1_100, '{"": ""}',
)  # fmt: skip
COMMON = (*RELATIVES, *NUMBERS, *QUOTES, *BRACKETS, *SIGNS, *LETTERS)


def examples(usual):
    """How many inputs to try: few as a rule, many in a long run."""
    return LONG if os.environ.get("CRM_WORKFLOW_SOAK") else usual


def mutated(seeds, words):
    """Texts of ``seeds`` after a few changes: parts are cut, doubled or wrapped, or replaced by one
    of ``words``, by a part of another seed, or by what no grammar knows.
    """
    parts = [seed[start : start + PART] for seed in seeds for start in range(0, len(seed), PART)]
    pieces = [*words, *words, *COMMON, *parts, *_CHANGES]
    change = st.tuples(st.integers(0, 2**16), st.sampled_from(LENGTHS), st.sampled_from(pieces))
    changes = st.lists(change, max_size=MOST_CHANGES)
    return st.builds(_changed, st.sampled_from([*seeds, *seeds, *words]), changes)


#: Pieces that are made of what they replace.
_CHANGES = (
    lambda part: "",
    lambda part: part * 2,
    lambda part: part[::-1],
    lambda part: f"({part})",
    lambda part: f"[{part}]",
)


def _changed(text, changes):
    for place, length, piece in changes:
        start = place % (len(text) + 1)
        end = start + length
        piece = piece(text[start:end]) if callable(piece) else piece
        text = text[:start] + piece + text[end:]
    return text
