import base64

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestEnrollWizard(WorkflowCase):
    """A selection of any list enters a workflow, and people know beforehand who will."""

    def selection(self, records=None, domain=None, user=None):
        """The dialog that opens for a selection, as the web client asks for it."""
        model = (records if records is not None else self.env["res.partner"])._name
        ids = records.ids if records is not None else []
        context = {"active_model": model, "active_ids": ids, "active_id": ids and ids[0]}
        if domain is not None:
            context["active_domain"] = domain
        env = self.env(user=user or self.env.user)
        action = env["crm.workflow.enroll"].with_context(**context).open_for_selection()
        return env["crm.workflow.enroll"].browse(action["res_id"])

    def test_the_only_workflow_for_the_records_is_chosen(self):
        flow = self.workflow(self.delay(1, "days"))
        self.assertEqual(self.selection(self.contacts(1)).workflow_id, flow)

    def test_with_several_workflows_people_choose(self):
        self.workflow(self.delay(1, "days"))
        flow = self.workflow(self.delay(1, "days"), name="Other")
        wizard = self.selection(self.contacts(2))
        self.assertFalse(wizard.workflow_id)
        with Form(wizard) as form:
            form.workflow_id = flow
            self.assertEqual((form.selected_count, form.can_enter_count), (2, 2))

    def test_without_a_workflow_for_the_records_the_dialog_says_so(self):
        self.workflow(self.delay(1, "days"), publish=False)
        wizard = self.selection(self.contacts(1))
        self.assertFalse(wizard.has_workflow)
        self.assertEqual(wizard.no_workflow_text, "No workflow takes in “Contact” records now")
        self.assertFalse(wizard.workflow_id)
        with self.assertRaises(UserError):
            wizard.action_enroll()

    def test_who_cannot_enter_is_counted_and_named_by_reason(self):
        self.workflow(self.delay(1, "days")).enroll(inside := self.contacts(2))
        company = self.contacts(1, is_company=True)
        wizard = self.selection(inside | company | self.contacts(3))
        self.assertEqual(
            (wizard.selected_count, wizard.can_enter_count, wizard.refused_count), (6, 3, 3)
        )
        self.assertIn("<b>2</b> already inside", wizard.refused_text)
        self.assertIn("<b>1</b> not of the type “Contact”", wizard.refused_text)
        self.assertEqual(wizard.button_label, "Enrol 3 Records")

    def test_names_of_records_are_escaped(self):
        self.workflow(self.delay(1, "days"))
        company = self.contacts(1, is_company=True)
        company.name = "<img src=x>"
        self.assertIn("&lt;img", self.selection(company).refused_text)

    def test_enrolling_tells_how_many_entered_and_shows_them(self):
        flow = self.workflow(self.delay(1, "days"))
        contacts = self.contacts(3)
        action = self.selection(contacts).action_enroll()
        self.assertEqual(action["params"]["message"], "3 records entered “Test”.")
        shown = self.env["crm.workflow.enrollment"].search(
            action["params"]["enrollments"]["domain"]
        )
        self.assertEqual(shown, self.enrollments(flow, contacts))

    def test_a_domain_that_comes_with_a_small_selection_does_not_widen_it(self):
        self.workflow(self.delay(1, "days"))
        self.contacts(5, ref="same")
        wizard = self.selection(self.contacts(1, ref="same"), domain=[("ref", "=", "same")])
        self.assertEqual(wizard.selected_count, 1)

    def test_selecting_more_than_the_client_sends_enrols_all_that_match(self):
        self.env["ir.config_parameter"].set_param("web.active_ids_limit", 3)
        flow = self.workflow(self.delay(1, "days"))
        contacts = self.contacts(8, ref="same")
        wizard = self.selection(contacts[:3], domain=[("ref", "=", "same")])
        self.assertEqual(wizard.selected_count, 8)
        wizard.action_enroll()
        self.assertInside(flow, contacts)

    def test_a_record_deleted_meanwhile_is_no_longer_selected(self):
        self.workflow(self.delay(1, "days"))
        contacts = self.contacts(2)
        wizard = self.selection(contacts)
        contacts[0].unlink()
        wizard.invalidate_recordset()
        self.assertEqual(wizard.selected_count, 1)

    def test_archived_records_can_be_selected(self):
        self.workflow(self.delay(1, "days"))
        self.assertEqual(self.selection(self.contacts(2, active=False)).can_enter_count, 2)

    def test_questions_to_the_database_do_not_grow_with_the_selection(self):
        self.workflow(self.delay(1, "days"))
        few, many = self.contacts(5), self.contacts(500)
        self.selection(self.contacts(1)).action_enroll()

        def questions(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard = self.selection(records)
            self.assertEqual(wizard.can_enter_count, len(records))
            wizard.action_enroll()
            return self.env.cr.sql_log_count - before

        self.assertLessEqual(questions(many), questions(few) + 2)

    def test_workflow_users_enrol_and_others_may_not(self):
        flow = self.workflow(self.delay(1, "days"))
        contacts = self.contacts(1)
        user = self.user("enroller", "crm_workflow.group_user", "sales_team.group_sale_salesman")
        self.selection(contacts, user=user).action_enroll()
        self.assertEqual(self.enrollments(flow).user_id, user)
        action = self.env.ref("crm_workflow.action_enroll_records")
        self.assertEqual(action.group_ids, self.env.ref("crm_workflow.group_user"))


@tagged("post_install", "-at_install")
class TestBindings(WorkflowCase):
    """The actions are offered where they make sense, to those who may use them."""

    def offered(self, model="res.partner", user=None):
        env = self.env(user=user or self.admin)
        names = {
            action["name"]
            for action in env["ir.actions.actions"].get_bindings(model).get("action", ())
        }
        return names & {"Enrol in workflow", "Workflow enrollments"}

    def test_the_actions_appear_when_a_workflow_is_switched_on(self):
        deals = "crm.lead"
        self.env["crm.workflow"].search([("model_name", "=", deals)]).unlink()
        self.assertFalse(self.offered(deals))
        flow = self.workflow(self.delay(1, "days"), object_type=self.deal_type)
        self.assertEqual(self.offered(deals), {"Enrol in workflow", "Workflow enrollments"})
        flow.action_turn_off()
        self.assertEqual(self.offered(deals), {"Workflow enrollments"})

    def test_only_workflow_users_see_them(self):
        self.workflow(self.delay(1, "days"))
        self.assertFalse(self.offered(user=self.user("seller", "sales_team.group_sale_salesman")))
        self.assertTrue(self.offered(user=self.user("planner", "crm_workflow.group_user")))

    def test_models_without_a_workflow_stay_as_they_are(self):
        self.assertFalse(self.offered("res.country"))


@tagged("post_install", "-at_install")
class TestPublishWizard(WorkflowCase):
    """Publishing says beforehand what it does."""

    def publishing(self, flow):
        return Form(self.env["crm.workflow.publish"].with_context(default_workflow_id=flow.id))

    def test_problems_are_listed_with_their_step_and_block_publishing(self):
        flow = self.workflow(self.delay(0, "days", name="Wait for spring"), publish=False)
        wizard = self.publishing(flow).save()
        self.assertEqual(wizard.problem_count, 1)
        self.assertTrue(wizard.problems[0]["text"].startswith("Wait for spring: "))
        with self.assertRaises(UserError):
            wizard.action_publish()
        self.assertEqual(flow.state, "draft")

    def test_records_that_match_enter_when_asked_for(self):
        contacts = self.contacts(3, ref="now")
        for enroll_existing, expected in ((False, 0), (True, 3)):
            flow = self.workflow(
                self.delay(1, "days"), triggers=["[('ref', '=', 'now')]"], publish=False
            )
            form = self.publishing(flow)
            self.assertEqual(form.match_count, len(contacts))
            self.assertIn("3 records match a condition", form.match_text)
            form.enroll_existing = enroll_existing
            form.save().action_publish()
            self.assertEqual(flow.state, "on")
            self.assertEqual(len(self.enrollments(flow)), expected)

    def test_records_inside_go_the_way_chosen(self):
        states = {"move": "active", "finish": "active", "restart": "active", "leave": "exited"}
        for in_flight, state in states.items():
            flow = self.workflow(self.delay(1, "days"))
            enrollment = flow.enroll(self.contacts(1))
            old = enrollment.version_id
            flow.action_edit()
            form = self.publishing(flow)
            self.assertEqual(form.inside_count, 1)
            self.assertIn("1 record is on its way", form.inside_text)
            form.in_flight = in_flight
            self.assertTrue(form.in_flight_help)
            form.save().action_publish()
            enrollment.invalidate_recordset()
            self.assertEqual(enrollment.state, state, in_flight)
            stays = in_flight in ("finish", "leave")
            self.assertEqual(enrollment.version_id == old, stays, in_flight)

    def test_a_workflow_that_is_off_is_switched_on_again(self):
        flow = self.workflow(self.delay(1, "days"))
        flow.action_turn_off()
        form = self.publishing(flow)
        self.assertFalse(form.is_new_version)
        form.save().action_publish()
        self.assertEqual(flow.state, "on")


@tagged("post_install", "-at_install")
class TestTurnOffWizard(WorkflowCase):
    """Turning off asks what becomes of those inside."""

    def turning_off(self, flow, inside):
        form = Form(self.env["crm.workflow.turn.off"].with_context(default_workflow_id=flow.id))
        self.assertEqual(form.inside_count, 1)
        self.assertIn("1 record is inside now", form.inside_text)
        self.assertIn(f"Nobody enters “{flow.name}” any more.", form.meaning)
        form.inside = inside
        form.save().action_turn_off()

    def test_records_inside_finish_or_leave(self):
        for inside, state in (("finish", "active"), ("end", "exited")):
            flow = self.workflow(self.delay(1, "days"))
            enrollment = flow.enroll(self.contacts(1))
            self.turning_off(flow, inside)
            enrollment.invalidate_recordset()
            self.assertEqual((flow.state, enrollment.state), ("off", state))


@tagged("post_install", "-at_install")
class TestImportWizard(WorkflowCase):
    """A document goes out of one workflow and comes in as another."""

    def importing(self, document):
        return self.env["crm.workflow.import"].create({"document": base64.b64encode(document)})

    def test_an_exported_document_becomes_a_draft(self):
        flow = self.workflow(self.delay(3, "days", name="Be patient"))
        action = self.importing(flow.export_xml().encode()).action_import()
        draft = self.env["crm.workflow"].browse(action["res_id"])
        self.assertEqual((draft.state, draft.name), ("draft", "Test"))
        self.assertEqual(draft.draft_version_id.action_ids.name, "Be patient")

    def test_what_is_no_workflow_is_refused_with_a_reason(self):
        with self.assertRaises(ValidationError):
            self.importing(b"<html/>").action_import()

    def test_the_download_is_offered_as_a_file(self):
        flow = self.workflow(self.delay(1, "days"))
        self.assertEqual(flow.action_export_xml()["url"], f"/crm_workflow/{flow.id}/export")


@tagged("post_install", "-at_install")
class TestExport(HttpCase):
    """The download carries the document, for those who may read the workflow."""

    def setUp(self):
        super().setUp()
        self.flow = self.env["crm.workflow"].create(
            {
                "name": "Grüße",
                "object_id": self.env.ref("crm_workflow.object_contact").id,
            }
        )
        self.url = f"/crm_workflow/{self.flow.id}/export"

    def test_the_file_is_the_document_under_the_name_of_the_workflow(self):
        self.authenticate("admin", "admin")
        response = self.url_open(self.url)
        self.assertEqual(response.text, self.flow.export_xml())
        self.assertIn("Gr%C3%BC%C3%9Fe.xml", response.headers["Content-Disposition"])

    def test_who_may_not_read_the_workflow_gets_nothing(self):
        new_test_user(self.env, "outsider", groups="base.group_user")
        self.authenticate("outsider", "outsider")
        self.assertEqual(self.url_open(self.url).status_code, 403)

    def test_a_workflow_that_is_gone_is_not_found(self):
        self.flow.unlink()
        self.authenticate("admin", "admin")
        self.assertEqual(self.url_open(self.url).status_code, 404)


@tagged("post_install", "-at_install")
class TestTelling(WorkflowCase):
    """Enrollments tell where they stand, and how they came there."""

    def test_the_timeline_ends_with_the_step_it_waits_on(self):
        flow = self.workflow(self.write_step(name="Greet"), self.delay(2, "days"))
        enrollment = flow.enroll(self.contacts(1))
        self.tick()
        self.assertEqual(
            [(entry["outcome"], entry["title"]) for entry in enrollment.timeline],
            [
                ("entered", f"Enrolled by {self.env.user.name}"),
                ("done", "Greet"),
                ("waiting", "Wait 2 days"),
            ],
        )
        self.assertTrue(enrollment.standing.startswith("Stands at “Wait 2 days” until "))

    def test_the_path_chosen_is_told(self):
        flow = self.workflow(self.branch(("Oslo", "[('city', '=', 'Oslo')]", []), name="Where?"))
        enrollment = flow.enroll(self.contacts(1, city="Oslo"))
        self.tick()
        self.assertEqual(
            [(entry["title"], entry["path"]) for entry in enrollment.timeline[1:]],
            [("Where?", "Oslo"), ("Completed", "")],
        )

    def test_a_failure_is_told_with_its_cause(self):
        flow = self.workflow(self.code_step("raise UserError('No stamps left')", name="Send"))
        enrollment = flow.enroll(self.contacts(1))
        self.tick()
        self.assertEqual(enrollment.state, "parked")
        self.assertEqual(enrollment.timeline[-1]["outcome"], "parked")
        self.assertIn("No stamps left", enrollment.timeline[-1]["message"])
        self.assertIn("“Send”", enrollment.standing)

    def test_reasons_are_told_in_words(self):
        enrollment = self.workflow(self.delay(1, "days")).enroll(self.contacts(1))
        enrollment.action_leave()
        enrollment.invalidate_recordset()
        self.assertEqual(enrollment.reason_text, "Taken out by hand")
        self.assertEqual(enrollment.timeline[-1]["message"], "Taken out by hand")

    def test_a_paused_workflow_says_that_nothing_moves(self):
        flow = self.workflow(self.delay(1, "days"))
        enrollment = flow.enroll(self.contacts(1))
        flow.action_pause()
        self.assertIn("paused", enrollment.standing)

    def test_enrollments_are_found_by_the_name_of_their_record(self):
        flow = self.workflow(self.delay(1, "days"))
        sought, other = self.contacts(1), self.contacts(1)
        sought.name = "Zaphod"
        flow.enroll(sought | other)
        found = self.env["crm.workflow.enrollment"].search([("record_name", "ilike", "zaphod")])
        self.assertEqual(found.mapped("res_id"), sought.ids)

    def test_a_record_counts_the_workflows_it_is_inside(self):
        contact = self.contacts(1)
        count = self.env["crm.workflow.enrollment"].count_of_record
        self.assertEqual(count("res.partner", contact.id), 0)
        enrollment = self.workflow(self.delay(1, "days")).enroll(contact)
        self.workflow(self.delay(1, "days"), name="Other").enroll(contact)
        self.assertEqual(count("res.partner", contact.id), 2)
        enrollment.action_leave()
        self.assertEqual(count("res.partner", contact.id), 1)


@tagged("post_install", "-at_install")
class TestSettings(WorkflowCase):
    """How long workflows remember is for people to say."""

    def test_retention_has_sensible_values_from_the_start(self):
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.crm_workflow_log_days, 90)
        self.assertEqual(settings.crm_workflow_enrollment_days, 180)
        self.assertEqual(settings.crm_workflow_member_days, 730)

    def test_nothing_is_forgotten_at_once(self):
        with self.assertRaises(ValidationError):
            self.env["res.config.settings"].create({"crm_workflow_log_days": 0})
