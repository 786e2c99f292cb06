"""A domain in prefix notation as a tree, for explaining it in words."""

from .errors import DomainError
from .texts import _lt

MAX_DEPTH = 100
NAMES = {"&": "and", "|": "or", "!": "not"}


def tree_from_domain(domain):
    """Tuples: ``("and", nodes)``, ``("or", nodes)``, ``("not", node)``, ``("is", condition)``.

    Conditions that follow each other without an operator are joined by "and"; equal
    operators below each other become one node, and two negations are none.

    >>> tree_from_domain([("a", "=", 1), "|", ("b", "=", 2), ("c", "=", 3)])
    ('and', (('is', ('a', '=', 1)), ('or', (('is', ('b', '=', 2)), ('is', ('c', '=', 3))))))
    """
    stack = []
    # From the end, so that a long chain of operators needs no recursion.
    for term in reversed(domain):
        name = NAMES.get(term) if isinstance(term, str) else None
        stack.append(_operation(name, stack) if name else (("is", tuple(term)), 1))
    nodes = tuple(node for node, _depth in reversed(stack))
    return nodes[0] if len(nodes) == 1 else ("and", _flat("and", nodes))


def known_paths(domain):
    """The paths of the fields that a domain asks to be set, wherever it asks it positively.

    >>> known_paths(["|", ("email", "!=", False), ("city", "=", "Oslo")])
    ['email']
    >>> known_paths(["!", ("email", "!=", False), ("child_ids", "any", [("ref", "!=", False)])])
    ['child_ids.ref']
    """
    return list(_known(tree_from_domain(domain))) if domain else []


def _known(node):
    name, content = node
    if name in ("and", "or"):
        for inner in content:
            yield from _known(inner)
    elif name == "is":
        path, operator, value = content
        if (operator, value) in (("!=", False), ("not in", [False]), ("not in", (False,))):
            yield path
        elif operator == "any" and isinstance(value, list | tuple):
            yield from (f"{path}.{inner}" for inner in known_paths(value))


def _operation(name, stack):
    """(node, depth) of an operator and its operands, which it takes from the stack."""
    needed = 1 if name == "not" else 2
    if len(stack) < needed:
        raise DomainError(_lt("an operator has too few conditions"))
    nodes, depths = zip(*(stack.pop() for _position in range(needed)), strict=True)
    if name == "not":
        node, inner = nodes[0], depths[0]
        return (node[1], inner - 1) if node[0] == "not" else ((name, node), inner + 1)
    depth = max(
        inner if node[0] == name else inner + 1 for node, inner in zip(nodes, depths, strict=True)
    )
    if depth > MAX_DEPTH:
        raise DomainError(_lt("conditions are nested more than %s deep", MAX_DEPTH))
    return (name, _flat(name, nodes)), depth


def _flat(name, nodes):
    return tuple(inner for node in nodes for inner in (node[1] if node[0] == name else (node,)))
