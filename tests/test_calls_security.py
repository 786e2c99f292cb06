import logging
import os
import socket
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..engine.signature import is_signed
from ..services.calls import courier
from .calls import CallCase
from .http_server import redirect

SECRET = "hush-7f3a"


def leading_to(*answers):
    """A ``getaddrinfo`` that gives these lists of addresses in turn, and notes what it is asked."""
    asked, left = [], list(answers)

    def getaddrinfo(host, port, *_arguments, **_options):
        asked.append(host)
        addresses = left.pop(0) if len(left) > 1 else left[0]
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port, 0, 0) if ":" in address else (address, port),
            )
            for address in addresses
        ]

    getaddrinfo.asked = asked
    return getaddrinfo


@tagged("post_install", "-at_install")
class TestCallsSecurity(CallCase):
    """Where calls may go, who decides that, and that secrets stay secret."""

    def setUp(self):
        super().setUp()
        self.manager = self.user(
            "designer", "crm_workflow.group_manager", "base.group_partner_manager"
        )

    def refused(self, url, *answers):
        """The error of a call to an address that is noted without a check."""
        workflow, _contact = self.calling("https://fine.example/")
        self.env.cr.execute(
            "UPDATE crm_workflow_call SET url = %s WHERE workflow_id = %s", [url, workflow.id]
        )
        lookup = leading_to(*answers) if answers else socket.getaddrinfo
        with patch.object(socket, "getaddrinfo", lookup):
            self.deliver()
        return self.calls(workflow)

    # Where calls may go

    def test_addresses_that_are_not_public_are_refused(self):
        self.allow("")
        for url in (
            "https://127.0.0.1/",
            "https://localhost/",
            "https://10.1.2.3/",
            "https://172.16.0.1/",
            "https://192.168.1.1/",
            "https://169.254.169.254/latest/meta-data/",
            "https://100.64.0.1/",
            "https://0.0.0.0/",
            "https://224.0.0.1/",
            "https://240.0.0.1/",
            "https://255.255.255.255/",
            "https://192.0.2.1/",
            "https://198.18.0.1/",
            "https://[::1]/",
            "https://[::]/",
            "https://[fe80::1]/",
            "https://[fd00::1]/",
            "https://[ff02::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:a00:1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
            "https://127.0.0.1./",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://127.1/",
            "https://127.0.0.1.:443/",
            "https://me@127.0.0.1/",
            "https://127.0.0.1\\@example.com/",
            "https://example.com\t@127.0.0.1/",
            "http://93.184.215.14/",
            "https://93.184.215.14:25/",
            "https://93.184.215.14:22/",
            "ftp://93.184.215.14/",
            "file:///etc/passwd",
            "gopher://127.0.0.1/",
            "//127.0.0.1/",
            "127.0.0.1",
        ):
            call = self.refused(url)
            self.assertEqual((call.state, call.status), ("given_up", 0), (url, call.error))

    def test_a_name_is_as_good_as_the_worst_of_its_addresses(self):
        self.allow("")
        for addresses in (
            ["10.0.0.1"],
            ["93.184.215.14", "10.0.0.1"],
            ["93.184.215.14", "::1"],
            ["::ffff:10.0.0.1"],
            ["100.100.100.200"],
        ):
            call = self.refused("https://looks-fine.example/", addresses)
            self.assertEqual(call.state, "given_up", addresses)
            self.assertIn("looks-fine.example is not on the public internet", call.error)

    def test_the_address_that_was_checked_is_the_one_that_is_called(self):
        service = self.service()
        self.allow("127.0.0.1/32")
        url = service.url(host="changing.example")
        workflow, _contact = self.calling(url)
        lookup = leading_to(["127.0.0.1"], ["10.0.0.1"])
        with patch.object(socket, "getaddrinfo", lookup):
            self.deliver()
        self.assertEqual(lookup.asked, ["changing.example"])
        self.assertEqual(self.calls(workflow).state, "delivered")
        [request] = service.received
        self.assertEqual(request.headers["host"], f"changing.example:{service.port}")

    def test_each_redirect_is_looked_up_and_checked_anew(self):
        inner = self.service()
        outer = self.service(redirect(inner.url(host="inner.example")))
        self.allow("outer.example")
        workflow, _contact = self.calling(outer.url(host="outer.example"))
        with patch.object(socket, "getaddrinfo", leading_to(["127.0.0.1"])):
            self.deliver()
        self.assertFalse(inner.received)
        call = self.calls(workflow)
        self.assertEqual((call.state, len(outer.received)), ("given_up", 1))
        self.assertIn("inner.example is not on the public internet", call.error)

    def test_proxies_of_the_environment_are_not_asked(self):
        proxy, service = self.service(), self.service()
        workflow, _contact = self.calling(service)
        with patch.dict(os.environ, {"http_proxy": proxy.url(""), "HTTP_PROXY": proxy.url("")}):
            self.deliver()
        self.assertEqual(self.calls(workflow).state, "delivered")
        self.assertFalse(proxy.received)

    def test_the_settings_take_hosts_and_networks_only(self):
        settings = self.env["res.config.settings"]
        settings.create({"crm_workflow_calls_allowed": "crm.internal, 10.0.0.0/8 ::1"})
        for text in ("10.0.0.0/99", "http://crm.internal", "127.1"):
            with self.assertRaises(ValidationError):
                settings.create({"crm_workflow_calls_allowed": text})
        for rate in (0, 100_000):
            with self.assertRaises(ValidationError):
                settings.create({"crm_workflow_calls_per_second": rate})
        self.env["ir.config_parameter"].set_param(courier.ALLOWED, "10.0.0.0/99")
        with self.assertLogs(courier.__name__, "WARNING"):
            self.assertFalse(courier.allowed_of(self.env).networks)

    # Secrets

    def with_secret(self, service, **vals):
        return self.calling(service, headers=[("Authorization", SECRET, True)], **vals)

    def test_a_secret_is_put_in_when_the_call_is_sent(self):
        service = self.service()
        workflow, _contact = self.with_secret(service)
        self.deliver()
        self.assertEqual(service.received[0].headers["authorization"], SECRET)
        self.assertIn("Authorization: (secret)", self.calls(workflow).headers_text)

    def test_a_secret_is_in_no_document_row_ledger_screen_or_log(self):
        with self.assertLogs(level="DEBUG") as logs:
            service = self.service(500)
            workflow, _contact = self.with_secret(service, call_wait=True)
            self.deliver()
            logging.getLogger("crm_workflow").info("so that there is a line")
        signing = workflow.live_version_id.action_ids.call_signing_secret
        self.assertFalse(signing)
        # Odoo tells each statement, with its values, to whoever asks for that.
        lines = [line for line in logs.output if not line.startswith("DEBUG:odoo.sql_db")]
        texts = [workflow.export_xml(), workflow.live_version_id.document, *lines]
        for table in ("call", "log", "call_line", "action", "enrollment", "version"):
            self.env.cr.execute(f"SELECT * FROM crm_workflow_{table}")  # pylint: disable=E8103
            texts += map(str, self.env.cr.fetchall())
        step = workflow.live_version_id.action_ids.filtered("call_url")
        texts += map(str, step.call_line_ids.read() + step.read() + self.calls(workflow).read())
        self.assertFalse([text for text in texts if SECRET in text])

    def test_a_secret_is_read_by_administrators_alone(self):
        workflow, _contact = self.with_secret(self.service())
        secret = self.env["crm.workflow.call.secret"].search([("workflow_id", "=", workflow.id)])
        line = workflow.live_version_id.action_ids.call_line_ids
        viewer = self.user("viewer", "crm_workflow.group_user")
        for user in (self.manager, viewer, self.user("plain", "base.group_user")):
            with self.assertRaises(AccessError):
                secret.with_user(user).read(["value"])
            with self.assertRaises(AccessError):
                line.with_user(user).read(["secret"])
            with self.assertRaises(AccessError):
                line.action_id.with_user(user).read(["call_signing_secret"])
        self.assertEqual(secret.with_user(self.admin).value, SECRET)
        with self.assertRaises(AccessError):
            secret.with_user(self.admin).write({"value": "x"})

    def test_a_secret_does_not_follow_to_another_host(self):
        other = self.service()
        for location, goes_along in ((other.url(), False), ("/again", True)):
            first = self.service(redirect(location), 200)
            self.with_secret(first)
            self.deliver()
            last = (first if goes_along else other).received[-1]
            self.assertEqual(last.headers.get("authorization"), SECRET if goes_along else None)
            self.assertEqual(first.received[0].headers["authorization"], SECRET)

    def test_a_secret_is_for_the_host_that_it_was_entered_for(self):
        self.allow("127.0.0.1 localhost ::1")
        service = self.service()
        workflow, _contact = self.with_secret(service)
        workflow.action_edit()
        step = workflow.draft_version_id.action_ids
        step.call_url = service.url(host="localhost")
        self.assertIn("was entered for 127.0.0.1", workflow.problems[0]["text"])
        step.call_line_ids.secret = "another"
        self.env.invalidate_all()
        self.assertFalse(workflow.problems)
        # What waits for the old host gets neither the new secret nor any.
        self.deliver()
        self.assertFalse(service.received)
        self.assertIn("“Authorization” was entered for another host", self.calls(workflow).error)

    def test_the_mask_of_a_secret_changes_nothing(self):
        workflow, _contact = self.with_secret(self.service())
        workflow.action_edit()
        line = workflow.draft_version_id.action_ids.call_line_ids
        self.assertNotIn(SECRET, line.secret)
        line.secret = line.secret
        workflow.action_publish()
        self.assertEqual(
            self.env["crm.workflow.call.secret"].search([("workflow_id", "=", workflow.id)]).value,
            SECRET,
        )

    def test_a_signed_call_proves_where_it_comes_from(self):
        service = self.service(500, 200)
        workflow, _contact = self.calling(service, call_signed=True)
        secret = workflow.live_version_id.action_ids.call_signing_secret
        self.assertTrue(secret.startswith("whsec_"))
        self.deliver()
        self.travel(minutes=2)
        self.deliver()
        first, second = service.received
        for request in (first, second):
            headers = request.headers
            self.assertTrue(
                is_signed(
                    secret,
                    headers["webhook-id"],
                    headers["webhook-timestamp"],
                    request.body,
                    headers["webhook-signature"],
                )
            )
        self.assertNotEqual(first.headers["webhook-timestamp"], second.headers["webhook-timestamp"])
        self.assertNotIn(secret, workflow.export_xml())

    # Who decides

    def test_managers_set_up_no_calls(self):
        draft = self.workflow(publish=False).draft_version_id
        steps = self.env["crm.workflow.action"].with_user(self.manager)
        with self.assertRaisesRegex(AccessError, "administrators"):
            steps.create({"version_id": draft.id, **self.step("https://a.example/")})
        bare = steps.create({"version_id": draft.id, "kind": "call"})
        with self.assertRaisesRegex(AccessError, "administrators"), self.env.cr.savepoint():
            bare.call_url = "https://a.example/"
        with self.assertRaisesRegex(AccessError, "administrators"), self.env.cr.savepoint():
            bare.call_line_ids = [(0, 0, self._value("a", "name"))]

    def test_managers_keep_calls_as_they_are(self):
        workflow = self.workflow(
            self.step(
                self.service(), ("a", "name"), headers=[("X-Key", SECRET, True)], call_signed=True
            ),
            run_as_id=self.manager.id,
        )
        managed = workflow.with_user(self.manager)
        managed.action_edit()
        step = managed.draft_version_id.action_ids
        for change in (
            {"call_url": "https://evil.example/"},
            {"call_method": "PUT"},
            {"call_text": "x"},
            {"call_signed": False},
            {"call_line_ids": [(0, 0, self._value("b", "email"))]},
            {"call_line_ids": [(1, step.call_line_ids[0].id, {"name": "b"})]},
            {"call_line_ids": [(2, step.call_line_ids[0].id)]},
            {"version_id": self.workflow(publish=False).draft_version_id.id},
        ):
            with self.assertRaises(AccessError, msg=change), self.env.cr.savepoint():
                step.write(change)
                step.flush_recordset()
        step.name = "Tell them"
        managed.action_publish()
        self.assertEqual(len(managed.live_version_id.action_ids.call_line_ids), 2)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            managed.copy()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.env["crm.workflow"].with_user(self.manager).import_xml(workflow.export_xml())

    def test_calls_are_seen_by_managers_of_the_company_and_changed_by_nobody(self):
        workflow, _contact = self.calling(self.service(404))
        call = self.calls(workflow)
        seen = call.with_user(self.manager)
        self.assertTrue(seen.read(["url", "body"]))
        for change in (lambda: seen.write({"url": "https://x.example/"}), seen.unlink):
            with self.assertRaises(AccessError):
                change()
        self.deliver()
        seen.action_retry()
        self.assertEqual(call.state, "waiting")
        with self.assertRaises(AccessError):
            call.with_user(self.user("viewer", "crm_workflow.group_user")).read(["url"])
        workflow.company_id = self.env["res.company"].create({"name": "Other"})
        for use in (lambda: seen.read(["url"]), seen.action_retry):
            with self.assertRaises(AccessError):
                use()
