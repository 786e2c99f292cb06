"""Parting: an e-mail of a step leaves as one for each who gets it.

Odoo hands an e-mail to the server once for each contact, and once for a list of addresses, and
keeps one state for all of them: when the server fails in the middle, those who have it already
would get it again, or those who have not would never. Apart, each is sent, tried again or given up
by itself. They share their message, so the history of the record tells of one e-mail.
"""

from odoo.fields import Command
from odoo.tools import email_normalize
from odoo.tools.mail import email_split_and_format_normalize


def one_each(mails):
    """The ``mail.mail`` to be sent, with those that were parted; queries do not grow with them.

    The first of its recipients keeps the e-mail, the others get copies.
    """
    outgoing = mails.sudo().filtered(lambda mail: mail.crm_workflow_attempt)
    parts = {mail: _parts(mail) for mail in outgoing if mail.state == "outgoing"}
    parts = {mail: of for mail, of in parts.items() if len(of) > 1}
    if not parts:
        return mails
    copies = _copies_sudo(parts)
    _move_notifications(parts, copies)
    _keep_first(parts)
    # Whoever else has the same e-mails in hands loses here, and before he has sent any.
    mails.env.flush_all()
    return mails + mails.browse(copy.id for of in copies.values() for copy in of)


def _parts(mail):
    """Whom an e-mail goes to, one by one: values of ``mail.mail``.

    Those who are to see one another, To and Cc, stay together.
    """
    to, copied = (mail.email_to or "").strip(), (mail.email_cc or "").strip()
    if copied:
        addressed = [(to, copied)]
    else:
        addresses = email_split_and_format_normalize(to) or ([to] if to else [])
        addressed = [(address, False) for address in addresses]
    return [
        *({"email_to": to, "email_cc": copied, "partner_id": None} for to, copied in addressed),
        *(
            {"email_to": False, "email_cc": False, "partner_id": partner.id}
            for partner in mail.recipient_ids
        ),
    ]


def _copies_sudo(parts):
    """{mail: its copies, in the order of its further parts}. One creation for each author."""
    copies = {}
    for author, own in _by_author(parts).items():
        vals_list = [_vals(mail, part) for mail in own for part in parts[mail][1:]]
        created = iter(own[0].with_user(author).sudo().create(vals_list))
        copies |= {mail: [next(created) for _part in parts[mail][1:]] for mail in own}
    return copies


def _by_author(mails):
    """Which server may send an e-mail depends on who wrote it."""
    found = {}
    for mail in mails:
        found.setdefault(mail.create_uid, []).append(mail)
    return found


def _vals(mail, part):
    return mail.copy_data(
        {
            "mail_message_id": mail.mail_message_id.id,
            "headers": mail.headers,
            "failure_type": False,
            "crm_workflow_attempt": mail.crm_workflow_attempt,
            "crm_workflow_mail_id": mail.crm_workflow_mail_id.id,
            "email_to": part["email_to"],
            "email_cc": part["email_cc"],
            "recipient_ids": _recipients(part),
        }
    )[0]


def _recipients(part):
    return [Command.set([part["partner_id"]] if part["partner_id"] else [])]


def _move_notifications(parts, copies):
    """What the history says of a recipient follows the e-mail that goes to him."""
    ids = [mail.id for mail in parts]
    mail_of = {
        (mail.id, *key): copy
        for mail, own in copies.items()
        for part, copy in zip(parts[mail][1:], own, strict=True)
        for key in _keys(part)
    }
    mails = next(iter(parts))
    for row in mails.env["mail.notification"].search([("mail_mail_id", "in", ids)]):
        key = row.res_partner_id.id, email_normalize(row.mail_email_address or "") or False
        if copy := mail_of.get((row.mail_mail_id.id, *key)):
            row.mail_mail_id = copy


def _keys(part):
    """(partner, address) of who is in a part."""
    if part["partner_id"]:
        return [(part["partner_id"], False)]
    return [(False, email_normalize(part["email_to"] or "") or False)]


def _keep_first(parts):
    for mail, (first, *_others) in parts.items():
        mail.write({name: first[name] for name in ("email_to", "email_cc")})
    mails = next(iter(parts))
    # All at once; a write for each would be a statement for each.
    mails._fields["recipient_ids"].write_batch(
        [(mail, _recipients(first)) for mail, (first, *_others) in parts.items()]
    )
