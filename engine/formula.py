"""Formulas: expressions over a record's values, read as a small and safe part of Python's.

They are worked out here, node by node, and never handed to Python: there are values, fields,
operators and the functions of ``formula_functions``, and nothing else::

    object.expected_revenue * 1.1
    "urgent" if object.priority == "3" else "normal"
    add_days(today, 14)
    concat(object.partner_id.name, ", ", object.city)

What is empty stays empty: a calculation with an empty value is empty, and no comparison but ``==``
and ``!=`` holds for it. ``default(value, other)`` puts something in its place.
"""

import ast
import json
from dataclasses import dataclass
from keyword import iskeyword

from .errors import FormulaError
from .formula_functions import FUNCTIONS
from .formula_operators import compared, operated
from .texts import _lt

MAX_LENGTH = 5_000
MAX_NODES = 500
MAX_DEPTH = 50


@dataclass(frozen=True)
class Formula:
    """A formula that has been read; equal texts are equal formulas."""

    text: str
    tree: ast.expr

    @property
    def roots(self):
        """The names that it starts from, such as ``object``."""
        nodes = [node for node in ast.walk(self.tree) if isinstance(node, ast.Name)]
        called = {id(node.func) for node in ast.walk(self.tree) if isinstance(node, ast.Call)}
        return {node.id for node in nodes if id(node) not in called}

    @property
    def paths(self):
        """The values that it reads, as tuples: ``("object", "partner_id", "name")``."""
        found = []
        _collect_paths(self.tree, found)
        return found

    def value(self, scope):
        """What it comes to.

        :param scope: knows what names mean: ``root(name)``, ``attribute(value, name)`` and
            ``words(value)``, the text of a value
        :raise FormulaError: when it cannot be worked out
        """
        try:
            return _value(self.tree, scope)
        except (OverflowError, ValueError, ArithmeticError, TypeError) as error:
            if isinstance(error, FormulaError):
                raise
            # Python's own words; the reader's go around them.
            raise FormulaError(_lt("it cannot be worked out (%s)", str(error))) from error


def formula(text):
    """Read a formula.

    :raise FormulaError: says what is wrong

    >>> formula("object.partner_id.name").paths
    [('object', 'partner_id', 'name')]
    >>> formula("open('x')")
    Traceback (most recent call last):
    engine.errors.FormulaError: there is no function “open”
    """
    text = (text or "").strip()
    if not text:
        raise FormulaError(_lt("the formula is empty"))
    if len(text) > MAX_LENGTH:
        raise FormulaError(_lt("the formula is longer than %s characters", MAX_LENGTH))
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaError(_lt("“%s” is no formula", text[:200])) from error
    _check(tree)
    return Formula(text, tree)


def spelled(root, *names):
    """A path as a formula spells it.

    >>> spelled("event", "items", 0, "unit price"), spelled("object", "name")
    ('event.items[0]["unit price"]', 'object.name')
    """
    return root + "".join(
        f".{name}" if str(name).isidentifier() and not iskeyword(name) else f"[{_quoted(name)}]"
        for name in names
    )


def _quoted(name):
    return name if isinstance(name, int) else json.dumps(name, ensure_ascii=False)


def _check(tree):
    nodes = list(ast.walk(tree))
    if len(nodes) > MAX_NODES or _depth(tree) > MAX_DEPTH:
        raise FormulaError(_lt("the formula is too long: split it"))
    for node in nodes:
        if type(node) not in _KNOWN:
            missing = _MISSING.get(type(node))
            raise FormulaError(missing or _lt("a formula has no %s", type(node).__name__))
        check = _CHECKS.get(type(node))
        if check:
            check(node)


def _depth(tree):
    level, depth = [tree], 0
    while level:
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        depth += 1
    return depth


def _check_call(node):
    name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
    function = FUNCTIONS.get(name)
    if function is None:
        raise FormulaError(_lt("there is no function “%s”", name))
    if node.keywords or any(isinstance(arg, ast.Starred) for arg in node.args):
        raise FormulaError(_lt("%s: values are given one after the other", name))
    if not function.least <= len(node.args) <= function.most:
        raise FormulaError(_lt("%s: that is not the right number of values", function.usage))


