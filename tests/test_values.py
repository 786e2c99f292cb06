from datetime import date, datetime

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..engine import happening
from ..services.value_choices import choices_of
from ..services.value_problems import problems_of_formula, problems_of_text
from ..services.values import Values
from .common import WorkflowCase

NOW = datetime(2026, 3, 1, 23, 30)


@tagged("post_install", "-at_install")
class TestValues(WorkflowCase):
    """Texts and formulas of steps, over records as the run-as user sees them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.partner"].create({"name": "Nordic", "is_company": True})
        cls.tags = cls.env["res.partner.category"].create([{"name": "Gold"}, {"name": "North"}])
        cls.ada, cls.bob = cls.env["res.partner"].create(
            [
                {
                    "name": "Ada",
                    "parent_id": cls.company.id,
                    "city": "Oslo",
                    "category_id": [Command.set(cls.tags.ids)],
                    "comment": "<p>Likes <b>tea</b></p>",
                },
                {"name": "Bob"},
            ]
        )

    def values(self, records=None, **options):
        records = self.ada | self.bob if records is None else records
        return Values(records.with_context(tz="Europe/Oslo"), NOW, **options)

    def of_ada(self, text, **options):
        return self.values(self.ada, **options).each(text)[self.ada.id]

    # What names mean

    def test_each_record_has_its_own_value(self):
        self.assertEqual(
            self.values().each("concat(object.name, ' of ', object.parent_id.name)"),
            {self.ada.id: "Ada of Nordic", self.bob.id: "Bob of "},
        )

    def test_what_is_empty_is_none_and_what_it_leads_to_as_well(self):
        for text in (
            "object.city",
            "object.parent_id",
            "object.parent_id.city",
            "object.child_ids",
        ):
            self.assertIsNone(self.values(self.bob).each(text)[self.bob.id], text)
        self.assertIs(self.of_ada("object.is_company"), False)
        self.assertEqual(self.of_ada("object.color"), 0)

    def test_the_values_of_several_records_are_a_list(self):
        self.assertEqual(self.of_ada("object.category_id.name"), ["Gold", "North"])
        self.assertEqual(self.of_ada("count(object.category_id)"), 2)
        self.assertEqual(self.of_ada("join(object.category_id, ' and ')"), "Gold and North")
        self.assertEqual(self.of_ada("first(object.category_id)"), self.tags[0])
        self.assertEqual(self.of_ada("object.category_id"), self.tags)

    def test_they_are_a_list_even_when_it_is_one(self):
        self.ada.category_id = self.tags[0]
        self.assertEqual(self.of_ada("object.category_id.name"), ["Gold"])
        self.assertEqual(self.of_ada("first(object.category_id.name)"), "Gold")
        self.assertEqual(self.of_ada("last(object.category_id)"), self.tags[0])
        self.assertEqual(self.of_ada("concat(object.category_id, '!')"), "Gold!")
        self.assertEqual(self.of_ada("'Gold' in object.category_id.name"), True)

    def test_moments_are_those_of_the_wall_and_come_out_in_utc(self):
        self.assertEqual(self.of_ada("today"), date(2026, 3, 2))
        self.assertEqual(self.of_ada("now"), NOW)
        self.assertEqual(self.of_ada("date(now)"), date(2026, 3, 2))
        self.assertEqual(self.of_ada("add_months(now, 1)"), datetime(2026, 4, 1, 22, 30))
        created = fields.Datetime.context_timestamp(
            self.ada.with_context(tz="Europe/Oslo"), self.ada.create_date
        )
        self.assertEqual(self.of_ada("date(object.create_date)"), created.date())

    def test_the_user_is_the_one_that_it_runs_as(self):
        self.assertEqual(self.of_ada("user"), self.env.user)

    def test_the_event_and_its_record_can_be_read(self):
        event = happening.told("changed", "res.partner", self.bob.id, {"city": ["Rome", "Oslo"]})
        options = {"told": lambda: {self.ada.id: event}}
        self.assertEqual(self.of_ada("event.record.name", **options), "Bob")
        self.assertEqual(self.of_ada("event.values.city[1]", **options), "Oslo")
        self.assertIsNone(self.of_ada("event.record.name"))

    def test_what_earlier_steps_left_can_be_read(self):
        left = {"a-1": {"due": datetime(2026, 3, 1, 23, 30), "text": "yes"}}
        options = {"outputs": lambda: {self.ada.id: left}}
        self.assertEqual(self.of_ada('steps["a-1"].text', **options), "yes")
        self.assertEqual(self.of_ada('date(steps["a-1"].due)', **options), date(2026, 3, 2))
        self.assertIsNone(self.of_ada('steps["b-2"].text', **options))

    # Texts

    def test_a_text_says_values_as_people_write_them(self):
        text = (
            "Dear {{ object.name }} of {{ object.city ||| nowhere }}: {{ object.category_id }}, "
            "{{ today }}, {{ 1234.5 }}, {{ object.is_company }}, {{ object.comment }}"
        )
        self.assertEqual(
            self.values().text(text),
            {
                self.ada.id: "Dear Ada of Oslo: Gold, North, 03/02/2026, 1,234.5, No, Likes *tea*",
                self.bob.id: "Dear Bob of nowhere: , 03/02/2026, 1,234.5, No, ",
            },
        )

    def test_a_text_says_values_as_machines_write_them(self):
        text = "{{ now }} {{ today }} {{ 1234.5 }} {{ object.is_company }} {{ object.active }}"
        self.assertEqual(
            self.values(self.ada).text(text, plain=True)[self.ada.id],
            "2026-03-01T23:30:00Z 2026-03-02 1234.5 false true",
        )

    def test_a_text_without_placeholders_is_itself(self):
        self.assertEqual(self.values(self.ada).text("100 % {of} it")[self.ada.id], "100 % {of} it")
        self.assertEqual(self.values(self.ada).text(False)[self.ada.id], "")

    # Limits

    def test_what_cannot_be_worked_out_says_why(self):
        for text in (
            "object.nothing",
            "object.name + 1",
            "nobody.name",
            "object.image_1920",
            "1 +",
        ):
            with self.subTest(text), self.assertRaisesRegex(UserError, "“"):
                self.of_ada(text)

    def test_a_method_is_no_value(self):
        for text in ("object.unlink", "object.env", "object._cr", "user.sudo"):
            with self.subTest(text), self.assertRaises(UserError):
                self.of_ada(text)

    def test_what_the_run_as_user_may_not_see_is_not_told(self):
        user = self.user("seller", "base.group_user", "sales_team.group_sale_salesman")
        deal = self.env["crm.lead"].create({"name": "Secret", "user_id": self.admin.id})
        self.env.flush_all()
        secret = self.ada.with_user(user)
        found = Values(secret, NOW).each("count(object.opportunity_ids)")
        deal.partner_id = self.ada
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(found, {self.ada.id: 0})
        self.assertEqual(
            Values(secret, NOW).each("count(object.opportunity_ids)"), {self.ada.id: 0}
        )

    def test_many_records_take_as_many_queries_as_one(self):
        text = "{{ object.parent_id.name }} {{ object.category_id }} {{ object.user_id.name }}"
        counts = []
        for count in (1, 100):
            records = self.contacts(count, parent_id=self.company.id, user_id=self.admin.id)
            records.category_id = self.tags
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.values(records.browse(records.ids)).text(text)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestRelatedRecords(WorkflowCase):
    """Associated records that a version calls by name."""

    def test_the_first_that_matches_is_meant(self):
        workflow = self.related(
            code="biggest", path="opportunity_ids", sort_field="expected_revenue"
        )
        one, other = self.contacts(2)
        self.deals(one, 10, 30, 20)
        values = self.values_of(workflow, one | other)
        self.assertEqual(
            values.each("related.biggest.expected_revenue"), {one.id: 30.0, other.id: None}
        )

    def test_a_condition_chooses_among_them(self):
        workflow = self.related(
            code="small",
            path="opportunity_ids",
            domain="[('expected_revenue', '<', 25)]",
            sort_field="expected_revenue",
            sort_descending=False,
        )
        one = self.contacts(1)
        self.deals(one, 30, 20, 10)
        self.assertEqual(
            self.values_of(workflow, one).each("related.small.expected_revenue"), {one.id: 10.0}
        )

    def test_many_records_take_as_many_queries_as_one(self):
        workflow = self.related(code="newest", path="opportunity_ids")
        counts = []
        for count in (1, 50):
            people = self.contacts(count)
            for person in people:
                self.deals(person, 1, 2)
            self.env.flush_all()
            self.env.invalidate_all()
            values = self.values_of(workflow, people.browse(people.ids))
            values.version_sudo.related_ids.mapped("domain")
            before = self.env.cr.sql_log_count
            values.each("related.newest.name")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_a_name_that_no_formula_can_say_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "newest_ticket"):
            self.related(code="the newest", path="opportunity_ids")

    def test_a_way_that_leads_nowhere_keeps_it_from_being_published(self):
        workflow = self.related(code="nothing", path="city")
        self.assertIn("leads to no other records", str(workflow.problems))

    def test_they_travel_in_the_document_and_to_the_next_version(self):
        workflow = self.related(
            code="biggest",
            path="opportunity_ids",
            domain="[('type', '=', 'opportunity')]",
            sort_field="expected_revenue",
        )
        copy = self.env["crm.workflow"].import_xml(workflow.export_xml())
        [own] = copy.draft_version_id.related_ids
        self.assertEqual(
            (own.code, own.path, own.sort_field),
            ("biggest", "opportunity_ids", "expected_revenue"),
        )
        self.assertIn("largest", own.summary)
        workflow.action_publish()
        workflow.action_edit()
        self.assertEqual(workflow.draft_version_id.related_ids.code, "biggest")

    def related(self, **vals):
        workflow = self.workflow(self.end(), publish=False)
        workflow.draft_version_id.related_ids = [Command.create(vals)]
        return workflow

    def deals(self, partner, *revenues):
        return self.env["crm.lead"].create(
            [
                {
                    "name": f"Deal of {revenue}",
                    "type": "opportunity",
                    "partner_id": partner.id,
                    "expected_revenue": revenue,
                }
                for revenue in revenues
            ]
        )

    def values_of(self, workflow, records):
        version = workflow.draft_version_id or workflow.live_version_id
        return Values(records, NOW, version_sudo=version.sudo())


@tagged("post_install", "-at_install")
class TestValueProblems(WorkflowCase):
    """What is wrong with a text is said before it is published, with the cure."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flow = cls.env["crm.workflow"].create(
            {"name": "Flow", "object_id": cls.contact_type.id}
        )

    def problems(self, text):
        step = self.env["crm.workflow.action"].new(
            {"version_id": self.flow.draft_version_id.id, "kind": "end"}
        )
        return list(problems_of_text(step, text))

    def test_a_right_text_has_none(self):
        self.assertFalse(
            self.problems("{{ object.parent_id.name ||| you }} {{ upper(user.name) }} {{ today }}")
        )

    def test_each_fault_is_named(self):
        for text, told in (
            ("{{ object.nothing }}", "has no “nothing”"),
            ("{{ object.city.name }}", "is no record"),
            ("{{ objekt.name }}", "there is no “objekt”"),
            ("{{ related.newest.name }}", "add it under Related Records"),
            ('{{ steps["a"].b }}', "no step before this one"),
            ("{{ object.name + }}", "is no formula"),
            ("{{ object.image_1920 }}", "has no “image_1920”"),
            ("{{ sudo(object) }}", "no function “sudo”"),
        ):
            with self.subTest(text):
                self.assertIn(told, "".join(self.problems(text)))

    def test_a_formula_of_another_model_is_read_there(self):
        step = self.env["crm.workflow.action"].new(
            {"version_id": self.flow.draft_version_id.id, "kind": "end"}
        )
        self.assertFalse(list(problems_of_formula(step, "object.expected_revenue", "crm.lead")))
        self.assertTrue(list(problems_of_formula(step, "object.expected_revenue")))

    def test_the_panel_offers_what_can_be_read(self):
        self.env["crm.workflow.trigger"].create(
            {
                "version_id": self.flow.draft_version_id.id,
                "kind": "event",
                "event": "changed",
                "field_name": "city",
            }
        )
        known = choices_of(self.flow.draft_version_id, self.env["crm.workflow.action"])
        texts = [choice["text"] for group in known["groups"] for choice in group["choices"]]
        self.assertLessEqual(
            {"object", "event.record", "event.values.city[1]", "today", "user"}, set(texts)
        )
        self.assertIn("upper(text)", [own["usage"] for own in known["functions"]])

    def test_the_panel_offers_what_a_webhook_is_told(self):
        self.env["crm.workflow.trigger"].create(
            {
                "version_id": self.flow.draft_version_id.id,
                "kind": "webhook",
                "webhook_path": "contact.email",
                "webhook_mapping": [["items.0.code", "ref", "always"]],
            }
        )
        known = choices_of(self.flow.draft_version_id, self.env["crm.workflow.action"])
        told = {
            choice["text"]: choice["label"]
            for group in known["groups"]
            for choice in group["choices"]
        }
        self.assertEqual(told.get("event.contact.email"), "contact.email")
        self.assertEqual(told.get("event.items[0].code"), "items.0.code")
