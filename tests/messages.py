"""Verbs for tests of steps that write to people."""

import re
from unittest.mock import patch

from odoo import sql_db
from odoo.tests import new_test_user

from ..services import runner
from .common import EventCase
from .smtp_server import SmtpServer

READER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Thunderbird"}


class MessageCase(EventCase):
    """Steps that write to people, run as a salesperson who is no administrator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.mail"].search([("state", "=", "outgoing")]).cancel()
        cls.seller = new_test_user(
            cls.env,
            "seller",
            groups="base.group_partner_manager,sales_team.group_sale_manager",
            name="Sal Seller",
            email="sal@test.example",
        )

    def act(self, state, object_type=None, run_as=None, publish=True, **vals):
        """A live workflow of one step, with an action of the state; people may enrol again."""
        model = (object_type or self.contact_type).model_name
        action = self.server_action(model, state=state, **vals)
        step = {"kind": "server", "server_action_id": action.id}
        run_as = run_as or self.seller
        workflow = self.workflow(
            step, name=state, object_type=object_type, run_as_id=run_as.id, publish=False
        )
        workflow.draft_version_id.reenroll = True
        if publish:
            workflow.action_publish()
        return workflow

    def go(self, workflow, records):
        """Let records through, and return their enrollments."""
        workflow.enroll(records)
        self.tick_run()
        return self.enrollments(workflow, records)

    def told(self, workflow, record):
        """What the ledger says of the step of a record."""
        enrollment = self.enrollments(workflow, record)[-1:]
        rows = self.env["crm.workflow.log"].search(
            [("enrollment_id", "=", enrollment.id), ("outcome", "=", "done")]
        )
        return rows.message

    def queued(self):
        """The e-mails that wait, oldest first."""
        return self.env["mail.mail"].search([("state", "=", "outgoing")], order="id")

    def problem(self, workflow):
        """What keeps it from being published, in one text."""
        return " ".join(problem["text"] for problem in workflow.problems)

    def travels(self, workflow):
        """The workflow as its document makes it anew; the same document again."""
        text = workflow.export_xml()
        copy = self.env["crm.workflow"].import_xml(text)
        self.assertEqual(copy.export_xml(), text)
        return copy.draft_version_id.action_ids.server_action_id

    def queries(self, workflow, records):
        """How many queries one batch of so many records takes."""
        workflow.enroll(records)
        self.env.cr.flush()
        self.env.cr.clear()
        before = sql_db.sql_counter
        with (
            patch.object(runner, "FIRST_BATCH", 1_000),
            patch.object(runner, "TARGET_SECONDS", 600),
        ):
            self.tick_run()
        self.env.cr.flush()
        return sql_db.sql_counter - before

    def assertNoMoreForMany(self, workflow, make, more=0, many=100):
        """Many records take as many queries as one, and at most ``more`` besides."""
        self.queries(workflow, make(1))
        one = self.queries(workflow, make(1))
        self.assertLessEqual(self.queries(workflow, make(many)), one + 2 + more)


class SendingCase(MessageCase):
    """E-mails leave for a server of this machine, and readers come back over HTTP."""

    def setUp(self):
        super().setUp()
        self.smtp = SmtpServer().start()
        self.addCleanup(self.smtp.stop)
        self.env["ir.mail_server"].search([]).active = False
        self.env["ir.mail_server"].create(
            {"name": "Here", "smtp_host": "127.0.0.1", "smtp_port": self.smtp.server_address[1]}
        )

    def send(self):
        """Odoo's queue runs; what arrived meanwhile."""
        before = len(self.smtp.received)
        servers = type(self.env["ir.mail_server"])
        with patch.object(servers, "_disable_send", lambda _self: False):
            self.env["mail.mail"].process_email_queue()
        return self.smtp.received[before:]

    def fetch(self, html, pattern):
        """A reader's program asks for an address in an e-mail."""
        [address] = re.findall(pattern, html)
        path = address.removeprefix(self.env["crm.workflow.mail"].get_base_url())
        answer = self.url_open(path, headers=READER, allow_redirects=False)
        self.env.invalidate_all()
        return answer
