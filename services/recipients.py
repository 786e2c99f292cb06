"""Recipients: whom an action writes to, with what decides whether they may be written to."""

from dataclasses import dataclass

from odoo.models import BaseModel
from odoo.tools import email_normalize
from odoo.tools.mail import email_split_and_format_normalize

#: Who is responsible for a record, by the names that Odoo's models use.
OWNER_FIELDS = ("user_id", "user_ids")
#: Fields by which contacts, or the records themselves, say that they want no e-mails.
OPT_OUT_FIELDS = ("opt_out", "email_opt_out")
#: What a path to recipients may lead to, besides a text with an address.
PEOPLE = ("res.partner", "res.users")
#: Fields in which Odoo looks for the address of a record.
ADDRESS_FIELDS = ("email", "email_from", "partner_email", "x_email", "x_email_from")


@dataclass(frozen=True, slots=True)
class Whom:
    """What an action says of its recipients: partners, and a text with addresses."""

    partner_ids: tuple = ()
    emails: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address. ``email`` is normalized, and empty for who has none."""

    email: str
    formatted: str
    partner_id: int | None = None
    bounces: int = 0
    opted_out: bool = False
    is_colleague: bool = False


def owner_field(model):
    """The field with the users who are responsible for a record, or None."""
    fields = (model._fields.get(name) for name in OWNER_FIELDS)
    return next((field.name for field in fields if field and field.comodel_name == PEOPLE[1]), None)


def has_contact(model):
    """True when Odoo knows whom the e-mails about such records go to."""
    return bool(
        model._mail_get_partner_fields()
        or model._mail_get_primary_email_field()
        or any(name in model._fields for name in ADDRESS_FIELDS)
    )


def field_at(model, path):
    """The field at the end of a dotted path, or None."""
    *way, name = path.split(".")
    for step in way:
        field = model._fields.get(step)
        if field is None or not field.relational:
            return None
        model = model.env[field.comodel_name]
    return model._fields.get(name)


def is_address(field):
    """True for a field that holds people, or a text that may be an address."""
    return field.comodel_name in PEOPLE if field.relational else field.type == "char"


def contacts(records):
    """The contact of each record, or the address that it holds itself: {record id: Whom}."""
    found = records._message_get_default_recipients()
    return {
        record_id: Whom(tuple(vals["partner_ids"]), vals["email_to"] or "")
        for record_id, vals in found.items()
    }


def at_path(records, path):
    """The partners, users or addresses that a path leads to: {record id: Whom}."""
    return {record.id: _whom(record.mapped(path)) for record in records}


def _whom(found):
    if isinstance(found, BaseModel):
        people = found.sudo().partner_id if found._name == "res.users" else found
        return Whom(tuple(people.ids))
    return Whom(emails=",".join(text for text in found if text))


def recipients_of(records, whom):
    """The addresses behind what an action says: {record id: [Recipient]}. Some two queries.

    An address that is named twice, or is a contact's as well, counts once.
    """
    ids = {partner_id for own in whom.values() for partner_id in own.partner_ids}
    partners_sudo = records.env["res.partner"].sudo().browse(ids).exists()
    by_partner = {partner.id: _of_partner(partner) for partner in partners_sudo}
    found = {}
    for record in records:
        own = whom[record.id]
        contacts = [by_partner[one] for one in dict.fromkeys(own.partner_ids) if one in by_partner]
        known = {one.email for one in contacts}
        addresses = {}
        for one in _of_emails(record.sudo(), own.emails):
            if one.email not in known:
                addresses.setdefault(one.email or one.formatted, one)
        found[record.id] = [*contacts, *addresses.values()]
    return found


def _of_partner(partner_sudo):
    return Recipient(
        partner_sudo.email_normalized or "",
        partner_sudo.email_formatted or partner_sudo.display_name,
        partner_sudo.id,
        partner_sudo.message_bounce,
        _opted_out(partner_sudo),
        not partner_sudo.partner_share,
    )


def _of_emails(record_sudo, text):
    """Addresses without a partner; what the record knows of its own address counts."""
    own = "email_normalized" in record_sudo._fields and record_sudo.email_normalized
    for formatted in email_split_and_format_normalize(text):
        email = email_normalize(formatted) or ""
        is_own = bool(own) and own == email
        bounces = record_sudo.message_bounce if is_own and _counts_bounces(record_sudo) else 0
        yield Recipient(email, formatted, None, bounces, is_own and _opted_out(record_sudo))


def _counts_bounces(record_sudo):
    return "message_bounce" in record_sudo._fields


def _opted_out(record_sudo):
    return any(record_sudo[name] for name in OPT_OUT_FIELDS if name in record_sudo._fields)
