"""Mailing lists of Odoo's app, which is met by its models' names: addresses come and go."""

from .names import visible_records
from .recipients import contacts, recipients_of


def subscribe(records, lists):
    """Put the addresses of records on lists. Whoever has left a list is not put on it again.

    :return: {record id: message} of those that were not
    """
    env, people = records.env, _people(records)
    by_email = _mailing_contacts(env, people)
    known = _subscriptions(env, by_email, lists)
    pairs = {(contact.id, own.id) for contact in by_email.values() for own in lists}
    here = {(row.contact_id.id, row.list_id.id) for row in known}
    env["mailing.subscription"].create(
        [{"contact_id": contact, "list_id": own} for contact, own in sorted(pairs - here)]
    )
    left = set(known.filtered("opt_out").contact_id.ids)
    told = {}
    for record in records:
        person = people.get(record.id)
        if not person:
            told[record.id] = env._("Not added: there is no e-mail address.")
        elif by_email[person.email].id in left:
            told[record.id] = env._("Not added: %s has left the list.", person.email)
    return told


def unsubscribe(records, lists):
    """Take the addresses of records off lists; what people chose themselves stays as it is.

    :return: {record id: message} of those without an address
    """
    env, people = records.env, _people(records)
    emails = {person.email for person in people.values()}
    found = env["mailing.contact"].search([("email_normalized", "in", list(emails))])
    rows = env["mailing.subscription"].search(
        [
            ("contact_id", "in", found.ids),
            ("list_id", "in", lists.ids),
            ("opt_out", "=", False),
        ]
    )
    rows.unlink()
    missing = env._("Not removed: there is no e-mail address.")
    return {record.id: missing for record in records if record.id not in people}


def _people(records):
    """Whose address each record has: {record id: Recipient}."""
    found = recipients_of(records, contacts(records))
    return {
        record_id: person
        for record_id, own in found.items()
        if (person := next((one for one in own if one.email), None))
    }


def _mailing_contacts(env, people):
    """The mailing contact of each address, made where there is none: {address: contact}."""
    wanted = {person.email: person for person in people.values()}
    found = env["mailing.contact"].search(
        [("email_normalized", "in", list(wanted))], order="id desc"
    )
    by_email = {contact.email_normalized: contact for contact in found}
    missing = [person for email, person in wanted.items() if email not in by_email]
    # A list is read by people who may not see every contact: the run-as user names whom he sees.
    partners = env["res.partner"].browse([one.partner_id for one in missing if one.partner_id])
    names = {partner.id: partner.name for partner in visible_records(partners)}
    created = env["mailing.contact"].create(
        [
            {"name": names.get(person.partner_id) or person.email, "email": person.email}
            for person in missing
        ]
    )
    return by_email | {contact.email_normalized: contact for contact in created}


def _subscriptions(env, by_email, lists):
    contact_ids = [contact.id for contact in by_email.values()]
    return env["mailing.subscription"].search(
        [("contact_id", "in", contact_ids), ("list_id", "in", lists.ids)]
    )
