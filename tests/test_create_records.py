from datetime import timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_records import CHANCE, FEW, MANY, RecordsCase


@tagged("post_install", "-at_install")
class TestCreateRecords(RecordsCase):
    """A record for each, or a copy of it."""

    def create_step(self, new_model, *lines, model="res.partner", **vals):
        return self.records_step(
            "create",
            *lines,
            model=model,
            crm_workflow_model_id=self.env["ir.model"]._get_id(new_model),
            **vals,
        )

    def preset(self, code, model="res.partner"):
        """An action made in the form by a preset."""
        context = {
            "default_model_id": self.env["ir.model"]._get_id(model),
            "default_usage": "crm_workflow",
            "default_state": "crm_workflow_create",
        }
        with Form(self.env["ir.actions.server"].with_context(**context)) as form:
            form.crm_workflow_preset = code
        return form.record

    # Creating

    def test_each_record_gets_one_that_points_to_it(self):
        contacts = self.contacts(3)
        step = self.create_step(
            "crm.lead",
            self.line("name", "text", "Deal of {{ object.name }}"),
            self.line("type", "set", "opportunity"),
            self.line("expected_revenue", "formula", "1000 / 4"),
        )
        workflow = self.passed(contacts, step)
        deals = self.env["crm.lead"].search([("partner_id", "in", contacts.ids)], order="id")
        self.assertEqual(deals.partner_id, contacts)
        self.assertEqual(deals.mapped("name"), [f"Deal of Contact {n}" for n in range(3)])
        self.assertEqual(set(deals.mapped("expected_revenue")), {250})
        self.assertEqual(self.states(workflow), ["completed"] * 3)

    def test_the_link_can_be_chosen_or_left_out(self):
        contact = self.contacts(1)
        name = self.line("name", "text", "Tag of {{ object.name }}")
        chosen = self.create_step("res.partner.category", name, crm_workflow_link="partner_ids")
        none = self.create_step(
            "res.partner", self.line("name", "set", "Free"), crm_workflow_link="none"
        )
        guessed = self.create_step("res.partner", self.line("name", "set", "Child"))
        self.passed(contact, chosen, none, guessed)
        self.assertEqual(contact.category_id.name, "Tag of Contact 0")
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Free")]).parent_id)
        self.assertEqual(
            self.env["res.partner"].search([("name", "=", "Child")]).parent_id, contact
        )

    def test_later_steps_use_the_new_record(self):
        contacts = self.contacts(2)
        create = self.create_step("crm.lead", self.line("name", "text", "Deal {{ object.name }}"))
        workflow = self.workflow(create, publish=False)
        version = workflow.draft_version_id
        key = version.action_ids.key
        self.fill(
            workflow,
            {
                "sequence": 5,
                **self.records_step(
                    "edit", self.line("ref", "text", "{{ steps['" + key + "'].record.name }}")
                ),
            },
        )
        version.action_ids.filtered(lambda step: step.key != key).sequence = 20
        self.assertFalse(version.problems)
        workflow.action_publish()
        workflow.enroll(contacts)
        self.tick_run()
        self.assertEqual(contacts.mapped("ref"), ["Deal Contact 0", "Deal Contact 1"])

    def test_many_records_take_no_more_queries_than_one(self):
        def run(count):
            name = self.line("name", "text", f"{count} {{{{ object.id }}}}")
            step = self.create_step("res.partner.category", name, crm_workflow_link="none")
            return self.queries(self.contacts(count), step)

        run(FEW)
        self.assertLessEqual(run(MANY), run(FEW) + CHANCE)

    def test_one_that_cannot_be_created_stops_nobody_else(self):
        contacts = self.contacts(3)
        contacts[1].ref = "x"
        step = self.create_step(
            "crm.lead",
            self.line("name", "text", "Deal"),
            self.line("probability", "formula", "200 if object.ref == 'x' else 20"),
        )
        with mute_logger("odoo.sql_db"):
            workflow = self.passed(contacts, step)
        self.assertEqual(self.states(workflow), ["completed", "parked", "completed"])
        self.assertEqual(len(self.env["crm.lead"].search([("partner_id", "in", contacts.ids)])), 2)

    # Presets

    def test_a_note_an_activity_a_meeting_and_a_deal_need_no_more_than_a_choice(self):
        contact = self.contacts(1, user_id=self.admin.id)
        actions = [self.preset(code) for code in ("note", "activity", "meeting", "deal")]
        self.assertEqual(
            [action.name for action in actions],
            [
                "Create Note",
                "Create Activity",
                "Create Meeting “Meeting with {{ object.display_name }}”",
                "Create Deal “{{ object.display_name }}”",
            ],
        )
        for action in actions:
            empty = action.crm_workflow_assignment_ids.filtered(
                lambda line: line.how == "text" and not line.expression
            )
            empty.expression = "For {{ object.name }}"
            self.assertFalse(action.warning)
        messages = contact.message_ids
        steps = ({"kind": "server", "server_action_id": action.id} for action in actions)
        tomorrow = self.today(self.passed(contact, *steps)) + timedelta(1)
        note = contact.message_ids - messages
        note = note.filtered(lambda message: "For Contact 0" in str(message.body))
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
        activity = contact.activity_ids.filtered(lambda one: one.summary == "For Contact 0")
        self.assertEqual((activity.date_deadline, activity.user_id), (tomorrow, self.admin))
        meeting = self.env["calendar.event"].search([("name", "=", "Meeting with Contact 0")])
        self.assertEqual((meeting.res_model, meeting.res_id), ("res.partner", contact.id))
        self.assertIn(contact, meeting.partner_ids)
        self.assertEqual(meeting.stop - meeting.start, timedelta(hours=1))
        deal = self.env["crm.lead"].search([("partner_id", "=", contact.id)])
        self.assertEqual((deal.type, deal.user_id), ("opportunity", self.admin))

    def test_tasks_and_tickets_are_offered_where_their_app_is_installed(self):
        offered = dict(self.env["ir.actions.server"]._selection_crm_workflow_preset())
        self.assertEqual("task" in offered, "project.task" in self.env)
        self.assertEqual("ticket" in offered, "helpdesk.ticket" in self.env)

    def test_tasks_and_tickets_are_made_where_their_apps_are(self):
        for code, model_name in (("task", "project.task"), ("ticket", "helpdesk.ticket")):
            if model_name not in self.env:
                continue
            with self.subTest(code):
                action = self.preset(code)
                empty = action.crm_workflow_assignment_ids.filtered(
                    lambda line: line.how == "text" and not line.expression
                )
                empty.expression = "For {{ object.name }}"
                action.usage = "crm_workflow"
                contacts = self.contacts(2)
                step = {"kind": "server", "server_action_id": action.id}
                workflow = self.passed(contacts, step)
                self.assertEqual(self.reasons(workflow), [])
                found = self.env[model_name].search([("partner_id", "in", contacts.ids)])
                self.assertEqual(found.partner_id, contacts)

    def test_another_preset_replaces_the_lines_of_the_first(self):
        action = self.preset("deal")
        with Form(action) as form:
            form.crm_workflow_preset = "note"
        names = action.crm_workflow_assignment_ids.mapped("field_name")
        self.assertEqual(names, ["body", "message_type", "subtype_id"])
        self.assertEqual(action._preset_of_model(), "note")
        with Form(action) as form:
            form.crm_workflow_preset = "other"
            form.crm_workflow_model_id = self.env["ir.model"]._get("res.partner.category")
        self.assertFalse(action.crm_workflow_assignment_ids)
        self.assertEqual(action._preset_of_model(), "other")

    # Publishing, rights, documents

    def test_what_cannot_work_is_refused_at_publish(self):
        self.assertIn("Say what is to be created", self.problems(self.records_step("create")))
        self.assertIn("needs a value for", self.problems(self.create_step("crm.stage")))
        step = self.create_step(
            "crm.stage", self.line("name", "set", "New"), crm_workflow_link="partner_id"
        )
        self.assertIn("that leads to the record", self.problems(step))
        step = self.create_step("crm.stage", self.line("name", "set", "New"))
        self.assertEqual(self.problems(step), "")

    def test_a_run_as_user_without_rights_is_told_at_publish_and_parked(self):
        user = self.user("runner", "base.group_user", "base.group_partner_manager")
        step = self.create_step("crm.stage", self.line("name", "set", "New"))
        self.assertIn("may not create", self.problems(step, run_as_id=user.id))
        workflow = self.workflow(self.create_step("crm.tag", self.line("name", "set", "New")))
        workflow.run_as_id = user
        workflow.enroll(self.contacts(2))
        self.tick_run()
        self.assertEqual(self.states(workflow), ["parked", "parked"])

    def test_it_travels_in_the_document(self):
        step = self.create_step(
            "crm.lead", self.line("name", "text", "Deal"), crm_workflow_link="none"
        )
        text = self.assertRoundTrip(self.workflow(step))
        self.assertIn("crm.model_crm_lead", text)

    def test_it_serves_odoos_own_ways_of_running_actions(self):
        contacts = self.contacts(2)
        action = self.preset("deal")
        action.usage = "ir_actions_server"
        action.with_context(active_model="res.partner", active_ids=contacts.ids).run()
        self.assertEqual(
            self.env["crm.lead"]
            .search([("partner_id", "in", contacts.ids)], order="id")
            .partner_id,
            contacts,
        )

    def test_what_a_step_makes_others_do_is_no_output_of_the_step(self):
        action = self.preset("deal")
        action.usage = "ir_actions_server"
        contact = self.contacts(1)
        code = (
            f"env['ir.actions.server'].browse({action.id}).with_context("
            "active_model='res.partner', active_ids=records.ids).run()"
        )
        workflow = self.passed(contact, self.code_step(code))
        self.assertEqual(self.states(workflow), ["completed"])
        self.assertTrue(self.env["crm.lead"].search([("partner_id", "=", contact.id)]))
        self.assertFalse(self.enrollments(workflow).outputs)

    # Copying

    def test_a_copy_differs_where_the_lines_say_so(self):
        deals = self.env["crm.lead"].create(
            [{"name": f"Deal {n}", "type": "opportunity", "expected_revenue": n} for n in range(3)]
        )
        step = self.records_step(
            "copy",
            self.line("name", "text", "{{ object.name }} again"),
            self.line("expected_revenue", "increase", "10"),
            model="crm.lead",
        )
        workflow = self.passed(deals, step, object_type=self.deal_type)
        copies = self.env["crm.lead"].search([("name", "=like", "Deal % again")], order="id")
        self.assertEqual(copies.mapped("name"), [f"Deal {n} again" for n in range(3)])
        self.assertEqual(copies.mapped("expected_revenue"), [10, 11, 12])
        self.assertEqual(deals.mapped("name"), ["Deal 0", "Deal 1", "Deal 2"])
        outputs = self.enrollments(workflow)[0].outputs
        self.assertEqual(
            list(outputs.values()), [{"record": {"$records": ["crm.lead", copies[:1].ids]}}]
        )

    def test_copies_of_many_take_no_more_queries_than_one(self):
        bank_type = self.env["crm.workflow.object"].create(
            {"name": "Bank", "model_name": "res.bank"}
        )

        def run(count):
            banks = self.env["res.bank"].create([{"name": "Own"}] * count)
            line = self.line("street", "set", f"Copied {count}")
            step = self.records_step("copy", line, model="res.bank")
            taken = self.queries(banks, step, object_type=bank_type)
            found = self.env["res.bank"].search_count([("street", "=", f"Copied {count}")])
            self.assertGreaterEqual(found, count)
            return taken

        run(FEW)
        self.assertLessEqual(run(MANY), run(FEW) + CHANCE)

    def test_a_copy_keeps_its_tags_and_gets_more(self):
        old, new = self.env["res.partner.category"].create([{"name": "Old"}, {"name": "New"}])
        contact = self.contacts(1, category_id=[Command.set(old.ids)])
        self.passed(
            contact,
            self.records_step(
                "copy", self.line("category_id", "add", new.ids), self.line("ref", "set", "copy")
            ),
        )
        copy = self.env["res.partner"].search([("ref", "=", "copy")])
        self.assertEqual(copy.category_id, old + new)
        self.assertEqual(contact.category_id, old)

    def test_a_copy_says_what_it_does_and_travels(self):
        step = self.records_step("copy", self.line("ref", "clear"))
        action = self.named(step)
        self.assertEqual(action.name, "Copy the contact, clear Reference")
        self.assertRoundTrip(self.workflow(step))
        wrong = self.records_step("copy", self.line("nothing", "clear"))
        self.assertIn("has no field", self.problems(wrong))

    def test_a_button_that_copies_acts_for_each(self):
        contact = self.contacts(1)
        action = self.records_action("copy", usage="ir_actions_server")
        action.with_context(active_model="res.partner", active_id=contact.id).run()
        self.assertEqual(len(self.env["res.partner"].search([("name", "=like", "Contact 0%")])), 2)
        broken = self.records_action("create", usage="ir_actions_server")
        with self.assertRaises(UserError):
            broken.with_context(active_model="res.partner", active_id=contact.id).run()

    def test_later_steps_choose_among_the_fields_of_the_new_record(self):
        step = self.create_step("crm.lead", self.line("name", "text", "New"))
        workflow = self.workflow(
            {**step, "key": "make"},
            {
                "kind": "compute",
                "compute_formula": "steps.make.record.stage_id.name",
                "key": "good",
            },
            {"kind": "compute", "compute_formula": "steps.make.record.nothing", "key": "bad"},
            publish=False,
        )
        version = workflow.draft_version_id
        good, bad = version.action_ids[1:]
        self.assertEqual([problem["action_id"] for problem in workflow.problems], bad.ids)
        known = self.env["crm.workflow.action"].value_choices(version.id, good.id)
        choices = [choice for group in known["groups"] for choice in group["choices"]]
        [record] = [choice for choice in choices if choice["text"] == "steps.make.record"]
        self.assertEqual(record["model"], "crm.lead")
