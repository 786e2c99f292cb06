from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..models.action_kinds import call as kind
from .calls import CallCase, sent


@tagged("post_install", "-at_install")
class TestCalls(CallCase):
    """The step: what is noted for each record, and how records go on."""

    def test_a_call_is_noted_by_the_step_and_sent_by_the_cron(self):
        service = self.service()
        workflow, contact = self.calling(service, ("label", "name"))
        call = self.calls(workflow)
        self.assertEqual((call.state, service.received), ("waiting", []))
        self.assertEqual(self.enrollments(workflow).state, "completed")
        self.deliver()
        [request] = service.received
        self.assertEqual((request.method, request.path), ("POST", "/hook"))
        self.assertEqual(
            request.json, {"model": "res.partner", "id": contact.id, "label": "Contact 0"}
        )
        self.assertEqual(request.headers["content-type"], "application/json; charset=utf-8")
        self.assertEqual(request.headers["webhook-id"], call.key)
        self.assertEqual(self.tried(workflow), ("delivered", 1, 200))

    def test_the_step_wakes_the_cron(self):
        cron = self.env.ref("crm_workflow.ir_cron_call")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        self.calling(self.service())
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    def test_values_keep_their_kind(self):
        service = self.service()
        country = self.env.ref("base.no")
        workflow = self.workflow(
            self.step(
                service,
                ("country", "country_id"),
                ("code", "country_id.code"),
                ("children", "child_ids.name"),
                ("active", "active"),
                ("color", "color"),
                ("ref", "ref"),
                ("since", "create_date"),
                ("source", "=Odoo"),
            )
        )
        contact = self.contacts(1, country_id=country.id, color=3)
        self.contacts(1, parent_id=contact.id, name="Child")
        workflow.enroll(contact)
        self.tick_run()
        self.deliver()
        [body] = sent(service)
        self.assertEqual(body.pop("since")[-1], "Z")
        self.assertEqual(
            body,
            {
                "model": "res.partner",
                "id": contact.id,
                "country": {"id": country.id, "name": country.name},
                "code": "NO",
                "children": ["Child"],
                "active": True,
                "color": 3,
                "ref": None,
                "source": "Odoo",
            },
        )

    def test_placeholders_never_break_out_of_their_place(self):
        service = self.service()
        workflow = self.workflow(
            self.step(
                service,
                path="/of/{{ record.name }}?by={{ record.ref }}",
                headers=[("X-Name", "{{ record.ref }}")],
                call_content="text",
                call_text='{"name": "{{ record.name }}"}',
            )
        )
        contact = self.contacts(1)
        contact.write({"name": 'a/b?c "d"\n', "ref": "x&y\r\nX-Other: 1"})
        workflow.enroll(contact)
        self.tick_run()
        self.deliver()
        [request] = service.received
        self.assertTrue(request.path.startswith("/of/a%2Fb%3Fc%20%22d%22"), request.path)
        self.assertTrue(request.path.endswith("?by=x%26y%0D%0AX-Other%3A%201"), request.path)
        self.assertEqual(request.json["name"].strip(), 'a/b?c "d"')
        self.assertEqual(request.headers["x-name"], "x&y X-Other: 1")
        self.assertNotIn("x-other", request.headers)

    def test_get_sends_values_behind_the_address_and_forms_as_forms(self):
        service = self.service()
        self.calling(service, ("n", "name"), path="/a?b=1", call_method="GET")
        self.calling(service, ("n", "name"), call_format="form", call_method="PUT")
        self.deliver()
        get, put = sorted(service.received, key=lambda request: request.method)
        self.assertEqual((get.method, get.body), ("GET", b""))
        self.assertTrue(get.path.startswith("/a?b=1&model=res.partner&id="), get.path)
        self.assertTrue(get.path.endswith("&n=Contact+0"), get.path)
        self.assertTrue(put.body.endswith(b"&n=Contact+0"), put.body)
        self.assertIn("x-www-form-urlencoded", put.headers["content-type"])

    def test_a_batch_that_is_run_again_notes_no_call_twice(self):
        def twice(action, batch):
            kind_note(action, batch)
            kind_note(action, batch)

        kind_note = kind.note_calls
        with patch.object(kind, "note_calls", twice):
            workflow, contacts = self.calling(self.service(), count=3)
        self.assertEqual(len(self.calls(workflow)), len(contacts))

    def test_a_thousand_calls_take_as_many_queries_as_one(self):
        service = self.service()
        workflow = self.workflow(self.step(service, ("country", "country_id.code")))

        def step(count):
            contacts = self.contacts(count, country_id=self.env.ref("base.no").id)
            workflow.enroll(contacts)
            return self.queries(self.tick_run)

        step(1)
        few = step(1)
        self.assertLessEqual(step(100), few)
        self.assertEqual(len(self.calls(workflow)), 102)

    def test_a_call_is_sent_though_the_record_leaves_or_is_deleted(self):
        service = self.service()
        workflow, contacts = self.calling(service, count=2, then=[self.delay(1, "days")])
        workflow.unenroll(contacts[0], "manual")
        contacts[1].unlink()
        self.deliver()
        self.assertEqual(set(self.calls(workflow).mapped("state")), {"delivered"})

    def test_a_record_that_is_gone_before_the_step_is_not_told_of(self):
        workflow = self.workflow(self.delay(1, "hours"), self.step(self.service()))
        contact = self.contacts(1)
        workflow.enroll(contact)
        self.tick_run()
        contact.unlink()
        self.travel(hours=2)
        self.tick()
        self.assertFalse(self.calls(workflow))

    def test_calls_of_a_paused_workflow_wait_until_it_goes_on(self):
        workflow, _contact = self.calling(self.service())
        workflow.action_pause()
        self.deliver()
        self.assertEqual(self.tried(workflow), ("waiting", 0, 0))
        workflow.action_resume()
        self.deliver()
        self.assertEqual(self.tried(workflow), ("delivered", 1, 200))

    def test_a_value_that_may_not_be_seen_parks_its_record_alone(self):
        manager = self.user("designer", "crm_workflow.group_manager", "base.group_partner_manager")
        hidden = self.contacts(1, name="Hidden")
        workflow = self.workflow(
            self.step(self.service(), ("company", "parent_id.name")), run_as_id=manager.id
        )
        contacts = self.contacts(3)
        contacts[1].parent_id = hidden
        workflow.enroll(contacts)
        self.env["ir.rule"].create(
            {
                "name": "Hide",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {hidden.id})]",
            }
        )
        self.tick_run()
        states = {row.res_id: row.state for row in self.enrollments(workflow)}
        self.assertEqual(
            [states[contact.id] for contact in contacts], ["completed", "parked", "completed"]
        )
        self.assertEqual(len(self.calls(workflow)), 2)

    def test_what_cannot_work_is_told_before_publishing(self):
        service = self.service()
        for vals, part in (
            ({"call_url": False}, "Enter the address"),
            ({"call_url": "ftp://a.example/"}, "none that can be called"),
            ({"call_url": "https://{{ record.website }}/x"}, "behind the host"),
            ({"call_url": "https://me:pw@a.example/"}, "User name"),
            ({"call_url": "http://93.184.215.14/"}, "not encrypted"),
            ({"call_url": "https://10.0.0.1/"}, "public internet"),
            ({"call_url": "https://127.1/"}, "none that can be called"),
            ({"call_url": "https://a.example/{{ object.nothing }}"}, "has no “nothing”"),
            ({"call_content": "text"}, "Write the text"),
            ({"call_content": "text", "call_text": '"{{ nobody }}"'}, "there is no “nobody”"),
            ({"call_line_ids": [(0, 0, self._value("a", "={{ 1 + }}"))]}, "“1 +”"),
            ({"call_content": "text", "call_text": "{"}, "no JSON"),
            (
                {"call_content": "text", "call_text": "{}", "call_method": "GET"},
                "GET has no text",
            ),
            ({"call_line_ids": [(0, 0, self._value("a", "nothing"))]}, "does not exist"),
            ({"call_line_ids": [(0, 0, self._value("a", "name.x"))]}, "does not exist"),
            ({"call_line_ids": [(0, 0, self._value("a", "image_128"))]}, "cannot be sent"),
            (
                {"call_line_ids": [(0, 0, self._header("X-Key", "", True))]},
                "Enter the secret",
            ),
        ):
            workflow = self.workflow({**self.step(service), **vals}, publish=False)
            texts = [problem["text"] for problem in workflow.problems]
            self.assertTrue(any(part in text for text in texts), (vals, texts))
        self.assertFalse(self.workflow(self.step(service), publish=False).problems)

    def test_it_travels_in_the_document(self):
        workflow = self.workflow(
            self.step(
                "https://a.example/{{ record.id }}",
                ("email", "email"),
                ("from", "=Odoo"),
                headers=[("X-A", "{{ record.name }}"), ("X-Key", "hush", True)],
                call_method="PUT",
                call_signed=True,
                call_wait=True,
                lanes=[({"role": "failed"}, [self.end()])],
            ),
            publish=False,
        )
        text = workflow.export_xml()
        copy = self.env["crm.workflow"].import_xml(text)
        self.assertEqual(copy.export_xml(), text)
        first, second = (
            flow.draft_version_id.action_ids.filtered("call_url") for flow in (workflow, copy)
        )
        self.assertEqual(second._call_description(), first._call_description())
        self.assertEqual(len(second.path_ids), 2)
        self.assertEqual(second._path_of("failed").action_ids.kind, "end")

    def test_it_is_called_what_it_does(self):
        workflow = self.workflow(
            {"kind": "call"},
            self.step("https://a.example/{{ record.id }}"),
            self.step("https://a.example/", call_wait=True),
            publish=False,
        )
        self.assertEqual(
            workflow.draft_version_id.action_ids.mapped("summary"),
            ["Call a web service", "Call a.example", "Call a.example and wait for the answer"],
        )


