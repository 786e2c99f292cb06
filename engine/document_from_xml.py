"""Text to :class:`~.document.Document`. Refuses with line and reason; never half-reads."""

import re
from functools import cache
from pathlib import Path

from lxml import etree

from .document import (
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
from .errors import DocumentError
from .texts import _lt

MAX_BYTES = 2_000_000
MAX_DEPTH = 150
MAX_STEPS = 1_000
_DECLARATION = re.compile(r"\A[\ufeff\s]*<\?xml\s[^>]*\?>")


def document_from_xml(text):
    """The workflow that ``text`` describes.

    :param text: str, or bytes in the encoding its XML declaration names
    :raise DocumentError: when it is no well-formed document of the known format
    """
    root = _parse(text)
    _validate(root)
    _check_keys(root)
    return Document(
        fields=_fields(root),
        settings=_fields(_child(root, "settings")),
        triggers=_ways(root, "triggers", "trigger", TriggerNode),
        steps=_steps(_child(root, "steps")),
        exits=_ways(root, "exits", "exit", ExitNode),
        line=root.sourceline,
    )


def _parse(text):
    if isinstance(text, str):
        text = _encoded(text)
    if len(text) > MAX_BYTES:
        raise DocumentError(_lt("the document is larger than %s bytes", MAX_BYTES))
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(_lt("this is no XML: %s", error.msg), error.lineno) from error
    if root.getroottree().docinfo.doctype:
        line = text[: max(text.find(b"<!DOCTYPE"), 0)].count(b"\n") + 1
        reason = _lt("a document type declaration is not allowed; remove <!DOCTYPE …>")
        raise DocumentError(reason, line)
    return root


def _encoded(text):
    """Bytes without the declaration, which names the encoding of the file the text came from."""
    try:
        # Its lines stay, so that an error names the line a person sees.
        return _DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), text).encode()
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        reason = _lt("a character is only half there (a lone surrogate)")
        raise DocumentError(reason, line) from error


def _validate(root):
    _check_depth(root)
    _check_format(root)
    schema = _schema()
    if not schema.validate(root):
        error = schema.error_log[0]
        raise DocumentError(_reason(root, error), error.line)
    steps = root.findall(".//step")
    if len(steps) > MAX_STEPS:
        raise DocumentError(_lt("more than %s steps", MAX_STEPS), steps[MAX_STEPS].sourceline)


@cache
def _schema():
    return etree.RelaxNG(etree.parse(Path(__file__).with_name("document.rng")))


def _reason(root, error):
    """The schema's words, and what the element holds where they name no attribute."""
    if error.type_name != "RELAXNG_ERR_ATTRVALID":
        return _lt("the form is wrong: %s", error.message)
    (node,) = root.xpath(error.path)
    held = " ".join(f'{name}="{value[:80]}"' for name, value in node.items())
    return _lt(
        "the form is wrong: %(fault)s: %(attributes)s",
        fault=error.message,
        attributes=held or _lt("it has none"),
    )


def _check_format(root):
    if root.tag == "workflow" and root.get("format") != FORMAT:
        found = root.get("format", "")[:80]
        reason = _lt(
            "the format is “%(found)s”, but only format “%(known)s” can be read",
            found=found,
            known=FORMAT,
        )
        raise DocumentError(reason, root.sourceline)


def _check_depth(root):
    level = [root]
    for _depth in range(MAX_DEPTH):
        level = [child for node in level for child in node]
        if not level:
            return
    raise DocumentError(_lt("nested too deeply"), level[0].sourceline)


def _check_keys(root):
    seen = set()
    for node in root.iter("trigger", "step", "path", "exit"):
        key = node.get("key")
        if key in seen:
            raise DocumentError(_lt("the key “%s” is used twice", key), node.sourceline)
        seen.add(key)


def _ways(root, group, tag, node_type):
    return tuple(
        node_type(node.get("key"), node.get("kind"), _fields(node), node.sourceline)
        for node in _children(_child(root, group), tag)
    )


def _steps(lane):
    return tuple(
        StepNode(
            key=node.get("key"),
            kind=node.get("kind"),
            fields=_fields(node),
            paths=tuple(
                PathNode(path.get("key"), _fields(path), _steps(path), path.sourceline)
                for path in _children(node, "path")
            ),
            line=node.sourceline,
        )
        for node in _children(lane, "step")
    )


def _fields(node):
    return tuple(_field(child) for child in _children(node, "field"))


def _field(node):
    name, line = node.get("name"), node.sourceline
    if node.get("empty"):
        return Field(name, None, line)
    if node.get("ref") or node.get("model"):
        return Field(name, (_reference(node),), line)
    if len(node):
        return Field(name, tuple(_item(child) for child in node), line)
    return Field(name, node.text or "", line)


def _item(node):
    if node.tag == "reference":
        return _reference(node)
    return Record(node.get("model"), _fields(node), node.sourceline)


def _reference(node):
    return Reference(node.get("model", ""), node.get("ref", ""), node.get("match", ""))


def _child(node, tag):
    return node.find(tag)


def _children(node, tag):
    return () if node is None else node.findall(tag)
