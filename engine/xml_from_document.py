"""The inverse of :mod:`.document_from_xml`: equal documents give equal text."""

import re

from lxml import etree

from .document import FORMAT, Reference

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_from_document(document):
    """The document as indented XML text, ready for a file under version control."""
    root = etree.Element("workflow", format=FORMAT)
    _add_fields(root, document.fields)
    if document.settings:
        _add_fields(etree.SubElement(root, "settings"), document.settings)
    _add_ways(etree.SubElement(root, "triggers"), "trigger", document.triggers)
    _add_steps(etree.SubElement(root, "steps"), document.steps)
    if document.exits:
        _add_ways(etree.SubElement(root, "exits"), "exit", document.exits)
    etree.indent(root, space="    ")
    return etree.tostring(root, encoding="unicode") + "\n"


def _add_ways(parent, tag, ways):
    for way in ways:
        _add_fields(etree.SubElement(parent, tag, key=way.key, kind=way.kind), way.fields)


def _add_steps(parent, steps):
    for step in steps:
        node = etree.SubElement(parent, "step", key=step.key, kind=step.kind)
        _add_fields(node, step.fields)
        for path in step.paths:
            lane = etree.SubElement(node, "path", key=path.key)
            _add_fields(lane, path.fields)
            _add_steps(lane, path.steps)


def _add_fields(parent, fields):
    for field in fields:
        _add_value(etree.SubElement(parent, "field", name=field.name), field.value)


def _add_value(node, value):
    if value is None or value == ():
        node.set("empty", "true")
    elif isinstance(value, str):
        node.text = _NOT_XML.sub("\ufffd", value)
    elif len(value) == 1 and isinstance(value[0], Reference):
        _set_target(node, value[0])
    else:
        for item in value:
            _add_item(node, item)


def _add_item(parent, item):
    if isinstance(item, Reference):
        _set_target(etree.SubElement(parent, "reference"), item)
    else:
        _add_fields(etree.SubElement(parent, "record", model=item.model), item.fields)


def _set_target(node, reference):
    if reference.xmlid:
        node.set("ref", reference.xmlid)
    else:
        node.set("model", reference.model)
        node.set("match", _NOT_XML.sub("\ufffd", reference.match))
