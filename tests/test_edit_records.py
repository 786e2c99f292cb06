from datetime import date, datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common_records import CHANCE, FEW, MANY, RecordsCase

#: A date and time of contacts that people may set.
MOMENT = "calendar_last_notif_ack"


@tagged("post_install", "-at_install")
class TestEditRecords(RecordsCase):
    """Several fields at once, each in its way, on the record or on those around it."""

    # Each way

    def test_chosen_values_of_every_type_are_set(self):
        contacts = self.contacts(2)
        country, ann = self.env.ref("base.be"), self.user("ann", "base.group_user")
        tags = self.env["res.partner.category"].create([{"name": "Gold"}, {"name": "Blue"}])
        self.edit(
            contacts,
            self.line("ref", "set", "been here"),
            self.line("country_id", "set", country.id),
            self.line("user_id", "set", ann.id),
            self.line("category_id", "set", tags.ids),
            self.line("employee", "set", value=True),
            self.line("type", "set", "invoice"),
            self.line("comment", "set", "1 < 2"),
            self.line("color", "set", value=3),
        )
        self.assertEqual(set(contacts.mapped("ref")), {"been here"})
        self.assertEqual(contacts.country_id, country)
        self.assertEqual(contacts.user_id, ann)
        self.assertEqual(contacts[0].category_id, tags)
        self.assertEqual(contacts.mapped("employee"), [True, True])
        self.assertEqual(contacts.mapped("type"), ["invoice", "invoice"])
        self.assertEqual(str(contacts[0].comment), "<p>1 &lt; 2</p>")
        self.assertEqual(contacts.mapped("color"), [3, 3])

    def test_dates_are_set_to_chosen_ones_and_to_ones_from_now(self):
        deals = self.env["crm.lead"].create([{"name": "Deal", "type": "opportunity"}] * 2)
        line = self.line("date_deadline", "later", amount=2, unit="weeks")
        workflow = self.edit(deals, line, object_type=self.deal_type)
        in_two_weeks = self.today(workflow) + timedelta(14)
        self.assertEqual(set(deals.mapped("date_deadline")), {in_two_weeks})
        contacts = self.contacts(2)
        self.edit(contacts, self.line(MOMENT, "set", "2026-03-01 08:30:00"))
        self.assertEqual(set(contacts.mapped(MOMENT)), {datetime(2026, 3, 1, 8, 30)})

    def test_today_and_now_are_those_of_the_run(self):
        deal = self.env["crm.lead"].create({"name": "Deal", "type": "opportunity"})
        workflow = self.edit(deal, self.line("date_deadline", "today"), object_type=self.deal_type)
        self.assertEqual(deal.date_deadline, self.today(workflow))
        contact = self.contacts(1)
        before = fields.Datetime.now()
        self.edit(contact, self.line(MOMENT, "now"))
        self.assertGreaterEqual(contact[MOMENT], before - timedelta(minutes=2))

    def test_fields_are_copied_along_associations(self):
        company = self.contacts(
            1, is_company=True, city="Oslo", country_id=self.env.ref("base.no").id
        )
        people = self.contacts(2, parent_id=company.id, type="other")
        people.write({"city": False, "country_id": False})
        self.edit(
            people,
            self.line("city", "copy", "object.parent_id.city"),
            self.line("country_id", "copy", "object.parent_id.country_id"),
        )
        self.assertEqual(set(people.mapped("city")), {"Oslo"})
        self.assertEqual(people.country_id, self.env.ref("base.no"))

    def test_what_is_copied_from_nothing_is_cleared(self):
        contacts = self.contacts(2, city="Oslo", user_id=self.admin.id)
        tags = self.env["res.partner.category"].create({"name": "Gold"})
        contacts.category_id = tags
        self.edit(
            contacts,
            self.line("city", "copy", "object.parent_id.city"),
            self.line("user_id", "copy", "object.parent_id.user_id"),
            self.line("category_id", "copy", "object.parent_id.category_id"),
        )
        self.assertFalse(any(contacts.mapped("city")) or contacts.user_id or contacts.category_id)

    def test_a_formula_and_a_text_give_each_record_its_own(self):
        contacts = self.contacts(3)
        self.edit(
            contacts,
            self.line("ref", "formula", "upper(object.name)"),
            self.line("function", "text", "Friend of {{ object.name }}"),
        )
        self.assertEqual(contacts.mapped("ref"), ["CONTACT 0", "CONTACT 1", "CONTACT 2"])
        self.assertEqual(contacts[1].function, "Friend of Contact 1")

    def test_dates_and_moments_become_each_other_on_the_users_clock(self):
        self.admin.tz = "Pacific/Auckland"
        contact = self.contacts(1)
        contact[MOMENT] = "2026-03-01 20:00:00"
        deal = self.env["crm.lead"].create(
            {"name": "Deal", "type": "opportunity", "partner_id": contact.id}
        )
        line = self.line("date_deadline", "copy", f"object.partner_id.{MOMENT}")
        self.edit(deal, line, object_type=self.deal_type, run_as=self.admin)
        self.assertEqual(deal.date_deadline, date(2026, 3, 2))
        line = self.line(MOMENT, "formula", "object.opportunity_ids.date_deadline")
        workflow = self.edit(contact, line, run_as=self.admin)
        self.assertEqual(self.reasons(workflow), [])
        self.assertEqual(contact[MOMENT], datetime(2026, 3, 1, 11))

    def test_numbers_go_up_and_down(self):
        contacts = self.contacts(2)
        contacts[0].color, contacts[1].color = 5, 7
        self.edit(
            contacts,
            self.line("color", "increase", "2 * 2"),
            self.line("color", "decrease", "1"),
            self.line("partner_latitude", "increase", "0.5"),
        )
        self.assertEqual(contacts.mapped("color"), [8, 10])
        self.assertEqual(contacts.mapped("partner_latitude"), [0.5, 0.5])

    def test_texts_are_appended(self):
        contacts = self.contacts(2, ref="A")
        contacts[1].ref = False
        contacts.comment = "<p>Before</p>"
        self.edit(
            contacts,
            self.line("ref", "append", "{{ object.name }}"),
            self.line("comment", "append", "<b>"),
        )
        self.assertEqual(contacts.mapped("ref"), ["A Contact 0", "Contact 1"])
        self.assertEqual(str(contacts[0].comment), "<p>Before</p><p>&lt;b&gt;</p>")

    def test_tags_are_added_removed_and_cleared(self):
        gold, blue, red = self.env["res.partner.category"].create(
            [{"name": name} for name in ("Gold", "Blue", "Red")]
        )
        contacts = self.contacts(2, category_id=[Command.set((blue + red).ids)])
        self.edit(
            contacts,
            self.line("category_id", "add", gold.ids),
            self.line("category_id", "remove", red.ids),
        )
        self.assertEqual(contacts[0].category_id, gold + blue)
        self.edit(contacts, self.line("category_id", "clear"))
        self.assertFalse(contacts.category_id)

    # Which records

    def test_associated_records_are_changed(self):
        company = self.contacts(1, is_company=True)
        people = self.contacts(3, parent_id=company.id)
        self.edit(
            company,
            self.line("ref", "text", "of {{ object.name }}"),
            crm_workflow_target="associated",
            crm_workflow_target_path="child_ids",
            object_type=self.env.ref("crm_workflow.object_company"),
        )
        self.assertEqual(set(people.mapped("ref")), {"of Contact 0"})
        self.assertFalse(company.ref)

    def test_what_several_records_share_adds_up_and_else_the_last_one_wins(self):
        company = self.contacts(1, is_company=True, color=1)
        people = self.contacts(3, parent_id=company.id)
        self.edit(
            people,
            self.line("color", "increase", "2"),
            self.line("ref", "copy", "object.name"),
            crm_workflow_target="associated",
            crm_workflow_target_path="parent_id",
        )
        self.assertEqual(company.color, 7)
        self.assertEqual(company.ref, "Contact 2")

    def test_a_related_record_of_the_workflow_is_changed(self):
        contact = self.contacts(1)
        old, new = self.env["crm.lead"].create(
            [{"name": name, "type": "opportunity", "partner_id": contact.id} for name in "ab"]
        )
        step = self.records_step(
            "edit",
            self.line("name", "set", "Found"),
            crm_workflow_target="related",
            crm_workflow_target_related="deal",
        )
        workflow = self.workflow(publish=False)
        version = workflow.draft_version_id
        self.env["crm.workflow.related"].create(
            {"version_id": version.id, "code": "deal", "path": "opportunity_ids"}
        )
        self.fill(workflow, step)
        self.assertFalse(version.problems)
        workflow.action_publish()
        workflow.enroll(contact)
        self.tick_run()
        self.assertEqual([old.name, new.name], ["a", "Found"])

    def test_a_record_without_associated_ones_goes_on(self):
        workflow = self.edit(
            self.contacts(1),
            self.line("ref", "set", "x"),
            crm_workflow_target="associated",
            crm_workflow_target_path="parent_id",
        )
        self.assertEqual(self.states(workflow), ["completed"])

    # Sets

    def test_many_records_take_no_more_queries_than_one(self):
        lines = [
            self.line("ref", "set", "x"),
            self.line("color", "formula", "1 + 1"),
            self.line("function", "text", "{{ object.parent_id.name ||| nobody }}"),
        ]
        self.queries(self.contacts(FEW), self.records_step("edit", *lines))
        few = self.queries(self.contacts(FEW), self.records_step("edit", *lines))
        many = self.queries(self.contacts(MANY), self.records_step("edit", *lines))
        self.assertLessEqual(many, few + CHANCE)

    def test_associated_records_of_many_take_no_more_queries(self):
        def run(count):
            tags = self.env["res.partner.category"].create(
                [{"name": f"Tag {number}", "color": 1} for number in range(count)]
            )
            contacts = self.contacts(count)
            for contact, tag in zip(contacts, tags, strict=True):
                contact.category_id = tag
            step = self.records_step(
                "edit",
                self.line("color", "increase", "3"),
                crm_workflow_target="associated",
                crm_workflow_target_path="category_id",
            )
            queries = self.queries(contacts, step)
            self.assertEqual(set(tags.mapped("color")), {4})
            return queries

        run(FEW)
        self.assertLessEqual(run(MANY), run(FEW) + CHANCE)

    def test_equal_values_are_one_write(self):
        contacts = self.contacts(4)
        contacts[0].city = contacts[1].city = "Oslo"
        written = []
        original = type(contacts).write

        def write(records, vals):
            if "ref" in vals:
                written.append((records.ids, vals["ref"]))
            return original(records, vals)

        self.patch(type(contacts), "write", write)
        self.edit(contacts, self.line("ref", "text", "{{ object.city ||| none }}"))
        self.assertEqual(written, [(contacts[:2].ids, "Oslo"), (contacts[2:].ids, "none")])

    # What goes wrong

    def test_one_value_that_does_not_fit_stops_nobody_else(self):
        contacts = self.contacts(3, ref="7")
        contacts[1].ref = "seven"
        workflow = self.edit(contacts, self.line("color", "copy", "object.ref"))
        self.assertEqual(contacts.mapped("color"), [7, 0, 7])
        self.assertEqual(self.states(workflow), ["completed", "parked", "completed"])
        self.assertIn("Color Index: “seven” is no number", self.reasons(workflow)[0])

    def test_one_record_that_breaks_a_constraint_stops_nobody_else(self):
        contacts = self.contacts(4)
        contacts[2].parent_id = self.contacts(1)
        workflow = self.edit(contacts, self.line("parent_id", "set", contacts[2].id))
        # A contact cannot belong to itself.
        self.assertEqual(self.states(workflow), ["completed", "completed", "parked", "completed"])
        self.assertEqual(contacts[3].parent_id, contacts[2])

    def test_a_chosen_record_that_is_gone_parks_with_the_reason(self):
        tag = self.env["res.partner.category"].create({"name": "Gold"})
        country = self.env["res.country"].create({"name": "Atlantis", "code": "QQ"})
        step = self.records_step(
            "edit",
            self.line("country_id", "set", country.id),
            self.line("category_id", "add", tag.ids),
        )
        workflow = self.workflow(step)
        country.unlink()
        workflow.enroll(self.contacts(2))
        self.tick_run()
        self.assertEqual(self.states(workflow), ["parked", "parked"])
        self.assertIn("a chosen record is gone", self.reasons(workflow)[0])

    def test_a_record_that_is_deleted_meanwhile_leaves(self):
        contacts = self.contacts(2)
        workflow = self.workflow(self.records_step("edit", self.line("ref", "set", "x")))
        workflow.enroll(contacts)
        contacts[0].unlink()
        self.tick_run()
        self.assertEqual(self.states(workflow), ["exited", "completed"])

    def test_it_acts_with_the_rights_of_the_run_as_user(self):
        user = self.user("runner", "base.group_user", "base.group_partner_manager")
        company = self.env.ref("base.main_company").partner_id
        self.env["ir.rule"].create(
            {
                "name": "Own city",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('city', '!=', 'Secret')]",
                "groups": [Command.link(self.env.ref("base.group_user").id)],
                "perm_read": False,
            }
        )
        contacts = self.contacts(3)
        contacts[1].city = "Secret"
        workflow = self.edit(contacts, self.line("ref", "set", "x"), run_as=user)
        self.assertEqual(contacts.mapped("ref"), ["x", False, "x"])
        self.assertEqual(contacts[0].write_uid, user)
        self.assertEqual(self.states(workflow), ["completed", "parked", "completed"])
        self.assertTrue(company)

    def test_what_it_changes_has_the_step_as_its_cause(self):
        trigger = {"kind": "event", "event": "changed", "field_name": "ref", "reenroll": True}
        step = self.records_step("edit", self.line("ref", "append", "x"))
        workflow = self.workflow(step, triggers=[trigger])
        contact = self.contacts(1)
        contact.ref = "start"
        for _tick in range(3):
            self.tick()
        self.assertEqual(contact.ref, "start x")
        self.assertEqual(self.states(workflow), ["completed", "parked"])

    # Publishing

    def test_what_cannot_work_is_refused_at_publish(self):
        cases = {
            "has no field “nothing”": self.line("nothing", "set", "x"),
            "Display Name: nobody can set this field": self.line("display_name", "set", "x"),
            "Created on: nobody can set this field": self.line("create_date", "now"),
            "the value is missing": self.line("ref", "set"),
            "it cannot get a value in this way": self.line("ref", "increase", "1"),
            "“a lot” is no number": self.line("color", "set", "a lot"),
            "“object.wrong”": self.line("ref", "formula", "object.wrong"),
            "“1 +”": self.line("color", "increase", "1 +"),
            "“object.wrong”: Contact has no": self.line("ref", "text", "{{ object.wrong }}"),
            "a chosen record is gone": self.line("country_id", "set", 999_999_999),
        }
        for text, line in cases.items():
            with self.subTest(text):
                self.assertIn(text, self.problems(self.records_step("edit", line)))

    def test_an_action_without_lines_or_way_is_refused(self):
        self.assertIn("add a field", self.problems(self.records_step("edit")))
        line = self.line("ref", "set", "x")
        lost = self.records_step("edit", line, crm_workflow_target="associated")
        self.assertIn("choose the associated records", self.problems(lost))
        lost = self.records_step(
            "edit", line, crm_workflow_target="related", crm_workflow_target_related="none"
        )
        self.assertIn("There is no related record “none”", self.problems(lost))

    def test_a_run_as_user_without_rights_is_told_at_publish(self):
        user = self.user("runner", "base.group_user", "base.group_partner_manager")

        def step():
            return self.records_step(
                "edit",
                self.line("name", "set", "x"),
                crm_workflow_target="associated",
                crm_workflow_target_path="opportunity_ids",
            )

        self.assertIn("may not change “Lead", self.problems(step(), run_as_id=user.id))
        self.assertEqual(self.problems(step()), "")

    def test_lines_of_a_published_step_do_not_change(self):
        workflow = self.workflow(self.records_step("edit", self.line("ref", "set", "x")))
        line = workflow.live_version_id.action_ids.server_action_id.crm_workflow_assignment_ids
        for change in (lambda: line.write({"fixed_value": '["y"]'}), line.unlink, line.copy):
            with self.assertRaises(UserError):
                change()

    # Words, documents, other uses

    def test_it_is_called_what_it_does(self):
        ann = self.user("ann", "base.group_user", name="Ann")
        step = self.records_step(
            "edit", self.line("user_id", "set", ann.id), self.line("city", "clear")
        )
        self.assertEqual(self.named(step).name, "Set Salesperson to Ann, clear City")
        workflow = self.workflow(step)
        self.assertEqual(
            workflow.live_version_id.action_ids.summary, "Set Salesperson to Ann, clear City"
        )

    def test_a_long_one_says_how_much_more_there_is_and_where(self):
        step = self.records_step(
            "edit",
            *(self.line("ref", "set", str(number)) for number in range(5)),
            crm_workflow_target="associated",
            crm_workflow_target_path="parent_id",
        )
        self.assertEqual(
            self.named(step).name,
            "Set Reference to 0, set Reference to 1, set Reference to 2 and 2 more "
            "(on Related Company)",
        )

    def test_it_travels_in_the_document(self):
        tag = self.env["res.partner.category"].create({"name": "Golden tag"})
        step = self.records_step(
            "edit",
            self.line("category_id", "add", tag.ids),
            self.line("country_id", "set", self.env.ref("base.be").id),
            self.line("employee", "set", value=True),
            self.line("ref", "text", '<{{ object.name }}> & "co"'),
            self.line("comment", "set", "It's"),
            self.line("color", "increase", "2"),
            crm_workflow_target="associated",
            crm_workflow_target_path="parent_id",
        )
        text = self.assertRoundTrip(self.workflow(step))
        self.assertIn("ref('base.be')", text)
        self.assertIn("ref('res.partner.category', 'Golden tag')", text)
        self.assertNotIn(f"[{tag.id}]", text)

    def test_the_next_version_has_lines_of_its_own(self):
        workflow = self.workflow(self.records_step("edit", self.line("ref", "set", "x")))
        workflow.action_edit()
        line = workflow.draft_version_id.action_ids.server_action_id.crm_workflow_assignment_ids
        line.fixed_value = '["y"]'
        workflow.action_publish()
        contact = self.contacts(1)
        workflow.enroll(contact)
        self.tick_run()
        self.assertEqual(contact.ref, "y")

    def test_it_serves_odoos_own_ways_of_running_actions(self):
        contacts = self.contacts(2)
        action = self.records_action(
            "edit", self.line("ref", "text", "{{ object.name }}"), usage="ir_actions_server"
        )
        action.with_context(active_model="res.partner", active_ids=contacts.ids).run()
        self.assertEqual(contacts.mapped("ref"), ["Contact 0", "Contact 1"])

    def test_it_serves_automation_rules(self):
        if "base.automation" not in self.env:
            self.skipTest("Automation rules are not installed.")
        self.env["base.automation"].create(
            {
                "name": "Rule",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "trigger": "on_create_or_write",
                "trigger_field_ids": [
                    Command.link(self.env["ir.model.fields"]._get("res.partner", "city").id)
                ],
                "action_server_ids": [
                    Command.link(
                        self.records_action(
                            "edit", self.line("ref", "copy", "object.city"), usage="base_automation"
                        ).id
                    )
                ],
            }
        )
        contact = self.contacts(1)
        contact.city = "Oslo"
        self.assertEqual(contact.ref, "Oslo")

    def test_a_manager_makes_it_in_the_form(self):
        manager = self.user("mia", "crm_workflow.group_manager", "base.group_partner_manager")
        model = self.env["ir.actions.server"].with_user(manager)
        context = {
            "default_model_id": self.env["ir.model"]._get_id("res.partner"),
            "default_usage": "crm_workflow",
            "default_state": "crm_workflow_edit",
            "is_modal": 1,
        }
        with Form(model.with_context(**context)) as form:
            with form.crm_workflow_assignment_ids.new() as line:
                line.field_name = "color"
                self.assertEqual(line.how, "set")
                line.how = "increase"
                line.expression = "2"
                line.field_name = "city"
                self.assertEqual(line.how, "set")
                line.how = "clear"
        self.assertEqual(form.record.name, "Clear City")
        self.assertFalse(form.record.warning)
        # It stays an action of a step, and its lines stay with it.
        with self.assertRaises(AccessError):
            form.record.usage = "ir_actions_server"
        with self.assertRaises(AccessError):
            form.record.evaluation_type = "equation"
        form.record.invalidate_recordset()
        other = self.records_action("edit", usage="ir_actions_server")
        with self.assertRaises(AccessError):
            form.record.crm_workflow_assignment_ids.action_id = other
