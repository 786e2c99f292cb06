"""Verbs for tests of calls: a service of one's own, steps that call it, and the delivery."""

import json
from unittest.mock import patch

from odoo import sql_db
from odoo.tests.common import _super_send

from ..services.calls import courier, transport
from .common import WorkflowCase
from .http_server import Service


class CallCase(WorkflowCase):
    """Workflows that call a service on this machine."""

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        """Odoo's tests let requests go to 127.0.0.1 alone; here the courier checks them itself."""
        return _super_send(session, request, **options)

    def setUp(self):
        super().setUp()
        self.allow("127.0.0.1")
        for owner, name, value in (
            (transport, "TOTAL_SECONDS", 5),
            (courier, "DEFAULT_PER_SECOND", 1_000),
        ):
            patcher = patch.object(owner, name, value)
            patcher.start()
            self.addCleanup(patcher.stop)

    def allow(self, text):
        """Let calls go to these hosts and networks besides the public internet."""
        self.env["ir.config_parameter"].set_param(courier.ALLOWED, text)

    def service(self, *replies):
        """A service that answers so; see :mod:`.http_server`."""
        service = Service(*replies)
        service.__enter__()
        self.addCleanup(service.__exit__)
        return service

    def step(self, service, *values, headers=(), path="/hook", **vals):
        """A step that calls a service.

        :param values: (name, field path or "=text")
        :param headers: (name, value) or (name, value, True) for a secret
        """
        url = service if isinstance(service, str) else service.url(path)
        lines = [self._value(name, source) for name, source in values]
        lines += [self._header(*header) for header in headers]
        return {
            "kind": "call",
            "call_url": url,
            "call_line_ids": [(0, 0, line) for line in lines],
            **vals,
        }

    @staticmethod
    def _value(name, source):
        key = "value" if source.startswith("=") else "field_path"
        return {"place": "value", "name": name, key: source.removeprefix("=")}

    @staticmethod
    def _header(name, value, secret=False):
        held = {"is_secret": True, "secret": value} if secret else {"value": value}
        return {"place": "header", "name": name, **held}

    def calling(self, service, *values, count=1, then=(), **vals):
        """(workflow, contacts) whose step has just noted the calls."""
        workflow = self.workflow(self.step(service, *values, **vals), *then)
        contacts = self.contacts(count)
        workflow.enroll(contacts)
        self.tick_run()
        return workflow, contacts

    def deliver(self):
        """The cron that calls, once."""
        with self.cron_env() as env:
            env["crm.workflow"]._cron_call()

    def calls(self, workflow):
        self.env.invalidate_all()
        return self.env["crm.workflow.call"].search([("workflow_id", "=", workflow.id)], order="id")

    def tried(self, workflow):
        """(state, attempts, status) of the only call."""
        call = self.calls(workflow).ensure_one()
        return call.state, call.attempts, call.status

    def queries(self, work):
        """How many queries ``work()`` takes, to the end of its transaction."""
        self.env.cr.flush()
        self.env.cr.clear()
        before = sql_db.sql_counter
        work()
        self.env.cr.flush()
        return sql_db.sql_counter - before


def sent(service):
    """The JSON bodies that a service received."""
    return [json.loads(request.body) for request in service.received]
