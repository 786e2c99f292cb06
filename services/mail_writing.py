"""Writing e-mails: the queue's ``mail.mail`` of many records at once, by a template or by hand.

They are queued in the step's transaction and leave after its commit, by Odoo's own queue.
"""

from contextlib import contextmanager

from odoo.fields import Command

_OWN = "crm_workflow.mail_values"


@contextmanager
def with_own_values(cr, values):
    """What the e-mails that a template makes meanwhile get in place of the template's values.

    :param values: {record id: values as ``mail.template._generate_template`` gives them}
    """
    cr.cache[_OWN] = values
    try:
        yield
    finally:
        cr.cache.pop(_OWN, None)


def own_values(cr):
    """See :func:`with_own_values`; nothing as a rule."""
    return cr.cache.get(_OWN) or {}


def by_template(records, template, recipients, vals):
    """One e-mail of a template for each record.

    :param recipients: {record id: [Recipient]}, in place of those that the template names
    :param vals: values of every e-mail
    """
    own = {record_id: {"email_cc": "", **_to(of)} for record_id, of in recipients.items()}
    with with_own_values(records.env.cr, own):
        return template.send_mail_batch(records.ids, force_send=False, email_values=vals)


def by_hand(records, texts, senders, recipients, vals):
    """One e-mail for each record.

    :param texts: {record id: {"subject", "body", "reply_to"}}; without ``reply_to``, answers come
        back to the record
    :param senders: {record id: (address with name, id of the partner who writes)}
    """
    domains = records.sudo()._mail_get_alias_domains(default_company=records.env.company)
    companies = records.sudo()._mail_get_companies(default=records.env.company)
    reply_to = records._notify_get_reply_to_batch(
        defaults={record_id: senders[record_id][0] for record_id in records.ids},
        author_ids={record_id: senders[record_id][1] for record_id in records.ids},
    )
    return (
        records.env["mail.mail"]
        .sudo()
        .create(
            [
                {
                    **vals,
                    "subject": _one_line(texts[record_id]["subject"]),
                    "body": texts[record_id]["body"],
                    "body_html": texts[record_id]["body"],
                    "email_from": senders[record_id][0],
                    "author_id": senders[record_id][1],
                    "reply_to": _one_line(texts[record_id]["reply_to"]) or reply_to[record_id],
                    "model": records._name,
                    "res_id": record_id,
                    "record_alias_domain_id": domains[record_id].id,
                    "record_company_id": companies[record_id].id,
                    **_commands(_to(recipients[record_id])),
                }
                for record_id in records.ids
            ]
        )
    )


def keep_in_history(mails_sudo, recipients):
    """Note on the messages who they went to, so that the history tells what became of them.

    Odoo notes a bounce there.

    :param recipients: for each of the e-mails, [Recipient]
    """
    rows = [
        {**vals, **_notified(one)}
        for vals, of in zip(mails_sudo._get_notification_values(), recipients, strict=True)
        for one in dict.fromkeys(of)
    ]
    mails_sudo.env["mail.notification"].create(rows)


def _one_line(text):
    """What stands in a header ends with its line."""
    return " ".join((text or "").split())


def _notified(one):
    if one.partner_id:
        return {"res_partner_id": one.partner_id}
    return {"mail_email_address": one.email}


def _to(recipients):
    return {
        "partner_ids": [one.partner_id for one in recipients if one.partner_id],
        "email_to": ", ".join(one.formatted for one in recipients if not one.partner_id),
    }


def _commands(to):
    return {"email_to": to["email_to"], "recipient_ids": [Command.set(to["partner_ids"])]}
