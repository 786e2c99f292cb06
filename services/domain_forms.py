"""The forms of conditions that Odoo's domains lack, as domains that the database answers."""

from odoo.fields import Domain

from ..engine.document import Reference
from ..engine.domain_forms import COUNT, Count, FieldReference
from ..engine.errors import DomainError
from .domain_comparison import FieldComparison
from .domain_count import AssociationCount
from .paths import model_at


def domain_of(model, terms):
    """The :class:`~odoo.fields.Domain` of literal conditions about ``model``.

    :raise DomainError: when a count or a comparison cannot be asked
    """
    return Domain([term if isinstance(term, str) else _condition(model, term) for term in terms])


def form_of(term):
    """The count or comparison behind a term of a domain, or None for Odoo's own conditions."""
    form = getattr(term, "_sql", None)
    return form if isinstance(form, AssociationCount | FieldComparison) else None


def _condition(model, term):
    path, operator, value = term
    _check_resolved(model, value)
    if operator == COUNT:
        return _count(model, path, Count.of(value))
    if isinstance(value, FieldReference):
        return Domain.custom(to_sql=FieldComparison(model, path, operator, value.name))
    if operator in ("any", "not any") and isinstance(value, list | tuple):
        target = model_at(model, path)
        if target is not None:
            return Domain(path, operator, domain_of(target, value))
    return Domain(path, operator, value)


def _check_resolved(model, value):
    """``ref(…)`` is how a document names a record; conditions that are asked have its id."""
    values = value if isinstance(value, list | tuple | set) else (value,)
    for one in values:
        if isinstance(one, Reference):
            raise DomainError(
                model.env._("%s names a record in a document only: choose the record", one)
            )


def _count(model, path, count):
    target = model_at(model, path) if isinstance(path, str) else None
    domain = Domain.TRUE if target is None else domain_of(target, count.domain)
    return Domain.custom(to_sql=AssociationCount(model, path, count, domain))
