"""Conditions as text: a literal Odoo domain, never evaluated as code."""

import ast
import re

from .document import Reference
from .domain_forms import COMPARISONS, COUNT, Count, FieldReference
from .errors import DomainError
from .payload import UNSTORABLE
from .texts import _lt

MAX_LENGTH = 20_000
#: One offset of a relative date, as ``odoo.tools.date_utils.parse_date`` reads it.
_OFFSET = re.compile(
    r"[-+=]([-+]?\d+[dwmyHMS]|(mon|tues|wednes|thurs|fri|satur|sun)day|week_start)"
)


def domain_from_text(text):
    """The domain, as a list, that ``text`` spells; empty text is the empty domain.

    Relative dates are strings of Odoo's own (``'today -7d'``), so a literal suffices.
    In documents, ``ref('module.name')`` or ``ref('model', 'name')`` may stand for an id; what
    a condition can say beyond Odoo's domains is in :mod:`.domain_forms`.

    :raise DomainError: when it is no literal list of conditions

    >>> domain_from_text("[('name', '=', 'Oslo')]")
    [('name', '=', 'Oslo')]
    """
    text = (text or "").strip()
    if not text:
        return []
    if len(text) > MAX_LENGTH:
        raise DomainError(_lt("longer than %s characters", MAX_LENGTH))
    try:
        domain = ast.literal_eval(_Calls().visit(ast.parse(text, mode="eval")))
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError) as error:
        raise DomainError(_lt("not a literal domain: %s", text[:80])) from error
    if not isinstance(domain, list | tuple) or not all(map(_is_term, domain)):
        raise DomainError(_lt("not a list of conditions: %s", text[:80]))
    return list(domain)


def is_relative_to_now(domain):
    """True when some value moves with the clock, so that time alone can make it match.

    >>> is_relative_to_now([("date", "<", "today -7d")]), is_relative_to_now([("a", "=", "b")])
    (True, False)
    """
    return any(_has_clock(term[1], term[2]) for term in domain if _is_condition(term))


def _is_term(term):
    return term in ("&", "|", "!") if isinstance(term, str) else _is_condition(term)


def _is_condition(term):
    return (
        isinstance(term, list | tuple)
        and len(term) == 3
        and isinstance(term[1], str)
        and isinstance(term[0], str | int)
        and _is_operand(term[1], term[2])
    )


def _is_operand(operator, value):
    if operator == COUNT:
        return all(map(_is_term, Count.of(value).domain))
    if operator in ("any", "not any") and isinstance(value, list | tuple):
        return all(map(_is_term, value))
    if isinstance(value, FieldReference):
        return operator in COMPARISONS
    return _is_value(value)


def _is_value(value):
    if isinstance(value, str) and UNSTORABLE.search(value):
        raise DomainError(_lt("a text holds a character that cannot be kept (NUL or half a one)"))
    if isinstance(value, list | tuple | set):
        return all(map(_is_value, value))
    return value is None or isinstance(value, str | int | float | Reference)


def _has_clock(operator, value):
    if operator == COUNT:
        return is_relative_to_now(Count.of(value).domain)
    if "any" in operator and isinstance(value, list | tuple):
        return is_relative_to_now(value)
    values = value if isinstance(value, list | tuple | set) else (value,)
    return any(isinstance(item, str) and _is_relative_date(item) for item in values)


def _is_relative_date(text):
    start, *offsets = text.split() or [""]
    return (start in ("now", "today") or _is_offset(start)) and all(map(_is_offset, offsets))


def _is_offset(text):
    return _OFFSET.fullmatch(text) is not None


class _Calls(ast.NodeTransformer):
    """Turns ``ref(…)`` and ``field(…)`` into the constants they stand for; all else is literal."""

    def visit_Call(self, node):
        arguments = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        stands_for = _CALLS.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if (
            stands_for is None
            or node.keywords
            or len(arguments) != len(node.args)
            or not all(isinstance(argument, str) for argument in arguments)
        ):
            raise ValueError("only ref(…) and field(…) may be called, with texts")
        return ast.Constant(stands_for(*arguments))


def _reference(*arguments):
    if not all(arguments[:1]):
        raise ValueError("ref() needs an external id, or a model and a name")
    if len(arguments) == 1:
        return Reference(xmlid=arguments[0])
    if len(arguments) == 2:
        return Reference(model=arguments[0], match=arguments[1])
    raise ValueError("ref() takes an external id, or a model and a name")


def _field(name):
    if not name.isidentifier():
        raise ValueError("field() takes the name of a field of the same record")
    return FieldReference(name)


_CALLS = {"ref": _reference, "field": _field}