def _check_attribute(node):
    if node.attr.startswith("_"):
        raise FormulaError(_lt("there is no value “%s”", node.attr))


def _check_constant(node):
    if not isinstance(node.value, bool | int | float | str | None):
        raise FormulaError(_lt("“%s” is neither a text nor a number", repr(node.value)))


def _check_subscript(node):
    try:
        place = _place(node)
    except (ValueError, TypeError):
        place = None
    if not isinstance(place, int | str) or str(place).startswith("_"):
        raise FormulaError(_lt("in [ ] stands a number or a name"))


def _collect_paths(node, found):
    names, head = [], node
    while isinstance(head, ast.Attribute | ast.Subscript):
        names.append(head.attr if isinstance(head, ast.Attribute) else _place(head))
        head = head.value
    if isinstance(head, ast.Name) and (names or not isinstance(node, ast.Call)):
        found.append((head.id, *reversed(names)))
        return
    for child in ast.iter_child_nodes(head):
        if not (isinstance(head, ast.Call) and child is head.func):
            _collect_paths(child, found)


def _place(node):
    """What stands in the brackets."""
    return ast.literal_eval(node.slice)


def _value(node, scope):
    return _VALUES[type(node)](node, scope)


def _call(node, scope):
    function = FUNCTIONS[node.func.id]
    return function(scope, [_value(arg, scope) for arg in node.args])


def _conditional(node, scope):
    return _value(node.body if _value(node.test, scope) else node.orelse, scope)


def _boolean(node, scope):
    """``and`` and ``or`` stop where the answer is known, as in Python."""
    goes_on = isinstance(node.op, ast.And)
    for part in node.values:
        value = _value(part, scope)
        if bool(value) is not goes_on:
            return value
    return value


def _unary(node, scope):
    value = _value(node.operand, scope)
    if isinstance(node.op, ast.Not):
        return not value
    return operated("-", 0, value) if isinstance(node.op, ast.USub) else value


def _binary(node, scope):
    return operated(_SIGNS[type(node.op)], _value(node.left, scope), _value(node.right, scope))


def _comparison(node, scope):
    left = _value(node.left, scope)
    for operator, part in zip(node.ops, node.comparators, strict=True):
        right = _value(part, scope)
        if not compared(_SIGNS[type(operator)], left, right):
            return False
        left = right
    return True


def _item(node, scope):
    """A name in brackets is that of a value; a number is a place in a list or text."""
    held, place = _value(node.value, scope), _value(node.slice, scope)
    if isinstance(place, str):
        return scope.attribute(held, place)
    try:
        return held[place] if isinstance(held, list | str) else None
    except (LookupError, TypeError):
        return None


_SIGNS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_VALUES = {
    ast.Constant: lambda node, scope: node.value,
    ast.Name: lambda node, scope: scope.root(node.id),
    ast.Attribute: lambda node, scope: scope.attribute(_value(node.value, scope), node.attr),
    ast.Subscript: _item,
    ast.Call: _call,
    ast.IfExp: _conditional,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Compare: _comparison,
    ast.List: lambda node, scope: [_value(part, scope) for part in node.elts],
    ast.Tuple: lambda node, scope: [_value(part, scope) for part in node.elts],
}
_CHECKS = {
    ast.Call: _check_call,
    ast.Attribute: _check_attribute,
    ast.Constant: _check_constant,
    ast.Subscript: _check_subscript,
}
_KNOWN = {*_VALUES, *_SIGNS, ast.Load, ast.And, ast.Or, ast.Not, ast.USub, ast.UAdd}
_NO_LOOPS = _lt("a formula has no loops")
_MISSING = {
    ast.Pow: _lt("a formula has no powers"),
    ast.Lambda: _lt("a formula has no functions of its own"),
    ast.ListComp: _NO_LOOPS,
    ast.GeneratorExp: _NO_LOOPS,
    ast.JoinedStr: _lt("a formula has no f-strings: use concat()"),
    ast.Is: _lt("a formula has no “is”: use =="),
    ast.IsNot: _lt("a formula has no “is not”: use !="),
}
