"""Verbs for tests of webhooks: call one over HTTP, and look at its calls."""

import json

from odoo import sql_db
from odoo.tests import HttpCase

from .common import WorkflowCase


class WebhookCase(WorkflowCase, HttpCase):
    """Workflows that are called over HTTP."""

    def hook(self, *steps, publish=True, object_type=None, run_as=None, **vals):
        """A workflow with a webhook that finds contacts by e-mail, unless told otherwise."""
        trigger = {"kind": "webhook", "webhook_path": "email", **vals}
        more = {"run_as_id": run_as.id} if run_as else {}
        return self.workflow(
            *(steps or [self.end()]),
            triggers=[trigger],
            object_type=object_type,
            publish=publish,
            **more,
        )

    def webhook(self, workflow):
        return self.env["crm.workflow.webhook"].search([("workflow_id", "=", workflow.id)])

    def path(self, workflow):
        return "/crm_workflow/hook/" + self.webhook(workflow).url.rpartition("/")[2]

    def post(self, where, body=b"", media_type="application/json", **headers):
        """Send a body, or an object as JSON; to a workflow, or to a path."""
        where = where if isinstance(where, str) else self.path(where)
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.url_open(
            where, data=body, headers={"Content-Type": media_type, **named}, method="POST"
        )

    def called(self, workflow, *payloads):
        """Send payloads, let the cron work, and return the calls in their order."""
        for payload in payloads:
            answer = self.post(workflow, payload)
            self.assertEqual(answer.status_code, 202, answer.text)
        self.tick_enroll()
        return self.calls(workflow)

    def calls(self, workflow):
        self.env.invalidate_all()
        return self.env["crm.workflow.webhook.call"].search(
            [("workflow_id", "=", workflow.id)], order="id"
        )

    def queries(self, work):
        """How many queries ``work()`` takes, to the end of its transaction."""
        self.env.cr.flush()
        self.env.cr.clear()
        before = sql_db.sql_counter
        work()
        self.env.cr.flush()
        return sql_db.sql_counter - before
