import json
import time

from odoo.tests import tagged

from ..engine.signature import signature_of
from .calls import CallCase
from .webhook import WebhookCase

SECRET = "hush-4b1d9e"
#: Where secrets are kept, and Odoo's own.
KEPT = ("crm_workflow_call_secret", "ir_config_parameter")
MORE_TABLES = (
    "mail_message", "mail_mail", "mail_tracking_value", "ir_act_server", "ir_logging", "bus_bus",
    "ir_attachment", "mail_activity",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestSecrets(CallCase, WebhookCase):
    """What calls and webhooks prove themselves with is kept in one place, and told nowhere else."""

    def test_no_secret_is_in_a_table_document_copy_or_log(self):
        with self.assertLogs(level="DEBUG") as logs:
            service = self.service(500, 200)
            flow = self.workflow(
                self.step(
                    service,
                    ("a", "name"),
                    headers=[("Authorization", SECRET, True)],
                    call_signed=True,
                    call_wait=True,
                ),
                triggers=[{"kind": "webhook", "webhook_path": "email", "webhook_signed": True}],
            )
            webhook = self.webhook(flow)
            self.assertEqual(self.sign_in(flow, webhook).status_code, 202)
            self.assertEqual(self.sign_in(flow, webhook, secret="wrong").status_code, 401)
            self.tick()
            self.deliver()
            self.travel(minutes=2)
            self.deliver()
        self.assertEqual(service.received[-1].headers["authorization"], SECRET)
        copy = flow.copy()
        signing = flow.live_version_id.action_ids.call_signing_secret
        secrets = {SECRET, signing, webhook.secret, webhook.url.rpartition("-")[2]}
        told = [flow.export_xml(), copy.export_xml(), flow.live_version_id.document]
        told += map(str, flow.read() + copy.read() + webhook.call_ids.read())
        told += self.lines(logs) + self.rows()
        for secret in secrets:
            self.assertTrue(secret)
            self.assertFalse([text[:500] for text in told if secret in text])

    def sign_in(self, flow, webhook, secret=None):
        """Call with a signature."""
        body, now = json.dumps({"email": "a@b.example"}).encode(), str(int(time.time()))
        identifier = f"call-{secret or 'right'}"
        return self.post(
            flow,
            body,
            webhook_id=identifier,
            webhook_timestamp=now,
            webhook_signature=signature_of(secret or webhook.secret, identifier, now, body),
        )

    def lines(self, logs):
        """The log, without each statement and each address asked for, which Odoo, its web server
        and the caller of these tests tell to whoever wants to know.
        """
        foreign = ("odoo.sql_db", "werkzeug", "odoo.tests", "urllib3", "odoo.http.rpc")
        return [line for line in logs.output if not line.split(":")[1].startswith(foreign)]

    def rows(self):
        """Each row of our tables, and of those that we write to, as text; kept secrets aside."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'crm!_workflow%%' "
            "ESCAPE '!'"
        )
        tables = [name for [name] in self.env.cr.fetchall() if name not in KEPT]
        self.assertIn("crm_workflow_log", tables)
        found = []
        for table in (*tables, *MORE_TABLES):
            self.env.cr.execute(f"SELECT to_jsonb(t) FROM {table} t")  # pylint: disable=E8103
            for [row] in self.env.cr.fetchall():
                if table == "crm_workflow_webhook":
                    row.pop("secret")
                found.append(f"{table}: {row}")
        return found

    def test_who_guesses_an_address_learns_nothing(self):
        flow = self.workflow(self.end(), triggers=[{"kind": "webhook", "webhook_path": "email"}])
        right = self.path(flow)
        start, _dash, half = right.rpartition("-")
        known = start.rpartition("/")[2]
        guesses = (
            f"{start}-{'0' * 40}",
            f"{start}-{half[:-1]}{'0' if half[-1] != '0' else '1'}",
            f"{start}-{half.upper()}x",
            f"{start}-",
            right.replace(known, "0" * 16),
            "/crm_workflow/hook/x",
            "/crm_workflow/hook/%00",
            f"/crm_workflow/hook/{known}",
        )
        answers = [self.post(guess, {"email": "a@b.example"}) for guess in guesses]
        told = {
            (answer.status_code, answer.text, tuple(sorted(answer.headers))) for answer in answers
        }
        self.assertEqual(len(told), 1, told)
        self.assertEqual(answers[0].status_code, 404)
        self.assertFalse(self.calls(flow))

    def calls(self, workflow):
        return WebhookCase.calls(self, workflow)

    def test_a_body_without_a_length_is_no_way_around_the_limit(self):
        flow = self.workflow(self.end(), triggers=[{"kind": "webhook", "webhook_path": "email"}])
        # A form that is cut off is still a form.
        for media_type, text in (
            ("application/json", '{"email": "a@b.example", "a": "%s"}'),
            ("application/x-www-form-urlencoded", "email=a@b.example&a=%s"),
        ):
            for size, status in ((1_000, 202), (2_000_000, 413)):
                body = (text % ("x" * size)).encode()
                parts = (body[place : place + 5_000] for place in range(0, len(body), 5_000))
                answer = self.url_open(
                    self.path(flow),
                    data=parts,
                    headers={"Content-Type": media_type},
                    method="POST",
                )
                self.assertEqual(answer.status_code, status, (media_type, size))
        self.assertEqual(
            [call.payload["a"] for call in self.calls(flow) if call.payload], ["x" * 1_000] * 2
        )
