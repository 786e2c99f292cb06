"""Telling colleagues: a notification for each record, all of them at once.

``message_notify`` of Odoo does the same record by record. Who reads notifications in Odoo finds
them in the inbox, the others get an e-mail, queued.
"""

from markupsafe import Markup

from odoo.fields import Command
from odoo.tools.mail import generate_tracking_message_id

from odoo.addons.mail.tools.discuss import Store

OPEN = Markup('{body}<p><a href="{address}">{label}</a></p>')


def tell(records, texts, users, only_by_email=False):
    """Tell users of records.

    :param texts: {record id: {"subject", "body"}}
    :param users: {record id: users}, none empty
    :param only_by_email: also those who read notifications in Odoo
    """
    messages_sudo = _messages_sudo(records, texts, users)
    inbox, by_email = [], []
    for message, record in zip(messages_sudo, records, strict=True):
        for user in users[record.id].sudo():
            reads_inbox = user.notification_type == "inbox" and not only_by_email
            (inbox if reads_inbox else by_email).append((message, user))
    _put_into_inboxes(inbox)
    _queue_emails(records, by_email)


def _messages_sudo(records, texts, users):
    env = records.env
    author = env.user.partner_id
    subtype_id = env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
    reply_to = records._notify_get_reply_to_batch(
        defaults=dict.fromkeys(records.ids, author.email_formatted),
        author_ids=dict.fromkeys(records.ids, author.id),
    )
    domains = records.sudo()._mail_get_alias_domains(default_company=env.company)
    return (
        env["mail.message"]
        .sudo()
        .create(
            [
                {
                    "author_id": author.id,
                    "email_from": author.email_formatted,
                    "reply_to": reply_to[record.id],
                    "model": records._name,
                    "res_id": record.id,
                    "subject": " ".join(texts[record.id]["subject"].split()),
                    "body": texts[record.id]["body"],
                    "is_internal": True,
                    "message_type": "user_notification",
                    "subtype_id": subtype_id,
                    "message_id": generate_tracking_message_id("message-notify"),
                    "partner_ids": [Command.set(users[record.id].sudo().partner_id.ids)],
                    "record_alias_domain_id": domains[record.id].id,
                }
                for record in records
            ]
        )
    )


def _put_into_inboxes(pairs):
    """Notifications that are read in Odoo, and a word to browsers that are open."""
    if not pairs:
        return
    env = pairs[0][0].env
    env["mail.notification"].create(
        [
            {
                "author_id": message.author_id.id,
                "mail_message_id": message.id,
                "notification_status": "sent",
                "notification_type": "inbox",
                "res_partner_id": user.partner_id.id,
            }
            for message, user in pairs
        ]
    )
    for user in dict.fromkeys(user for _message, user in pairs):
        _show(user, [message.id for message, reader in pairs if reader == user])


def _show(user, message_ids):
    messages = user.env["mail.message"].browse(message_ids)
    store = Store(bus_channel=user)
    store.add(messages.with_user(user).with_context(allowed_company_ids=[]), add_followers=False)
    # The first brings all of them along.
    data = store.get_result()
    for message_id in message_ids:
        user._bus_send("mail.message/inbox", {"message_id": message_id, "store_data": data})
        data = {}


def _queue_emails(records, pairs):
    if not pairs:
        return
    names = {record.id: record.display_name for record in records}
    mails_sudo = (
        records.env["mail.mail"]
        .sudo()
        .create(
            [
                {
                    "mail_message_id": message.id,
                    "body_html": _with_link(records, message, names[message.res_id]),
                    "recipient_ids": [Command.set(user.partner_id.ids)],
                    "auto_delete": True,
                }
                for message, user in pairs
            ]
        )
    )
    rows = zip(mails_sudo._get_notification_values(), pairs, strict=True)
    records.env["mail.notification"].sudo().create(
        [{**vals, "res_partner_id": user.partner_id.id} for vals, (_message, user) in rows]
    )


def _with_link(records, message, name):
    address = (
        f"{records.browse().get_base_url()}/mail/view?model={records._name}&res_id={message.res_id}"
    )
    label = records.env._("Open %s", name)
    return OPEN.format(body=message.body or Markup(), address=address, label=label)
