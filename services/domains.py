"""Conditions: from the text a person saved to a domain the database can answer."""

import psycopg2

from odoo.exceptions import ValidationError

from ..engine.domain_text import domain_from_text
from .domain_forms import domain_of
from .texts import translated


def checked_domain(model, text):
    """The domain that ``text`` spells, verified against ``model``.

    :param model: an empty recordset of the model the conditions are about
    :param text: a literal domain, as the condition editor stores it; empty matches all
    :rtype: odoo.fields.Domain
    :raise ValidationError: when it does not parse, or names a field that is missing or
        cannot be searched; the message says which and what to do
    """
    try:
        domain = domain_of(model, domain_from_text(text))
        domain.validate(model)
        # Compiling to SQL resolves every path, operator and value; the query is not executed.
        model.sudo()._search(domain)
    except psycopg2.Error:
        # The transaction is lost; nothing more can be said in it.
        raise
    except Exception as error:  # fields refuse what they cannot compare in many ways
        raise ValidationError(
            model.env._(
                "The condition on %(model)s cannot be read: %(reason)s. "
                "Open it and choose the fields again.",
                model=model._description,
                reason=translated(model.env, error),
            )
        ) from error
    return domain


def known_domain(model, text):
    """The same for a condition that is asked again and again: verified once per process."""
    model.env["crm.workflow.object"]._verify_condition(model._name, text)
    return domain_of(model, domain_from_text(text))
