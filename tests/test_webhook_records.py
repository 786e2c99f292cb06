from odoo.tests import tagged

from .webhook import WebhookCase


@tagged("post_install", "-at_install")
class TestWebhookRecords(WebhookCase):
    """The worker: which record a call is about, what it fills, and whether it enters."""

    def test_a_call_creates_its_contact_and_enrols_it_with_the_payload(self):
        flow = self.hook(
            self.write_step("ref", "called"),
            webhook_mapping=[["name", "name", "create"], ["address.city", "city", "always"]],
        )
        payload = {"email": "Ada <Ada@Example.com>", "name": "Ada", "address": {"city": "Oslo"}}
        [call] = self.called(flow, payload)
        self.tick_run()
        contact = self.env["res.partner"].browse(call.res_id)
        self.assertEqual(
            (contact.email, contact.name, contact.city, contact.ref),
            ("ada@example.com", "Ada", "Oslo", "called"),
        )
        enrollment = self.enrollments(flow)
        self.assertEqual(
            (enrollment.source, enrollment.data, call.enrollment_id, call.state),
            ("webhook", payload, enrollment, "entered"),
        )

    def test_a_contact_is_found_by_its_address_however_it_is_written(self):
        contact = self.contacts(1, email="Ada@Example.com")
        flow = self.hook()
        [call] = self.called(flow, {"email": " ada@EXAMPLE.com "})
        self.assertEqual(call.res_id, contact.id)
        self.assertEntered(flow, contact)

    def test_a_deal_is_found_by_its_address_and_made_as_a_deal(self):
        flow = self.hook(object_type=self.deal_type, webhook_path="who.0.mail")
        first, second = self.called(
            flow, {"who": [{"mail": "ada@example.com"}]}, {"who": [{"mail": "ada@example.com"}]}
        )
        deal = self.env["crm.lead"].browse(first.res_id)
        self.assertEqual((deal.type, deal.email_from), ("opportunity", "ada@example.com"))
        self.assertEqual(second.res_id, deal.id)
        self.assertEqual((first.state, second.state), ("entered", "passed"))

    def test_a_record_is_found_by_its_id(self):
        contact = self.contacts(1)
        flow = self.hook(webhook_find="id", webhook_path="id", webhook_missing="refuse")
        calls = self.called(flow, {"id": contact.id}, {"id": str(contact.id)}, {"id": 10**9})
        self.assertEqual(calls.mapped("state"), ["entered", "passed", "refused"])
        self.assertEntered(flow, contact)

    def test_a_record_is_found_by_its_external_id(self):
        contact = self.contacts(1)
        self.env["ir.model.data"].create(
            {
                "module": "shop",
                "name": "customer.7",
                "model": "res.partner",
                "res_id": contact.id,
            }
        )
        flow = self.hook(webhook_find="external_id", webhook_path="id", webhook_missing="refuse")
        calls = self.called(
            flow, {"id": "shop.customer.7"}, {"id": "other.customer.7"}, {"id": "customer"}
        )
        self.assertEqual(calls.mapped("state"), ["entered", "refused", "refused"])
        self.assertIn("no external ID", calls[2].reason)
        self.assertEntered(flow, contact)

    def test_a_record_is_found_by_a_field_and_created_with_it(self):
        contact = self.contacts(1, ref="A-1")
        flow = self.hook(webhook_find="field", webhook_field="ref", webhook_path="customer.number")
        found, created = self.called(
            flow, {"customer": {"number": "A-1"}}, {"customer": {"number": "A-2"}}
        )
        self.assertEqual(found.res_id, contact.id)
        new = self.env["res.partner"].browse(created.res_id)
        self.assertEqual((new.ref, new.name), ("A-2", "A-2"))

    def test_a_record_created_without_a_name_is_named_by_what_it_was_looked_for_by(self):
        flow = self.hook(webhook_mapping=[["name", "name", "create"]])
        calls = self.called(flow, {"email": "a@b.co"}, {"email": "b@b.co", "name": " "})
        names = self.env["res.partner"].browse(calls.mapped("res_id")).mapped("name")
        self.assertEqual(names, ["a@b.co", "b@b.co"])

    def test_more_than_one_record_is_none(self):
        contacts = self.contacts(2, email="ada@example.com")
        flow = self.hook()
        [call] = self.called(flow, {"email": "ada@example.com"})
        self.assertEqual(call.state, "refused")
        self.assertIn("2 records", call.reason)
        contacts[0].active = False
        self.assertEqual(self.called(flow, {"email": "ada@example.com"})[1].res_id, contacts[1].id)

    def test_an_archived_record_is_found_where_no_other_is(self):
        contact = self.contacts(1, email="ada@example.com", active=False)
        [call] = self.called(self.hook(), {"email": "ada@example.com"})
        self.assertEqual((call.res_id, call.state), (contact.id, "entered"))

    def test_a_record_that_is_not_found_is_refused_where_the_trigger_says_so(self):
        flow = self.hook(webhook_missing="refuse")
        [call] = self.called(flow, {"email": "ada@example.com"})
        self.assertEqual((call.state, call.reason), ("refused", "No record is found."))
        self.assertFalse(self.env["res.partner"].search([("email", "=", "ada@example.com")]))

    def test_a_payload_that_names_no_record_is_refused_with_the_reason(self):
        flow = self.hook()
        nothing = [{}, {"email": ""}, {"email": None}]
        broken = ["nobody", ["ada@example.com"], "(" * 100_000, {"a": 1}]
        calls = self.called(flow, *nothing, *({"email": value} for value in broken))
        self.assertEqual(calls.mapped("state"), ["refused"] * 7)
        self.assertEqual(flow.state, "on")
        self.assertIn("nothing at “email”", calls[0].reason)
        self.assertIn("“nobody” is no e-mail", calls[3].reason)

    def test_values_are_filled_on_creation_or_on_each_call(self):
        flow = self.hook(
            reenroll=True,
            webhook_mapping=[["city", "city", "create"], ["job", "function", "always"]],
        )
        [call] = self.called(flow, {"email": "ada@example.com", "city": "Oslo", "job": "Chief"})
        contact = self.env["res.partner"].browse(call.res_id)
        self.called(flow, {"email": "ada@example.com", "city": "Rome", "job": "Clerk"})
        self.assertEqual((contact.city, contact.function), ("Oslo", "Clerk"))
        self.called(flow, {"email": "ada@example.com"})
        self.assertEqual(contact.function, "Clerk")

    def test_the_last_of_several_calls_about_a_record_has_the_last_word(self):
        contact = self.contacts(1, email="ada@example.com")
        flow = self.hook(webhook_mapping=[["job", "function", "always"]])
        for last in ("Chief", "Clerk"):
            jobs = [last, "Other", last]
            self.called(flow, *({"email": "ada@example.com", "job": job} for job in jobs))
            self.assertEqual(contact.function, last)

    def test_values_take_the_type_of_their_field(self):
        norway = self.env.ref("base.no")
        flow = self.hook(
            object_type=self.deal_type,
            webhook_mapping=[
                ["amount", "expected_revenue", "create"],
                ["until", "date_deadline", "create"],
                ["urgent", "priority", "create"],
                ["country", "country_id", "create"],
                ["message", "description", "create"],
                ["bad", "probability", "create"],
                ["gone", "color", "create"],
            ],
        )
        [call] = self.called(
            flow,
            {
                "email": "ada@example.com",
                "amount": "12.50",
                "until": "2026-03-01",
                "urgent": "high",
                "country": "NORWAY",
                "message": "<b>Hi</b>",
                "bad": "12x",
            },
        )
        deal = self.env["crm.lead"].browse(call.res_id)
        self.assertEqual(
            (deal.expected_revenue, str(deal.date_deadline), deal.priority, deal.country_id),
            (12.5, "2026-03-01", "2", norway),
        )
        self.assertIn("&lt;b&gt;Hi", deal.description)
        self.assertEqual(
            (call.state, call.reason), ("entered", "bad was left out: “12x” is no number.")
        )

    def test_a_value_that_names_no_record_or_several_is_left_out(self):
        states = self.env["res.country.state"].search([("name", "=", "Limburg")])
        self.assertGreater(len(states), 1)
        flow = self.hook(webhook_mapping=[["state", "state_id", "always"]])
        calls = self.called(
            flow,
            {"email": "a@example.com", "state": "Limburg"},
            {"email": "b@example.com", "state": "Nowhere %"},
            {"email": "c@example.com", "state": states[0].id},
        )
        self.assertEqual(calls.mapped("state"), ["entered"] * 3)
        self.assertIn("more than one “Limburg”", calls[0].reason)
        self.assertIn("no “Nowhere %”", calls[1].reason)
        self.assertEqual(self.env["res.partner"].browse(calls[2].res_id).state_id, states[0])

    def test_a_call_that_fails_stops_no_other(self):
        flow = self.hook(webhook_mapping=[["parent", "parent_id", "always"]])
        parent, child = self.contacts(2)
        child.write({"email": "child@example.com", "parent_id": parent.id})
        parent.email = "parent@example.com"
        calls = self.called(
            flow,
            {"email": "new@example.com"},
            {"email": "parent@example.com", "parent": child.id},
            {"email": "other@example.com"},
        )
        self.assertEqual(calls.mapped("state"), ["entered", "refused", "entered"])
        self.assertIn("recursive", calls[1].reason.lower())
        self.assertFalse(parent.parent_id)

    def test_the_condition_is_asked_after_the_values_are_filled(self):
        flow = self.hook(
            domain="[('city', '=', 'Oslo')]", webhook_mapping=[["city", "city", "always"]]
        )
        calls = self.called(
            flow,
            {"email": "a@example.com", "city": "Oslo"},
            {"email": "b@example.com", "city": "Rome"},
        )
        self.assertEqual(calls.mapped("state"), ["entered", "passed"])
        self.assertIn("does not match", calls[1].reason)

    def test_who_is_inside_or_has_been_through_does_not_enter_and_the_call_says_so(self):
        flow = self.hook(self.delay(1, "days"))
        first, second = self.called(flow, {"email": "a@b.co"}, {"email": "a@b.co"})
        self.assertEqual((first.state, second.state), ("entered", "passed"))
        self.assertIn("inside already", second.reason)
        flow.unenroll(self.env["res.partner"].browse(first.res_id))
        third = self.called(flow, {"email": "a@b.co"})[2]
        self.assertIn("been through", third.reason)

    def test_a_trigger_with_enter_again_lets_each_call_in(self):
        flow = self.hook(reenroll=True)
        for _ in range(2):
            self.called(flow, {"email": "a@b.co"})
            self.tick()
        self.assertEqual(self.calls(flow).mapped("state"), ["entered", "entered"])
        self.assertEqual(len(self.enrollments(flow)), 2)

    def assertNoMoreForMany(self, beside):
        """As many queries for a hundred calls as for one, beside those of ``beside(emails)``."""
        counts = []
        for number, count in enumerate((1, 1, 100)):
            counts.append(beside([f"{n}@{number}.example.com" for n in range(count)]))
        # What a cache may miss by chance; a query per call would be hundreds.
        self.assertLessEqual(counts[2] - counts[1], 2)

    def worked_on(self, flow, emails, **more):
        """How many queries it takes to work on a call for each address."""
        for email in emails:
            self.post(flow, {"email": email, **more})
        queries = self.queries(self.tick_enroll)
        self.assertEqual(set(self.calls(flow).mapped("state")), {"entered"})
        return queries

    def test_finding_and_entering_take_no_more_queries_for_many(self):
        flow = self.hook(webhook_rate=6_000, webhook_missing="refuse")

        def beside(emails):
            self.env["res.partner"].create([{"name": email, "email": email} for email in emails])
            return self.worked_on(flow, emails)

        self.assertNoMoreForMany(beside)

    def test_filling_takes_no_more_queries_than_the_write_itself(self):
        mapping = [["job", "function", "always"], ["country", "country_id", "always"]]
        flow = self.hook(webhook_rate=6_000, webhook_mapping=mapping)

        def beside(emails):
            contacts = self.env["res.partner"].create(
                [{"name": email, "email": email} for email in emails]
            )
            vals = {"function": "Chief", "country_id": self.env.ref("base.no").id}
            alone = self.queries(lambda: contacts.with_user(self.admin).write(vals))
            contacts.write({"function": False, "country_id": False})
            return self.worked_on(flow, emails, job="Chief", country="NO") - alone

        self.assertNoMoreForMany(beside)

    def test_creating_takes_no_more_queries_than_the_creation_itself(self):
        flow = self.hook(webhook_rate=6_000)
        partners = self.env["res.partner"].with_user(self.admin)

        def beside(emails):
            vals_list = [{"name": email, "email": email} for email in emails]
            alone = self.queries(lambda: partners.create(vals_list))
            partners.search([("email", "in", emails)]).unlink()
            return self.worked_on(flow, emails) - alone

        self.assertNoMoreForMany(beside)
