"""A workflow as XML: what is written can be read again, and what cannot be read is refused."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.document import (
    FORMAT,
    Document,
    ExitNode,
    Field,
    PathNode,
    Record,
    Reference,
    StepNode,
    TriggerNode,
)
from engine.document_from_xml import MAX_BYTES, MAX_DEPTH, MAX_STEPS, document_from_xml
from engine.errors import DocumentError
from engine.xml_from_document import xml_from_document

# ---- documents of any shape ----------------------------------------------------------------

IN_XML = st.characters(
    exclude_categories=["Cs"],
    exclude_characters=[*map(chr, {*range(32)} - {9, 10, 13}), "\ufffe", "\uffff"],
)
ODD = st.sampled_from(
    ["\r\n", "\r", " \n ", "<![CDATA[x]]>", "]]>", "<!-- x -->", "&amp;", "<?x y?>", "\t", "\x85"]
    + ["\u2028", "\ufeff", "\u202e", "😀", "\0", "\x1b", "\ud800", "\ufffe", '"', "'", "<", "  "]
)
texts = st.text(IN_XML, max_size=20) | st.lists(
    ODD.filter(lambda text: text not in "\0\x1b\ud800\ufffe") | st.text(IN_XML, max_size=3),
    max_size=5,
).map("".join)
names = st.from_regex(r"[a-z_][a-z0-9_.]{0,12}", fullmatch=True)
xmlids = st.from_regex(r"[A-Za-z0-9_]{1,8}\.[A-Za-z0-9_.\-]{1,8}", fullmatch=True)
references = st.builds(Reference, xmlid=xmlids) | st.builds(Reference, model=names, match=texts)


def some(items, most=3):
    return st.lists(items, max_size=most).map(tuple)


def fields_of(records):
    groups = [st.lists(items, min_size=1, max_size=3).map(tuple) for items in (references, records)]
    return some(st.builds(Field, names, st.one_of(st.none(), texts, *groups)))


records = st.recursive(
    st.builds(Record, names),
    lambda inner: st.builds(Record, names, fields_of(inner)),
    max_leaves=4,
)
fields = fields_of(records)
steps = st.recursive(
    st.builds(StepNode, st.just(""), names, fields),
    lambda inner: st.builds(
        StepNode,
        st.just(""),
        names,
        fields,
        some(st.builds(PathNode, st.just(""), fields, some(inner))),
    ),
    max_leaves=8,
)


@st.composite
def documents(draw):
    """A document in which every key is used once."""
    keys = st.from_regex(r"[A-Za-z0-9_\-]{1,12}", fullmatch=True)
    used = set()

    def keyed(node):
        key = draw(keys.filter(lambda key: key not in used))
        used.add(key)
        if isinstance(node, StepNode):
            return replace(node, key=key, paths=tuple(map(keyed, node.paths)))
        if isinstance(node, PathNode):
            return replace(node, key=key, steps=tuple(map(keyed, node.steps)))
        return replace(node, key=key)

    return Document(
        draw(fields),
        draw(fields),
        tuple(map(keyed, draw(some(st.builds(TriggerNode, st.just(""), names, fields))))),
        tuple(map(keyed, draw(some(steps)))),
        tuple(map(keyed, draw(some(st.builds(ExitNode, st.just(""), names, fields))))),
    )


# ---- a golden example ----------------------------------------------------------------------

GOLDEN_XML = """\
<workflow format="1">
    <field name="name">Welcome &amp; follow up</field>
    <field name="object_id" ref="crm_workflow.object_lead"/>
    <settings>
        <field name="reenroll">true</field>
    </settings>
    <triggers>
        <trigger key="t1" kind="criteria">
            <field name="domain">[('stage', '=', ref('crm.stage_lead1')), ('a', '&lt;', 3)]</field>
        </trigger>
    </triggers>
    <steps>
        <step key="mail" kind="server">
            <field name="note" empty="true"/>
            <field name="server_action_id">
                <record model="ir.actions.server">
                    <field name="template_id" model="mail.template" match="Welcome “you”"/>
                    <field name="partner_ids">
                        <reference ref="base.main_partner"/>
                        <reference model="res.partner" match="Deco Addict"/>
                    </field>
                </record>
            </field>
        </step>
        <step key="ask" kind="branch">
            <path key="yes">
                <field name="name">Yes</field>
                <step key="wait" kind="delay">
                    <field name="delay_amount">2</field>
                </step>
            </path>
            <path key="no"/>
        </step>
        <step key="end" kind="end"/>
    </steps>
    <exits>
        <exit key="won" kind="goal">
            <field name="domain">[('stage', '=', ref('crm.stage_lead4'))]</field>
        </exit>
    </exits>
