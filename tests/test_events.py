from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import EventCase


@tagged("post_install", "-at_install")
class TestEvents(EventCase):
    """An event happens to a subject, and reaches records by a way."""

    def offered(self, object_type):
        """The events that the form of a trigger offers."""
        workflow = self.workflow(publish=False, object_type=object_type)
        trigger = self.env["crm.workflow.trigger"].new(
            {"kind": "event", "version_id": workflow.draft_version_id.id}
        )
        return {
            choice["value"]: group["label"]
            for group in trigger.event_choices
            for choice in group["choices"]
        }

    def trigger_of(self, workflow):
        return workflow.live_version_id.trigger_ids

    def test_one_event_reaches_contact_company_and_deal(self):
        contacts = self.waits_for("won")
        companies = self.waits_for("won", self.company_type, event_path="partner_id.parent_id")
        deals = self.waits_for("won", self.deal_type)
        deal = self.deal()
        deal.action_set_won_rainbowman()
        self.tick()
        self.assertInside(contacts, self.contact)
        self.assertInside(companies, self.company)
        self.assertInside(deals, deal)

    def test_the_likeliest_way_is_taken_unless_another_is_chosen(self):
        self.assertEqual(self.trigger_of(self.waits_for("won")).event_path, "partner_id")
        self.assertFalse(self.trigger_of(self.waits_for("won", self.deal_type)).event_path)
        by_attendees = self.trigger_of(self.waits_for("meeting_booked"))
        self.assertEqual(by_attendees.event_path, "partner_ids")

    def test_the_company_of_a_contact_is_one_of_the_ways(self):
        trigger = self.trigger_of(self.waits_for("won"))
        [ways] = trigger.event_path_choices
        self.assertIn(
            {
                "value": "partner_id.commercial_partner_id",
                "label": "Contact › Commercial Entity",
            },
            ways["choices"],
        )

    def test_the_event_is_refined_by_values_of_its_own(self):
        workflow = self.waits_for("won", event_domain="[('expected_revenue', '>', 1000)]")
        small = self.deal(partner_id=self.other.id, expected_revenue=10)
        large = self.deal(expected_revenue=5000)
        (small + large).action_set_won()
        self.tick()
        self.assertInside(workflow, self.contact)

    def test_the_condition_is_asked_of_the_record_that_enters(self):
        workflow = self.waits_for("won", domain="[('name', '=', 'Bob')]")
        (self.deal() + self.deal(partner_id=self.other.id)).action_set_won()
        self.tick()
        self.assertInside(workflow, self.other)

    def test_the_run_as_user_sees_only_what_happens_within_their_rights(self):
        seller = self.user("seller", "sales_team.group_sale_salesman", "base.group_partner_manager")
        workflow = self.workflow(
            self.delay(1, "days"),
            triggers=[{"kind": "event", "event": "won"}],
            run_as_id=seller.id,
        )
        mine, others = self.deal(user_id=seller.id), self.deal(partner_id=self.other.id)
        others.user_id = self.admin
        self.tick()
        (mine + others).action_set_won()
        self.tick()
        self.assertInside(workflow, self.contact)

    def test_the_enrollment_carries_the_event(self):
        workflow = self.waits_for("won")
        deal = self.deal()
        self.tick()
        deal.action_set_won()
        self.tick()
        enrollment = self.enrollments(workflow)
        self.assertEqual(
            enrollment.data,
            {
                "event": "won",
                "model": "crm.lead",
                "id": deal.id,
                "values": {"won_status": ["pending", "won"]},
                "record": {"$records": ["crm.lead", [deal.id]]},
            },
        )
        self.assertEqual(enrollment.event_text, "Deal is won (Won/Lost: Pending → Won)")
        self.assertEqual(enrollment.event_ref, deal)

    def test_what_happened_is_not_named_to_who_may_not_see_it(self):
        workflow = self.waits_for("won")
        deal = self.deal(user_id=self.admin.id)
        deal.action_set_won()
        self.tick()
        user = self.user("viewer", "crm_workflow.group_user", "sales_team.group_sale_salesman")
        enrollment = self.enrollments(workflow).with_user(user)
        self.assertFalse(enrollment.event_ref)
        self.assertEqual(enrollment.event_text, "Deal is won")

    def test_python_reads_the_event_of_each_record(self):
        step = self.code_step("record.write({'ref': '%s %s' % (event['model'], event['id'])})")
        workflow = self.waits_for("won", steps=[step])
        deals = [self.deal(), self.deal(partner_id=self.other.id)]
        for deal in deals:
            deal.action_set_won()
        self.tick()
        workflow.enroll(self.contacts(1))
        for deal in deals:
            self.assertEqual(deal.partner_id.ref, f"crm.lead {deal.id}")

    def test_python_reads_the_events_of_all_records(self):
        code = "records[:1].write({'ref': ', '.join(sorted(e['event'] for e in events.values()))})"
        self.waits_for("won", steps=[self.code_step(code)])
        deals = self.deal() + self.deal(partner_id=self.other.id)
        deals.action_set_won()
        self.tick()
        self.assertEqual((self.contact + self.other).mapped("ref").count("won, won"), 1)

    def test_a_record_enrolled_by_hand_has_no_event(self):
        step = self.code_step("record.write({'ref': str(event)})")
        workflow = self.workflow(step)
        workflow.enroll(self.contact)
        self.tick()
        self.assertEqual(self.contact.ref, "None")

    def test_a_formula_reads_the_event(self):
        action = self.server_action(
            state="object_write",
            update_path="ref",
            evaluation_type="equation",
            value="event['event']",
        )
        self.waits_for("won", steps=[{"kind": "server", "server_action_id": action.id}])
        self.deal().action_set_won()
        self.tick()
        self.assertEqual(self.contact.ref, "won")

    def test_a_loop_through_another_record_is_cut(self):
        code = "env['crm.lead'].create({'name': 'Next', 'partner_id': record.id})"
        workflow = self.waits_for(
            "created", event_model="crm.lead", reenroll=True, steps=[self.code_step(code)]
        )
        self.deal()
        for _round in range(4):
            self.tick()
        enrollments = self.enrollments(workflow)
        self.assertEqual(enrollments.mapped("state"), ["completed", "parked"])
        self.assertIn("loop", enrollments[-1].reason)

    def test_a_message_that_a_workflow_posts_does_not_start_it_for_ever(self):
        code = (
            "record.message_post(body='Hello', message_type='comment',"
            " subtype_xmlid='mail.mt_comment')"
        )
        workflow = self.waits_for(
            "message_sent",
            event_path="res_id",
            reenroll=True,
            steps=[self.code_step(code)],
        )
        self.contact.with_user(self.admin).message_post(
            body="Hi", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        for _round in range(4):
            self.tick()
        self.assertEqual(self.enrollments(workflow).mapped("state"), ["completed", "parked"])

    def test_the_apps_that_are_there_decide_what_is_offered(self):
        contact, deal = self.offered(self.contact_type), self.offered(self.deal_type)
        self.assertEqual(contact["won"], "Sales")
        self.assertEqual(contact["invoice_paid"], "Money")
        self.assertIn("ticket_closed", contact)
        self.assertIn("stage_entered", deal)
        self.assertNotIn("survey_completed", contact)
        self.assertNotIn("page_visited", contact)
        ticket = self.offered(self.type_of("ticket"))
        self.assertNotIn("won", ticket)
        self.assertIn("ticket_closed", ticket)

    def test_an_event_of_an_app_that_is_absent_is_a_problem_and_breaks_nothing(self):
        workflow = self.workflow(
            self.end(),
            triggers=[{"kind": "event", "event": "survey_completed"}],
            publish=False,
        )
        self.assertIn("needs an app", workflow.problems[0]["text"])
        with self.assertRaisesRegex(ValidationError, "needs an app"):
            workflow.action_publish()
        copy = self.env["crm.workflow"].import_xml(workflow.export_xml())
        self.assertEqual(copy.trigger_ids.event, "survey_completed")

    def test_a_way_that_leads_elsewhere_is_a_problem(self):
        workflow = self.workflow(
            self.end(),
            triggers=[{"kind": "event", "event": "won", "event_path": "stage_id"}],
            publish=False,
        )
        workflow.trigger_ids.event_path = "stage_id"
        self.assertIn("leads from", workflow.problems[0]["text"])

    def test_what_cannot_happen_to_the_kind_of_record_is_a_problem(self):
        workflow = self.workflow(
            self.end(), triggers=[{"kind": "event", "event": "stage_entered"}], publish=False
        )
        self.assertIn("does not happen to Contact", workflow.problems[0]["text"])

    def test_the_form_begins_with_a_kind_of_record_that_it_can_happen_to(self):
        workflow = self.workflow(publish=False)
        with Form(workflow) as form, form.trigger_ids.new() as trigger:
            trigger.kind = "event"
            trigger.event = "stage_entered"
            self.assertEqual(trigger.event_model, "crm.lead")
            self.assertEqual(trigger.event_path, "partner_id")
            trigger.event = "won"
            self.assertFalse(trigger.event_model)
            trigger.event = "created"
            self.assertFalse(trigger.event_model or trigger.event_path)

    def test_a_run_as_user_who_may_not_see_the_subject_is_a_problem(self):
        clerk = self.user("clerk", "base.group_user", "base.group_partner_manager")
        workflow = self.workflow(
            self.end(),
            triggers=[{"kind": "event", "event": "invoice_paid"}],
            publish=False,
            run_as_id=clerk.id,
        )
        self.assertIn("may not see", workflow.problems[0]["text"])

    def test_events_travel_in_the_document_with_values_by_reference(self):
        stage = self.env["crm.stage"].search([], limit=1)
        tag = self.env["crm.tag"].create({"name": "Strategic"})
        workflow = self.waits_for(
            "stage_entered",
            event_model="crm.lead",
            event_path="partner_id.commercial_partner_id",
            event_domain=f"[('tag_ids', 'in', [{tag.id}])]",
            value_to=f"[{stage.id}]",
        )
        text = workflow.export_xml()
        self.assertNotIn(f"[{stage.id}]", text)
        self.assertNotIn(f"[{tag.id}]", text)
        copy = self.env["crm.workflow"].import_xml(text).trigger_ids
        original = self.trigger_of(workflow)
        for name in ("event", "event_model", "event_path", "event_domain", "value_to"):
            self.assertEqual(copy[name].replace(" ", ""), original[name].replace(" ", ""), name)

    def test_events_are_told_in_words(self):
        trigger = self.trigger_of(
            self.waits_for("won", event_domain="[('expected_revenue', '>', 1000)]")
        )
        self.assertEqual(
            trigger.summary, "Deal is won where Expected Revenue is more than 1000 → Contact"
        )
        stage = self.env["crm.stage"].search([], limit=1)
        reached = self.waits_for("stage_entered", self.deal_type, value_to=f"[{stage.id}]")
        self.assertEqual(self.trigger_of(reached).summary, f"Stage is reached: {stage.name}")
        deleted = self.trigger_of(self.waits_for("deleted", event_model="crm.lead"))
        self.assertEqual(deleted.summary, "Lead: Record is deleted → Contact")
