"""Inputs for fuzzing: valid ones that are cut, spliced and bent, a little each, to reach deep.

Knows neither Odoo nor the engine, and serves the tests of both. Hypothesis draws a number and
each text follows from its number by even chances: its own leaning to what is short and the same
again would hardly leave one text in a hundred that is not refused at its first character.
"""

import os
import re
from copy import deepcopy
from random import Random

from hypothesis import strategies as st
from lxml import etree

#: How many inputs in a long run; see ``bin/test --soak``.
LONG = 100_000
#: How many changes: each more is one more reason to be refused.
CHANGES = (1, 1, 1, 2, 2, 3, 5)
#: Characters of the parts of a seed.
PART = 40
#: Words, quotations and signs are changed as a whole: so many of them.
_TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|\w+|\s+|.", re.DOTALL)
QUOTATION = "'\""
LENGTHS = (0, 1, 1, 1, 1, 2, 5, 10_000)

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
    """Texts of ``seeds`` after a few changes: a token is replaced by another of its kind, or some
    are cut, doubled, wrapped, or replaced by one of ``words``, by a part of a seed, or by what no
    grammar knows. One in ten begins with a word, not with a seed.
    """
    parts = [seed[start : start + PART] for seed in seeds for start in range(0, len(seed), PART)]
    pieces = (words, [*COMMON, *parts, *_CHANGES])
    alike = {}
    for token in _TOKEN.findall(" ".join([*seeds, *words, *NUMBERS])):
        alike.setdefault(_kind(token), []).append(token)

    def text(chance):
        begun = chance.choice(words if chance.random() < 0.1 else seeds)
        for _change in range(chance.choice(CHANGES)):
            if chance.random() < 0.7:
                begun = _swapped(begun, chance, alike)
            else:
                begun = _changed(begun, chance, chance.choice(chance.choice(pieces)))
        return begun

    return drawn(text)


def _kind(token):
    """What a token can stand in for: names, numbers, quotations; all signs are one kind."""
    if token[0] in QUOTATION:
        return token[0]
    return "name" if token.isidentifier() else "number" if token.isalnum() else "sign"


def drawn(make):
    """What ``make`` makes of chance: one text for each number."""
    return st.integers(0, 2**63).map(lambda number: make(Random(number)))


#: Pieces that are made of what they replace.
_CHANGES = (
    lambda part: "",
    lambda part: part * 2,
    lambda part: part[::-1],
    lambda part: f"({part})",
    lambda part: f"[{part}]",
)


def _swapped(text, chance, alike):
    tokens = _TOKEN.findall(text)
    places = [
        place for place, token in enumerate(tokens) if token[0].isalnum() or token[0] in QUOTATION
    ]
    if places:
        place = chance.choice(places)
        tokens[place] = chance.choice(alike.get(_kind(tokens[place]), tokens))
    return "".join(tokens)


def _changed(text, chance, piece):
    tokens = _TOKEN.findall(text)
    start = chance.randint(0, len(tokens))
    before = "".join(tokens[:start])
    after = "".join(tokens[start + chance.choice(LENGTHS) :])
    between = text[len(before) : len(text) - len(after)]
    return before + (piece(between) if callable(piece) else piece) + after


# Documents


def mutated_documents(seeds, words):
    """Texts of ``seeds`` that are well-formed still: a few elements are moved or doubled, or get
    other values. Other than most of ``mutated`` they come past the parser.

    :param words: what values become, besides those of other seeds
    """
    trees = [etree.fromstring(seed.encode()) for seed in seeds]
    elements = [element for tree in trees for element in tree.iter(etree.Element)]
    values = [*words, *{e.text for e in elements if e.text and e.text.strip()}]
    names = [*{e.tag for e in elements}, *{name for e in elements for name in e.attrib}]
    values += {value for e in elements for value in e.attrib.values()}

    def text(chance):
        tree = deepcopy(chance.choice(trees))
        for _change in range(chance.choice(CHANGES)):
            around = list(tree.iter(etree.Element))
            here, there = chance.choice(around), chance.choice(around)
            stranger, value, name = map(chance.choice, (elements, values, names))
            try:
                chance.choice(_TREE_CHANGES)(here, there, stranger, value, name)
            except ValueError:
                # What XML cannot hold, such as a control character, or a name with a blank.
                continue
        return etree.tostring(tree, encoding="unicode")

    return drawn(text)


def _text(here, there, stranger, value, name):
    while len(here):
        here = here[-1]
    here.text = value


def _text_of_another(here, there, stranger, value, name):
    here.text = there.text


def _attribute(here, there, stranger, value, name):
    here.set(name, value)


def _attribute_of_itself(here, there, stranger, value, name):
    names = list(here.attrib) or [name]
    here.set(names[-1], value)


def _no_attributes(here, there, stranger, value, name):
    here.attrib.clear()


def _renamed(here, there, stranger, value, name):
    here.tag = name


def _doubled(here, there, stranger, value, name):
    if here.getparent() is not None:
        here.addnext(deepcopy(here))


def _moved(here, there, stranger, value, name):
    if here.getparent() is not None and here not in there.iterancestors() and here is not there:
        there.append(here)


def _removed(here, there, stranger, value, name):
    if here.getparent() is not None:
        here.getparent().remove(here)


def _invited(here, there, stranger, value, name):
    here.append(deepcopy(stranger))


_TREE_CHANGES = (
    *(_text, _text, _text, _text, _text_of_another, _attribute_of_itself, _attribute_of_itself),
    *(_attribute, _no_attributes, _renamed, _doubled, _moved, _removed, _invited),
)
