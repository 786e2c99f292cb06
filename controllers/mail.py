import base64

from odoo.http import Controller, request, route

from ..services import mail_tracking

#: A transparent picture of one pixel.
PICTURE = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
#: Fetched anew each time, and nobody learns from where.
HEADERS = [("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer")]


class CrmWorkflowMail(Controller):
    """Where readers of workflows' e-mails come by: they get what they came for in any case."""

    @route(
        "/crm_workflow/mail/<string:mail_id>/<string:token>/blank.gif",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
    )
    def opened(self, mail_id, token):
        """A picture that nobody sees: the e-mail is open."""
        if _is_reader():
            request.env["crm.workflow.mail"]._note_opened_sudo(mail_id, token)
        return request.make_response(PICTURE, [("Content-Type", "image/gif"), *HEADERS])

    @route(
        "/crm_workflow/mail/<string:mail_id>/<string:token>/r/<string:code>",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
    )
    def clicked(self, mail_id, token, code):
        """On to where the link leads: the database says where, never the request."""
        link_sudo = mail_tracking.link_of_sudo(request.env, code)
        if not link_sudo:
            raise request.not_found()
        if _is_reader():
            visitor = {
                "ip": request.httprequest.remote_addr,
                "country_code": request.geoip.country_code,
            }
            mails = request.env["crm.workflow.mail"]
            mails._note_clicked_sudo(mail_id, token, code, visitor)
        response = request.redirect(link_sudo.redirected_url, code=302, local=False)
        response.headers.extend(HEADERS)
        return response


def _is_reader():
    """False for robots, and for who only asks whether an address is there."""
    return request.httprequest.method == "GET" and not request.env["ir.http"].is_a_bot()
