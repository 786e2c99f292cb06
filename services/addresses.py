"""Lists of e-mail addresses, and the records that an address belongs to.

The lists are Odoo's own: the blacklist, and the mailing lists of the mailing app, which is met by
its models' names only. Whom they concern is not for the run-as user to see, so that all is read
as superuser, and nothing but ids and addresses is given out.
"""

from odoo.fields import Domain

from .faults import missing_app

#: The model that says whether the mailing app is there.
MAILING = "mailing.subscription"
#: Where a record's address is looked for, normalized, best first.
PATHS = ("email_normalized", "partner_id.email_normalized")


def path_of(model):
    """The path to the address of a model's records; None when they have none."""
    for path in PATHS:
        first, _dot, rest = path.partition(".")
        field = model._fields.get(first)
        target = field and field.relational and model.env[field.comodel_name]
        if field and (not rest or target and rest in target._fields):
            return path
    return None


def emails_sudo(model, record_ids):
    """The addresses of records that have one, in a query or two: {record id: address}."""
    records = model.sudo().with_context(active_test=False).browse(record_ids).exists()
    path = path_of(model)
    found = {record.id: record.mapped(path)[:1] for record in records}
    return {record_id: emails[0] for record_id, emails in found.items() if emails and emails[0]}


def records_sudo(model, emails):
    """Ids of the records with one of the addresses."""
    if not emails:
        return []
    found = model.sudo().with_context(active_test=False)
    return found.search(Domain(path_of(model), "in", list(emails)), order="id").ids


def blacklisted_sudo(env, emails):
    """Those of the addresses that are on the blacklist."""
    rows = env["mail.blacklist"].sudo().search([("email", "in", list(emails))], order="id")
    return set(rows.mapped("email"))


def watch_blacklist(watches):
    """An address is added, or taken up again."""
    watches.records("mail.blacklist")
    for name in ("active", "email"):
        watches.field("mail.blacklist", name)


def blacklisting_sudo(facts):
    """The addresses that facts about the blacklist concern."""
    ids = {fact.res_id for fact in facts.about("mail.blacklist")}
    return set(facts.env["mail.blacklist"].sudo().browse(ids).exists().mapped("email"))


def subscribed_sudo(env, list_ids, emails):
    """Those of the addresses that are subscribed to one of the mailing lists."""
    _check_mailing(env)
    rows = (
        env["mailing.subscription"]
        .sudo()
        .search(
            [
                ("list_id", "in", list_ids),
                ("opt_out", "=", False),
                ("contact_id.email_normalized", "in", list(emails)),
            ],
            order="id",
        )
    )
    return set(rows.contact_id.mapped("email_normalized"))


def watch_mailing_lists(watches):
    """Somebody subscribes: through a subscription, or the lists and address of a contact."""
    _check_mailing(watches.env)
    watches.records("mailing.subscription")
    for name in ("contact_id", "list_id", "opt_out"):
        watches.field("mailing.subscription", name)
    watches.records("mailing.contact")
    for name in ("email_normalized", "list_ids"):
        watches.field("mailing.contact", name)


def subscribing_sudo(facts):
    """The addresses that facts about subscriptions concern."""
    env = facts.env
    ids = {fact.res_id for fact in facts.about("mailing.contact")}
    rows = {fact.res_id for fact in facts.about("mailing.subscription")}
    contacts = env["mailing.subscription"].sudo().browse(rows).exists().contact_id
    contacts |= env["mailing.contact"].sudo().browse(ids).exists()
    return {email for email in contacts.mapped("email_normalized") if email}


def _check_mailing(env):
    """The app may be gone since the workflow was published."""
    if MAILING not in env:
        raise missing_app(env, MAILING)
