"""E-mails of steps: whether they are opened, and which of their links are clicked.

A step leaves a ``crm.workflow.mail`` for each e-mail to people outside. When the e-mail leaves, its
body gets a picture that nobody sees, and its links lead through us. The addresses hold a token
that this database alone can derive, so nobody opens an e-mail that he was not sent.
"""

import re
from urllib.parse import quote

import lxml.etree
import lxml.html
from markupsafe import Markup
from werkzeug.urls import url_parse

from odoo.tools import consteq, hmac
from odoo.tools.mail import append_content_to_html, is_html_empty

from odoo.addons.link_tracker.tools.html import find_links_with_urls_and_labels

from . import capture

#: The setting by which e-mails of workflows are left as they are.
UNTRACKED = "crm_workflow.untracked_mails"
_SCOPE = "crm_workflow_mail"
#: Places of Odoo's own that are for one reader, or where nobody is to be counted.
_PRIVATE = "r|mail|mailing|rate|unsubscribe|unsubscribe_from_list|view|cards|crm_workflow"


def is_on(env):
    """True unless the settings say that e-mails of workflows are left as they are."""
    return env["ir.config_parameter"].sudo().get_param(UNTRACKED) != "True"


def keep_sudo(mails):
    """Remember which of the ``mail.mail`` the running step sends to people outside.

    Also while nobody is to know what becomes of them: how many somebody gets is limited.
    """
    env, workflow_id = mails.env, capture.acting_workflow_id(mails.env.cr)
    outside_sudo = workflow_id and mails.sudo().filtered(_goes_outside)
    if outside_sudo:
        rows_sudo = (
            env["crm.workflow.mail"]
            .sudo()
            .create(
                [
                    {
                        "workflow_id": workflow_id,
                        "kept_subject": mail.subject,
                        "at": env.cr.now(),
                        "res_model": mail.model,
                        "res_id": mail.res_id,
                        "partner_ids": mail.recipient_ids.ids,
                    }
                    for mail in outside_sudo
                ]
            )
        )
        for mail_sudo, row_sudo in zip(outside_sudo, rows_sudo, strict=True):
            mail_sudo.crm_workflow_mail_id = row_sudo


def _goes_outside(mail):
    recipients = mail.recipient_ids
    return bool(mail.email_to or recipients.filtered("partner_share"))


def with_links(tracked, body):
    """An e-mail's body whose links lead through us."""
    root, base = _parsed(body), tracked.get_base_url()
    links = _links(root, base) if root is not None else []
    if not links:
        return body
    # With a title of its own, no link is fetched for one.
    trackers = tracked.env["link.tracker"].search_or_create(
        [{**link, "title": link["url"]} for _node, link in links]
    )
    for (node, _link), tracker in zip(links, trackers, strict=True):
        code = tracker.link_code_ids[-1:].code
        node.set("href", f"{_address(tracked)}/r/{quote(code, safe='')}")
    # The same e-mail with other links.
    return Markup(lxml.html.tostring(root, encoding="unicode", method="xml"))  # nosec B704


def _parsed(body):
    """The body as a tree, or None: what cannot be read leaves as it is."""
    try:
        return None if is_html_empty(body) else lxml.html.fromstring(body)
    except (lxml.etree.LxmlError, ValueError):
        return None


def _links(root, base):
    """The links that may be followed by anybody: [(node, {url, label})]."""
    own = re.escape(base)
    skipped = rf"^(?!https?://)|^{own}/?([?#]|({_PRIVATE})([/?#]|$))|[?&]\w*token="
    nodes, links = find_links_with_urls_and_labels(root, base, skip_regex=skipped)
    return [pair for pair in zip(nodes, links, strict=True) if _is_sound(pair[1]["url"])]


def _is_sound(url):
    """False for what is no address, however it came into the body: it is left as it is."""
    try:
        return bool(url_parse(url).host)
    except ValueError:
        return False


def with_picture(tracked, body):
    """An e-mail's body with the picture whose fetching tells that it is opened."""
    picture = f'<img src="{_address(tracked)}/blank.gif" alt="" width="1" height="1"/>'
    return append_content_to_html(body, picture, plaintext=False)


def _address(tracked):
    token = _token_sudo(tracked.env, str(tracked.id))
    return f"{tracked.get_base_url()}/crm_workflow/mail/{tracked.id}/{token}"


def _token_sudo(env, mail_id):
    return hmac(env(su=True), _SCOPE, mail_id)[:40]


def known(mails, mail_id, token):
    """The e-mail whose address somebody calls; none for a wrong token, or one that is forgotten.

    And none while nobody is to know, though it may have left before that.

    :param mail_id: text, as it came
    """
    is_right = consteq(token.encode(), _token_sudo(mails.env, mail_id).encode())
    return mails.browse(int(mail_id) if is_right and is_on(mails.env) else ()).exists()


def note_opened(mail):
    """The e-mail is opened; what counts is the first time."""
    if mail and not mail.opened_at:
        mail.opened_at = mail.env.cr.now()


def note_clicked(mail, code, visitor):
    """A link is clicked: counted each time by the link, and once by the e-mail.

    Whoever clicks at the same instant changes the same row, so one of the two is tried again and
    finds the link noted.
    """
    link = mail and link_of_sudo(mail.env, code)
    if not link:
        return
    mail.env["link.tracker.click"].add_click(code, **visitor)
    if link not in mail.click_ids.link_id:
        now = mail.env.cr.now()
        mail.clicked_at = now
        mail.flush_recordset(["clicked_at"])
        mail.env["crm.workflow.mail.click"].create(
            {"mail_id": mail.id, "link_id": link.id, "at": now}
        )


def link_of_sudo(env, code):
    """The tracked link of a code, or none."""
    codes_sudo = env["link.tracker.code"].sudo()
    # No code has a character that PostgreSQL cannot hold.
    found_sudo = codes_sudo.search([("code", "=", code)]) if "\0" not in code else codes_sudo
    return found_sudo.link_id