</workflow>
"""
GOLDEN = Document(
    fields=(
        Field("name", "Welcome & follow up"),
        Field("object_id", (Reference(xmlid="crm_workflow.object_lead"),)),
    ),
    settings=(Field("reenroll", "true"),),
    triggers=(
        TriggerNode(
            "t1",
            "criteria",
            (Field("domain", "[('stage', '=', ref('crm.stage_lead1')), ('a', '<', 3)]"),),
        ),
    ),
    steps=(
        StepNode(
            "mail",
            "server",
            (
                Field("note", None),
                Field(
                    "server_action_id",
                    (
                        Record(
                            "ir.actions.server",
                            (
                                Field(
                                    "template_id",
                                    (Reference(model="mail.template", match="Welcome “you”"),),
                                ),
                                Field(
                                    "partner_ids",
                                    (
                                        Reference(xmlid="base.main_partner"),
                                        Reference(model="res.partner", match="Deco Addict"),
                                    ),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        StepNode(
            "ask",
            "branch",
            paths=(
                PathNode(
                    "yes",
                    (Field("name", "Yes"),),
                    (StepNode("wait", "delay", (Field("delay_amount", "2"),)),),
                ),
                PathNode("no"),
            ),
        ),
        StepNode("end", "end"),
    ),
    exits=(
        ExitNode("won", "goal", (Field("domain", "[('stage', '=', ref('crm.stage_lead4'))]"),)),
    ),
)


def test_the_golden_document_is_read():
    assert document_from_xml(GOLDEN_XML) == GOLDEN


def test_the_golden_document_is_written():
    assert xml_from_document(GOLDEN) == GOLDEN_XML


# ---- there and back ------------------------------------------------------------------------


@given(documents())
def test_what_is_written_is_read_as_it_was(document):
    assert document_from_xml(xml_from_document(document)) == document


@given(documents())
def test_reading_and_writing_again_changes_no_letter(document):
    text = xml_from_document(document)
    assert xml_from_document(document_from_xml(text)) == text


@given(documents(), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_bytes_are_read_in_the_encoding_they_declare(document, encoding):
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?>\n' + xml_from_document(document)
    assert document_from_xml(text.encode(encoding)) == document


@given(st.lists(ODD | st.characters(), max_size=6).map("".join))
@example("\0\x08\ud800\udfff\ufffe\uffff")
def test_a_character_that_xml_cannot_hold_is_replaced_and_no_other(text):
    node = Document((Field("name", text), Field("object_id", (Reference("", "", text),))))
    node = replace(node, fields=(node.fields[0], Field("b", (Reference("res.partner", "", text),))))
    allowed = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
    expected = "".join(one if allowed.match(one) else "\ufffd" for one in text)
    name, reference = document_from_xml(xml_from_document(node)).fields
    assert (name.value, reference.value[0].match) == (expected, expected)


def test_a_document_without_ways_out_has_no_element_for_them():
    text = xml_from_document(replace(GOLDEN, exits=()))
    assert "exit" not in text
    assert document_from_xml(text).exits == ()


def test_an_empty_workflow_survives():
    assert document_from_xml(xml_from_document(Document())) == Document()


def test_no_records_at_all_are_written_as_empty():
    text = xml_from_document(Document((Field("partner_ids", ()),)))
    assert document_from_xml(text).fields == (Field("partner_ids", None),)


def test_the_deepest_branches_allowed_survive():
    lane = ()
    for number in range((MAX_DEPTH - 2) // 2):
        lane = (StepNode(f"s{number}", "branch", (), (PathNode(f"p{number}", (), lane),)),)
    assert document_from_xml(xml_from_document(Document(steps=lane))).steps == lane


def test_as_many_steps_as_allowed_survive():
    lane = tuple(StepNode(f"s{number}", "end") for number in range(MAX_STEPS))
    assert document_from_xml(xml_from_document(Document(steps=lane))).steps == lane


# ---- reading -------------------------------------------------------------------------------


def workflow(inside="", attributes=f'format="{FORMAT}"'):
    return f"<workflow {attributes}>{inside}</workflow>"


def test_each_node_knows_its_line():
    document = document_from_xml(GOLDEN_XML)
    server, branch, _end = document.steps
    assert (document.line, document.fields[1].line, document.triggers[0].line) == (1, 3, 8)
    assert (server.line, server.fields[1].line, server.fields[1].value[0].line) == (13, 15, 16)
    assert [path.line for path in branch.paths] == [26, 32]


def test_a_document_is_the_same_wherever_its_lines_are():
    assert document_from_xml("\n\n" + GOLDEN_XML.replace(">\n", ">\n\n")) == GOLDEN


def test_a_declaration_of_any_encoding_is_fine_in_text():
    for encoding in ("utf-8", "latin-1", "utf-16", "nonsense"):
        text = f'<?xml version="1.0" encoding="{encoding}"?>\n' + workflow()
        assert document_from_xml(text).line == 2


def test_a_mark_of_byte_order_and_blank_lines_may_precede_the_declaration():
    text = '\ufeff\n\n<?xml version="1.0"\nencoding="latin-1"?>\n'
    assert document_from_xml(text + workflow('<field name="a">ø</field>')).fields[0].value == "ø"
    assert document_from_xml(text + workflow()).line == 5


def test_comments_and_processing_instructions_are_passed_over():
    inside = "<!-- a --><?b c?>"
    text = f'{inside}<field name="a">x{inside}y</field>{inside}<steps>{inside}</steps>'
    assert document_from_xml(inside + workflow(text) + inside).fields == (Field("a", "xy"),)


def test_space_inside_a_text_is_kept():
    assert document_from_xml(workflow('<field name="a"> \n b </field>')).fields[0].value == " \n b "


# ---- refusing ------------------------------------------------------------------------------


def refusal(text):
    with pytest.raises(DocumentError) as caught:
        document_from_xml(text)
    return caught.value


STEP = '\n<step key="a" kind="end"/>'
REFUSED = {
    "nothing": ("", 1, "empty"),
    "no bytes": (b"", 1, "empty"),
    "blank": ("  \n ", 2, "Start tag expected"),
    "prose": ("Dear colleague", 1, "Start tag expected"),
    "a tag left open": ("<workflow format='1'>\n<steps>\n</workflow>", 3, "mismatch"),
    "text behind the end": (workflow() + "\nmore", 2, "Extra content"),
    "half a character": ("\n" + workflow("\ud800"), 2, "half"),
    "a byte of another encoding": (b'<workflow format="1">\n\xff</workflow>', 2, "encod|UTF-8"),
    "an encoding nobody knows": (b'<?xml version="1.0" encoding="x"?><a/>', 1, "encoding"),
    "another root": ("\n<odoo/>", 2, "workflow"),
    "a root of another namespace": ('<workflow xmlns="urn:x" format="1"/>', 1, "namespace"),
    "no format": ("\n<workflow/>", 2, "format is “”, but only format “1”"),
    "another format": ('\n<workflow format="2"/>', 2, "format is “2”, but only format “1”"),
    "an unknown element": (workflow("\n<actions/>"), 2, "actions"),
    "an unknown element in a step": (
        workflow('<steps>\n<step key="a" kind="b">\n<if/></step></steps>'),
        3,
        "if",
    ),
    "an unknown attribute": (
        workflow('<steps>\n<step key="a" kind="b" x="1"/></steps>'),
        2,
        "attribute x",
    ),
    "loose text": (workflow("<steps>\ntext</steps>"), 1, "text"),
    "elements in another order": (workflow("<steps/>\n<triggers/>"), 2, "triggers"),
    "two lists of steps": (workflow("<steps/>\n<steps/>"), 2, "steps"),
    "a step without key": (workflow('<steps>\n<step kind="end"/></steps>'), 2, 'kind="end"$'),
    "a step without kind": (workflow('<steps>\n<step key="a"/></steps>'), 2, 'key="a"$'),
    "a step without both": (workflow("<steps>\n<step/></steps>"), 2, "it has none"),
    "a path without key": (
        workflow('<steps><step key="a" kind="b">\n<path/></step></steps>'),
        2,
        "path.*none",
    ),
    "a key of odd characters": (
        workflow('<steps>\n<step key="a b" kind="end"/></steps>'),
        2,
        'key="a b"',
    ),
    "a key too long": (workflow(f'<steps>\n<step key="{"a" * 65}" kind="b"/></steps>'), 2, "key="),
    "a field without name": (workflow("\n<field>x</field>"), 2, "field.*none"),
    "a key used twice": (workflow(f"<steps>{STEP}{STEP}</steps>"), 3, "“a” is used twice"),
    "one key for trigger and step": (
        workflow(f'<triggers><trigger key="a" kind="b"/></triggers><steps>{STEP}</steps>'),
        2,
        "“a” is used twice",
    ),
    "one key for step and path": (
        workflow('<steps><step key="a" kind="b">\n<path key="a"/></step></steps>'),
        2,
        "“a” is used twice",
    ),
    "a value beside empty": (workflow('\n<field name="a" empty="true">x</field>'), 2, "empty"),
    "a value beside a reference": (workflow('\n<field name="a" ref="b.c">x</field>'), 2, "ref"),
    "a reference without module": (workflow('\n<field name="a" ref="b"/>'), 2, "attribute ref"),
    "half a reference": (workflow('\n<field name="a" model="res.partner"/>'), 2, "model"),
    "records and references together": (
        workflow('\n<field name="a"><record model="b"/><reference ref="c.d"/></field>'),
        2,
        "",
    ),
    "a document type": ("\n<!DOCTYPE workflow>\n" + workflow(), 2, "document type"),
    "an entity nobody defined": (workflow("\n<field name='a'>&b;</field>"), 2, "'b' not defined"),
    "an entity of its own": (
        '<!DOCTYPE a [<!ENTITY b "c">]>' + workflow('<field name="a">&b;</field>'),
        1,
        "document type",
    ),
    "a default from a document type": (
        '<!DOCTYPE a [<!ATTLIST workflow format CDATA "1">]><workflow/>',
        1,
        "document type",
    ),
    "an included file": (
        workflow('\n<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'),
        2,
        "include",
    ),
    "too many steps": (
        workflow(
            "<steps>"
            + "".join(f'\n<step key="s{number}" kind="b"/>' for number in range(MAX_STEPS + 1))
            + "</steps>"
        ),
        MAX_STEPS + 2,
        "more than 1,000 steps",
    ),
    "branches too deep": (
        workflow(
            "<steps>"
            + "".join(
                f'\n<step key="s{number}" kind="b"><path key="p{number}">'
                for number in range(MAX_DEPTH // 2)
            )
            + "</path></step>" * (MAX_DEPTH // 2)
            + "</steps>"
        ),
        MAX_DEPTH // 2 + 1,
        "deep",
    ),
    "deeper than the parser goes": (workflow("\n<a>" * 5000 + "</a>" * 5000), 257, "[Dd]eep|depth"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_line_and_reason(case):
    text, line, reason = REFUSED[case]
    error = refusal(text)
    assert (error.line, bool(error.reason)) == (line, True), error
    assert re.search(reason, error.reason), error
    assert str(error) == f"Line {line}: {error.reason}"


@pytest.mark.parametrize(
    "text",
    ["x" * (MAX_BYTES + 1), "ø" * (MAX_BYTES // 2 + 1), workflow(" " * MAX_BYTES)],
    ids=["of text", "of two bytes each", "of space"],
)
def test_a_document_that_is_too_large_is_refused_as_a_whole(text):
    error = refusal(text)
    assert error.line is None and str(error) == "the document is larger than 2,000,000 bytes"
    assert refusal(text.encode()).reason == error.reason


def test_a_bomb_of_entities_is_refused():
    entities = ['<!ENTITY a "aaaaaaaaaa">']
    for one, ten in zip("abcdefghijk", "bcdefghijkl", strict=True):
        entities.append(f'<!ENTITY {ten} "{f"&{one};" * 10}">')
    bomb = f"<!DOCTYPE workflow [{''.join(entities)}]>"
    for inside in ('<field name="a">&l;</field>', '<field name="&l;"/>', ""):
        assert refusal(bomb + workflow(inside)).line == 1


@pytest.mark.parametrize(
    "definition",
    [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "{address}">]>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "{address}"> %x;]>',
        '<!DOCTYPE a SYSTEM "{address}">',
        '<!DOCTYPE a PUBLIC "-//X//Y" "{address}" [<!ENTITY x "y">]>',
    ],
)
def test_no_other_file_is_read(tmp_path, definition):
    secret = tmp_path / "secret.dtd"
    secret.write_text("<!ENTITY x 'the secret'>")
    text = definition.format(address=secret.as_uri()) + workflow('<field name="a">&x;</field>')
    assert "the secret" not in str(refusal(text))


PIECES = (
    *re.findall(r"<[^>]*>|[^<]+", GOLDEN_XML),
    *("<!DOCTYPE a>", "&x;", "&#0;", "&#xD800;", "<?a b?>", "<!-- -->", "<![CDATA[", "]]>", "<"),
    *('format="2"', 'key=""', "<step/>", "<path/>", "<field/>", "\0", "\ud800", "ø"),
    *('<?xml version="1.1"?>', '<a xmlns="b"/>', '<field name="a" empty="false"/>', "&b;"),
)


@st.composite
def mutated(draw):
    """The golden document with pieces taken out, doubled, moved or replaced."""
    pieces = re.findall(r"<[^>]*>|[^<]+", GOLDEN_XML)
    for _change in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(pieces)))
        taken = draw(st.integers(0, 3))
        pieces[start : start + taken] = draw(st.lists(st.sampled_from(PIECES), max_size=3))
    return "".join(pieces)


def read_or_refused(text):
    """The document, or None when it was refused as it should be."""
    try:
        return document_from_xml(text)
    except DocumentError as error:
        assert error.reason and error.line >= 1
        return None


@given(mutated() | st.text(max_size=60))
def test_a_spoilt_document_is_refused_or_means_what_it_says(text):
    document = read_or_refused(text)
    if document is not None:
        assert "<!DOCTYPE" not in re.sub(r"(?s)<!--.*?-->|<!\[CDATA\[.*?\]\]>", "", text)
        assert document_from_xml(xml_from_document(document)) == document


ENCODINGS = st.sampled_from(["utf-8", "utf-16", "cp037"])


@given(mutated(), st.integers(0, 2000), st.binary(max_size=4), ENCODINGS)
def test_spoilt_bytes_are_refused_or_read(text, at, noise, encoding):
    data = text.encode(encoding, "replace")
    document = read_or_refused(data[:at] + noise + data[at + len(noise) :])
    assert document is None or isinstance(document, Document)


@given(st.binary(max_size=80))
def test_bytes_that_mean_nothing_are_refused(data):
    assert read_or_refused(data) is None


LETTERS = st.integers(0, len(GOLDEN_XML) - 1)


@given(LETTERS, st.characters() | st.just(""))
def test_one_wrong_letter_is_refused_or_makes_a_sound_document(at, letter):
    document = read_or_refused(GOLDEN_XML[:at] + letter + GOLDEN_XML[at + 1 :])
    if document is not None:
        keys = re.findall(r'key="([^"]*)"', xml_from_document(document))
        assert len(keys) == len(set(keys))


# ---- references inside conditions ----------------------------------------------------------


def test_a_reference_is_spelled_as_in_a_condition():
    assert repr(Reference(xmlid="crm.stage_lead1")) == "ref('crm.stage_lead1')"
    assert repr(Reference(model="crm.stage", match="It's")) == "ref('crm.stage', \"It's\")"