@tagged("post_install", "-at_install")
class TestCallsAwaited(CallCase):
    """Steps that wait for the answer."""

    def awaiting(self, *replies, again=None, **vals):
        """(workflow, contact): who waits for the answer, and is marked by the path taken.

        :param again: a trigger that sends who is inside back to the start
        """
        workflow = self.workflow(
            self.step(
                self.service(*replies),
                call_wait=True,
                lanes=[({"role": "failed"}, [self.write_step("ref", "failed")])],
                **vals,
            ),
            self.write_step("function", "after"),
            triggers=[{"reenroll": True, **again}] if again else (),
            publish=False,
        )
        if again:
            workflow.draft_version_id.while_inside = "restart"
        workflow.action_publish()
        contact = self.contacts(1)
        workflow.enroll(contact)
        self.tick_run()
        return workflow, contact

    def test_the_record_goes_on_with_the_answer(self):
        workflow, contact = self.awaiting(500, (200, b'{"score": 7}', {}))
        self.assertTrue(self.enrollments(workflow).waiting)
        self.deliver()
        self.tick_run()
        self.assertFalse(contact.function)
        self.travel(minutes=2)
        self.deliver()
        self.tick_run()
        self.assertEqual((contact.function, contact.ref), ("after", False))
        self.assertEqual(self.calls(workflow).response, '{"score": 7}')
        [outputs] = self.enrollments(workflow).mapped("outputs")
        key = workflow.live_version_id.action_ids.filtered("call_url").key
        self.assertEqual(
            outputs[key], {"status": 200, "text": '{"score": 7}', "json": {"score": 7}}
        )

    def test_later_steps_use_the_answer(self):
        first, second = self.service((200, b'{"person": {"score": 7}}', {})), self.service()
        workflow = self.workflow(
            self.step(first, call_wait=True, key="ask"),
            self.step(
                second,
                ("score", '={{ steps["ask"].json.person.score }}'),
                ("status", '={{ steps["ask"].status }}'),
            ),
        )
        workflow.enroll(self.contacts(1))
        for _round in range(2):
            self.tick_run()
            self.deliver()
        body = second.received[0].json
        self.assertEqual((body["score"], body["status"]), ("7", "200"))

    def test_a_call_that_is_given_up_takes_the_path_for_it_and_joins(self):
        workflow, contact = self.awaiting(404)
        self.deliver()
        self.tick_run()
        self.assertEqual((contact.function, contact.ref), ("after", "failed"))
        messages = self.enrollments(workflow).log_ids.mapped("message")
        self.assertIn("The service answered with status 404.", messages)

    def test_a_call_that_is_cancelled_lets_the_record_go_on(self):
        workflow, contact = self.awaiting(500)
        self.calls(workflow).action_cancel()
        self.deliver()
        self.tick_run()
        self.assertEqual((contact.function, contact.ref), ("after", "failed"))

    def test_a_wait_that_somebody_ends_is_over(self):
        workflow, contact = self.awaiting(500)
        self.enrollments(workflow).action_skip_wait()
        self.tick_run()
        self.assertEqual((contact.function, contact.ref), ("after", "failed"))
        self.deliver()
        self.assertEqual(self.calls(workflow).attempts, 1)

    def test_whoever_has_left_is_not_woken(self):
        workflow, contact = self.awaiting(200)
        workflow.unenroll(contact, "manual")
        self.deliver()
        self.tick_run()
        self.assertEqual((contact.function, self.tried(workflow)[0]), (False, "delivered"))
        self.assertFalse(self.calls(workflow).awaited)

    def test_a_step_that_waits_no_more_has_no_paths(self):
        workflow = self.workflow(self.step(self.service(), call_wait=True), publish=False)
        step = workflow.draft_version_id.action_ids
        self.assertEqual(set(step.path_ids.mapped("role")), {"failed", False})
        self.assertEqual(set(step.path_ids.mapped("display_name")), {"Not delivered", "Delivered"})
        step.call_wait = False
        self.assertFalse(step.path_ids)
        step.call_wait = True
        self.fill(workflow, self.end(path_id=step._path_of("failed").id))
        step.call_wait = False
        self.assertIn("Nobody takes the paths", workflow.problems[0]["text"])

    def test_a_version_without_the_wait_lets_those_who_wait_go_on(self):
        workflow, contact = self.awaiting(200)
        workflow.action_edit()
        step = workflow.draft_version_id.action_ids.filtered("call_url")
        step.path_ids.action_ids.unlink()
        step.call_wait = False
        workflow.action_publish()
        self.deliver()
        self.tick_run()
        self.assertEqual(contact.function, "after")

    # The step met once more

    def assertOnlyTheNewestCounts(self, workflow, contact):
        """The older call is answered: nothing happens. The newer one is: the record goes on."""
        older, newer = self.calls(workflow)
        newer.sudo().next_at = self.env.cr.now() + timedelta(hours=1)
        self.travel(minutes=2)
        self.deliver()
        self.tick_run()
        self.assertEqual((older.state, newer.state), ("delivered", "waiting"))
        self.assertEqual((contact.function, contact.ref), (False, False))
        self.assertTrue(self.enrollments(workflow).waiting)
        self.travel(hours=1)
        self.deliver()
        self.tick_run()
        self.assertEqual(newer.state, "delivered")
        self.assertEqual((contact.function, contact.ref), ("after", False))

    def test_whoever_starts_again_waits_for_the_call_of_the_new_version(self):
        workflow, contact = self.awaiting(503, 200)
        self.deliver()
        workflow.action_edit()
        workflow.action_publish(in_flight="restart")
        self.tick_run()
        self.assertOnlyTheNewestCounts(workflow, contact)

    def test_whom_a_trigger_sends_back_waits_for_the_newer_call(self):
        workflow, contact = self.awaiting(
            503, 200, again={"kind": "criteria", "domain": "[('city', '=', 'Oslo')]"}
        )
        self.deliver()
        contact.city = "Oslo"
        self.tick()
        self.assertEqual(len(self.calls(workflow)), 2)
        self.assertOnlyTheNewestCounts(workflow, contact)

    def test_whose_wait_was_ended_and_who_came_back_waits_for_the_newer_call(self):
        service = self.service(503, 200)
        workflow = self.workflow(
            self.step(service, key="ask", call_wait=True),
            {"kind": "goto", "goto_key": "ask", "goto_limit": 1},
            self.write_step("function", "after"),
        )
        contact = self.contacts(1)
        workflow.enroll(contact)
        self.tick_run()
        self.deliver()
        self.enrollments(workflow).action_skip_wait()
        self.tick_run()
        self.assertOnlyTheNewestCounts(workflow, contact)

    def test_whoever_is_woken_by_anything_else_waits_on(self):
        workflow, contact = self.awaiting(503, 200)
        self.deliver()
        self.enrollments(workflow).sudo().due_at = self.env.cr.now()
        self.tick_run()
        enrollment = self.enrollments(workflow)
        self.assertEqual((enrollment.waiting, enrollment.due_at), (True, False))
        self.travel(minutes=2)
        self.deliver()
        self.tick_run()
        self.assertEqual((contact.function, contact.ref), ("after", False))

    def test_whoever_is_due_already_is_made_due_all_the_same(self):
        """So that a worker who has him in hands, and has not seen the answer, loses its race."""
        workflow, _contact = self.awaiting(200)
        self.enrollments(workflow).sudo().due_at = self.env.cr.now() + timedelta(days=1)
        self.deliver()
        soon = self.env.cr.now() + timedelta(minutes=1)
        self.assertLess(self.enrollments(workflow).due_at, soon)
