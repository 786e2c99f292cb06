from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from odoo.http import Controller, HttpDispatcher, request, route

from ..services.webhook.door import Arrival

MAX_BYTES = 256 * 1024


class WebhookDispatcher(HttpDispatcher):
    """Leaves the body as it was sent, form or not: a signature is over its bytes."""

    routing_type = "crm_workflow_webhook"

    def dispatch(self, endpoint, args):
        self.request.params = dict(args)
        return self.request.registry["ir.http"]._dispatch(endpoint)

    def handle_error(self, exc):
        """Callers are programs: they are told in JSON as well."""
        if isinstance(exc, HTTPException) and not exc.response:
            return self.request.make_json_response({"error": exc.description}, status=exc.code)
        return super().handle_error(exc)


class CrmWorkflowWebhook(Controller):
    """The way in for other systems: whoever knows the secret address may call it."""

    @route(
        "/crm_workflow/hook/<string:token>",
        type=WebhookDispatcher.routing_type,
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BYTES,
    )
    def receive(self, token):
        """Note the call and answer at once; the cron does the rest."""
        headers = request.httprequest.headers
        arrival = Arrival(
            body=_body(),
            media_type=request.httprequest.mimetype,
            delivery=headers.get("webhook-id") or headers.get("Idempotency-Key", ""),
            timestamp=headers.get("webhook-timestamp", ""),
            signatures=headers.get("webhook-signature", ""),
        )
        answer = request.env["crm.workflow.webhook"]._receive_sudo(token, arrival)
        return request.make_json_response(
            answer.content, headers=list(answer.headers.items()), status=answer.status
        )


def _body():
    """What was sent; of a body without a length, werkzeug reads what may be read and no more."""
    body = request.httprequest.get_data()
    if request.httprequest.content_length is None and len(body) >= MAX_BYTES:
        raise RequestEntityTooLarge
    return body
