from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..services import addresses
from .exit_case import ExitCase

BOSS = "[('function', '=', 'Chief')]"
OSLO = "[('city', '=', 'Oslo')]"
WAIT = {"kind": "delay", "delay_amount": 1, "delay_unit": "days"}


@tagged("post_install", "-at_install")
class TestExits(ExitCase):
    """Who is to leave does so at once, whatever step it waits in, and learns why."""

    # It matches a condition

    def test_a_record_that_matches_leaves_while_it_waits(self):
        workflow = self.workflow(WAIT, self.end(), exits=[OSLO])
        gone, stays = contacts = self.contacts(2)
        workflow.enroll(contacts)
        self.tick()
        gone.city = "Oslo"
        self.tick_enroll()
        self.assertInside(workflow, stays)
        self.assertEqual(self.left(workflow), {gone: "criteria"})
        self.assertEqual(self.ledger(self.enrollments(workflow, gone))[-1][1], "exited")

    def test_a_record_is_out_before_the_next_action_even_if_no_fact_is_evaluated(self):
        workflow = self.workflow(WAIT, self.write_step("ref", "too late"), exits=[OSLO])
        contact = self.contacts(1)
        workflow.enroll(contact)
        self.tick()
        contact.with_context(crm_workflow_silent=True).city = "Oslo"
        self.travel(days=2)
        self.tick_run()
        self.assertEqual(self.left(workflow), {contact: "criteria"})
        self.assertFalse(contact.ref)

    def test_a_step_that_brings_a_record_to_a_way_out_is_its_last(self):
        workflow = self.workflow(
            self.write_step("city", "Oslo"), self.write_step("ref", "too late"), exits=[OSLO]
        )
        contact = self.contacts(1)
        workflow.enroll(contact)
        self.tick_run()
        self.assertEqual((contact.city, contact.ref), ("Oslo", False))
        self.assertEqual(self.left(workflow), {contact: "criteria"})

    def test_a_change_of_an_associated_record_counts(self):
        workflow = self.workflow(WAIT, exits=["[('parent_id.city', '=', 'Oslo')]"])
        company = self.contacts(1, is_company=True)
        contact = self.contacts(1, parent_id=company.id)
        workflow.enroll(contact)
        self.tick()
        company.city = "Oslo"
        self.tick_enroll()
        self.assertEqual(self.left(workflow), {contact: "criteria"})

    def test_a_condition_relative_to_now_is_met_by_the_passing_of_time(self):
        workflow = self.workflow(WAIT, exits=["[('create_date', '<', 'now -2H')]"])
        contact = self.contacts(1)
        workflow.enroll(contact)
        self.tick()
        self.travel(hours=1)
        self.tick_enroll()
        self.assertInside(workflow, contact)
        self.travel(hours=2)
        self.tick_enroll()
        self.assertEqual(self.left(workflow), {contact: "criteria"})

    def test_a_parked_record_leaves_as_well(self):
        workflow = self.workflow(self.code_step("raise UserError('no')"), exits=[OSLO])
        contact = self.contacts(1)
        workflow.enroll(contact)
        self.tick()
        self.assertEqual(self.enrollments(workflow).state, "parked")
        contact.city = "Oslo"
        self.tick_enroll()
        self.assertEqual(self.left(workflow), {contact: "criteria"})

    def test_archived_records_count(self):
        workflow = self.workflow(
            WAIT, exits=["[('won_status', '=', 'lost')]"], object_type=self.deal_type
        )
        deal = self.env["crm.lead"].create({"name": "Deal", "type": "opportunity"})
        workflow.enroll(deal)
        self.tick()
        deal.action_set_lost()
        self.tick_enroll()
        self.assertEqual(self.left(workflow), {deal: "criteria"})

    def test_the_reason_is_told_in_words(self):
        workflow = self.workflow(WAIT, exits=[OSLO])
        workflow.enroll(self.contacts(1, city="Oslo"))
        self.tick()
        self.assertEqual(self.enrollments(workflow).reason_text, "It matched a condition to leave")

    def test_the_first_way_out_gives_the_reason(self):
        goal = {"kind": "goal", "domain": BOSS}
        workflow = self.workflow(WAIT, exits=[goal, OSLO])
        contact = self.contacts(1)
        workflow.enroll(contact)
        self.tick()
        contact.write({"city": "Oslo", "function": "Chief"})
        self.tick_enroll()
        self.assertEqual(self.left(workflow), {contact: "goal"})

    # It no longer matches

    def test_a_record_that_stops_to_match_leaves(self):
        workflow = self.workflow(WAIT, triggers=[BOSS, OSLO], exits=[{"kind": "unmatched"}])
        contact = self.contacts(1, function="Chief", city="Oslo")
        self.tick()
        contact.function = "Clerk"
        self.tick()
        self.assertInside(workflow, contact)
        contact.city = "Bergen"
        self.tick_enroll()
        self.assertEqual(self.left(workflow), {contact: "unmatched"})

    def test_who_entered_because_something_happened_never_had_to_match(self):
        event = {"kind": "event", "event": "created", "domain": OSLO}
        workflow = self.workflow(WAIT, triggers=[BOSS, event], exits=[{"kind": "unmatched"}])
        contact = self.contacts(1, city="Oslo")
        self.tick()
        contact.city = "Bergen"
        self.tick()
        self.assertInside(workflow, contact)

    # It is suppressed

    def test_a_suppressed_record_leaves_and_does_not_enter(self):
        workflow = self.workflow(WAIT, triggers=[BOSS], exits=[self.suppressed(domain=OSLO)])
        inside, outside = self.contacts(2)
        workflow.enroll(inside)
        self.tick()
        inside.city = "Oslo"
        outside.write({"city": "Oslo", "function": "Chief"})
        self.tick()
        self.assertEqual(self.left(workflow), {inside: "suppressed_criteria"})
        self.assertEqual(len(self.enrollments(workflow)), 1)
        self.assertKeptOut(workflow, outside, "suppressed_criteria")

    def test_a_record_enters_with_the_next_trigger_when_it_is_suppressed_no_longer(self):
        workflow = self.workflow(WAIT, triggers=[BOSS], exits=[self.suppressed(domain=OSLO)])
        contact = self.contacts(1, city="Oslo", function="Chief")
        self.tick()
        contact.city = "Bergen"
        self.tick()
        self.assertFalse(self.enrollments(workflow))
        contact.function = "Clerk"
        self.tick()
        contact.function = "Chief"
        self.tick()
        self.assertInside(workflow, contact)

    def test_a_tag_suppresses(self):
        tag = self.env["res.partner.category"].create({"name": "Do not disturb"})
        by_tag = self.suppressed(
            suppressed_by="tag", tag_path="category_id", tag_values=f"[{tag.id}]"
        )
        workflow = self.workflow(WAIT, exits=[by_tag])
        inside, outside = self.contacts(2)
        workflow.enroll(inside)
        self.tick()
        (inside | outside).category_id = tag
        self.tick_enroll()
        self.assertEqual(self.left(workflow), {inside: "suppressed_tag"})
        self.assertKeptOut(workflow, outside, "suppressed_tag")
        self.assertIn("Do not disturb", workflow.live_version_id.exit_ids.summary)

    def test_a_blacklisted_address_suppresses(self):
        workflow = self.workflow(WAIT, exits=[self.suppressed(suppressed_by="blacklist")])
        inside, outside, other = self.contacts(3)
        for number, contact in enumerate(inside | outside | other):
            contact.email = f"Somebody <Contact{number}@Example.com>"
        workflow.enroll(inside | other)
        self.tick()
        for contact in inside | outside:
            self.env["mail.blacklist"]._add(contact.email_normalized)
        self.tick_enroll()
        self.assertEqual(self.left(workflow), {inside: "suppressed_blacklist"})
        self.assertKeptOut(workflow, outside, "suppressed_blacklist")
        other.email = inside.email
        self.tick_enroll()
        self.assertInside(workflow, self.env["res.partner"])

    def test_a_record_is_found_by_the_address_of_its_contact_too(self):
        workflow = self.workflow(
            WAIT,
            exits=[self.suppressed(suppressed_by="blacklist")],
            object_type=self.env["crm.workflow.object"].create(
                {"name": "Login", "model_name": "res.users"}
            ),
        )
        user = self.user("blocked", "base.group_user", email="blocked@example.com")
        workflow.enroll(user)
        self.tick()
        self.env["mail.blacklist"]._add("blocked@example.com")
        self.tick_enroll()
        self.assertEqual(self.left(workflow), {user: "suppressed_blacklist"})

    def test_mailing_lists_are_offered_where_they_are_installed(self):
        offered = self.env["crm.workflow.exit"]._fields["suppressed_by"].get_values(self.env)
        self.assertEqual("mailing_list" in offered, "mailing.list" in self.env)

    def test_a_workflow_whose_mailing_app_is_gone_pauses_and_says_so(self):
        workflow = self.workflow(WAIT, exits=[self.suppressed(domain=OSLO)])
        self.env.cr.execute(
            "UPDATE crm_workflow_exit SET suppressed_by = 'mailing_list', mailing_lists = '[1]'"
            " WHERE id = %s",
            (workflow.live_version_id.exit_ids.id,),
        )
        self.env.invalidate_all()
        with patch.object(addresses, "MAILING", "mailing.absent"):
            workflow._clear_watches()
            self.tick()
        self.assertEqual(workflow.state, "paused")
        self.assertIn("mailing.absent is not installed any more", workflow.pause_reason)

    # It reaches the goal

    def test_who_reaches_the_goal_leaves_and_who_has_does_not_enter(self):
        workflow = self.workflow(WAIT, triggers=[OSLO], exits=[{"kind": "goal", "domain": BOSS}])
        inside, there = self.contacts(2)
        inside.city = "Oslo"
        there.write({"function": "Chief", "city": "Oslo"})
        self.tick()
        self.assertInside(workflow, inside)
        inside.function = "Chief"
        self.tick_enroll()
        self.assertEqual(self.left(workflow), {inside: "goal"})
        self.assertKeptOut(workflow, there, "goal")

    def by_event(self, **vals):
        return {"kind": "goal", "goal_by": "event", "event": "changed", **vals}

    def test_a_change_of_a_field_can_be_the_goal(self):
        goal = self.by_event(field_name="function", value_to='["Chief"]')
        workflow = self.workflow(WAIT, exits=[goal])
        contact = self.contacts(1, function="Chief")
        self.tick()
        workflow.enroll(contact)
        self.tick()
        contact.function = "Clerk"
        self.tick()
        self.assertInside(workflow, contact)
        contact.function = "Chief"
        self.tick_enroll()
        self.assertEqual(self.left(workflow), {contact: "goal"})

    def test_a_goal_that_has_just_happened_is_seen_before_the_next_step(self):
        goal = self.by_event(field_name="function", value_to='["Chief"]')
        workflow = self.workflow(WAIT, self.write_step("ref", "too late"), exits=[goal])
        contact = self.contacts(1)
        workflow.enroll(contact)
        self.tick()
        contact.function = "Chief"
        self.travel(days=2)
        self.tick_run()
        self.assertEqual(self.left(workflow), {contact: "goal"})
        self.assertFalse(contact.ref)

    def test_what_happened_before_a_record_entered_is_no_goal(self):
        goal = self.by_event(field_name="function", value_to='["Chief"]')
        workflow = self.workflow(WAIT, triggers=[OSLO], exits=[goal])
        contact = self.contacts(1)
        self.tick()
        contact.function = "Chief"
        self.env.cr.flush()
        fact = self.env["crm.workflow.event"].search([("res_id", "=", contact.id)])
        self.env.cr.execute(
            "UPDATE crm_workflow_event SET at = %s WHERE id = ANY(%s)",
            (self.env.cr.now() - timedelta(minutes=1), fact.ids),
        )
        workflow.enroll(contact)
        self.tick()
        self.assertInside(workflow, contact)

    # It enters another workflow

    def test_a_record_that_enters_another_workflow_leaves(self):
        nurture = self.workflow(WAIT, exits=[{"kind": "elsewhere"}])
        sales = self.workflow(WAIT, triggers=[BOSS], name="Sales")
        moved, stays = contacts = self.contacts(2)
        nurture.enroll(contacts)
        self.tick()
        moved.function = "Chief"
        self.tick_enroll()
        self.assertInside(sales, moved)
        self.assertEqual(self.left(nurture), {moved: "elsewhere"})
        self.assertInside(nurture, stays)

    def test_only_the_workflows_chosen_count(self):
        sales, news = self.workflow(WAIT, name="Sales"), self.workflow(WAIT, name="News")
        chosen = {"kind": "elsewhere", "elsewhere_ids": [(6, 0, sales.ids)]}
        nurture = self.workflow(WAIT, exits=[chosen])
        contact = self.contacts(1)
        nurture.enroll(contact)
        news.enroll(contact)
        self.assertInside(nurture, contact)
        sales.enroll(contact)
        self.assertEqual(self.left(nurture), {contact: "elsewhere"})

    def test_who_was_elsewhere_before_may_enter(self):
        sales = self.workflow(WAIT, name="Sales")
        nurture = self.workflow(WAIT, exits=[{"kind": "elsewhere"}])
        contact = self.contacts(1)
        sales.enroll(contact)
        nurture.enroll(contact)
        self.tick()
        self.assertInside(nurture, contact)

    # Versions and states

    def test_who_finishes_on_an_older_version_leaves_by_its_ways_out(self):
        workflow = self.workflow(WAIT, exits=[OSLO])
        old, new = self.contacts(2)
        workflow.enroll(old)
        self.tick()
        workflow.action_edit()
        workflow.draft_version_id.exit_ids.domain = BOSS
        workflow.action_publish(in_flight="finish")
        workflow.enroll(new)
        self.tick()
        (old | new).city = "Oslo"
        self.tick_enroll()
        self.assertEqual(self.left(workflow), {old: "criteria"})
        new.function = "Chief"
        self.tick_enroll()
        self.assertEqual(set(self.left(workflow)), {old, new})

    def test_who_finishes_in_a_workflow_that_is_off_leaves_too(self):
        workflow = self.workflow(WAIT, triggers=[BOSS], exits=[OSLO])
        contact, other = self.contacts(2)
        workflow.enroll(contact)
        self.tick()
        workflow.action_turn_off()
        contact.city = "Oslo"
        other.function = "Chief"
        self.tick()
        self.assertEqual(self.left(workflow), {contact: "criteria"})
        self.assertFalse(self.enrollments(workflow, other))

    def test_nobody_leaves_a_workflow_that_is_paused_until_it_resumes(self):
        workflow = self.workflow(WAIT, exits=[OSLO])
        contact = self.contacts(1)
        workflow.enroll(contact)
        self.tick()
        workflow.action_pause()
        contact.city = "Oslo"
        self.tick()
        self.assertInside(workflow, contact)
        workflow.action_resume()
        self.tick_enroll()
        self.assertEqual(self.left(workflow), {contact: "criteria"})

    def test_a_published_way_out_does_not_change(self):
        workflow = self.workflow(WAIT, exits=[OSLO])
        with self.assertRaises(UserError):
            workflow.live_version_id.exit_ids.domain = BOSS
        with self.assertRaises(UserError):
            workflow.live_version_id.exit_ids.unlink()

    def test_a_way_out_without_a_condition_is_refused(self):
        for vals in (
            {"kind": "criteria"},
            {"kind": "goal"},
            {"kind": "suppression"},
            {"kind": "suppression", "suppressed_by": "tag", "tag_path": "name"},
            {"kind": "unmatched"},
            self.by_event(),
        ):
            workflow = self.workflow(WAIT, exits=[vals], publish=False)
            with self.assertRaises(ValidationError):
                workflow.action_publish()

    def test_ways_out_travel_in_the_document(self):
        tag = self.env["res.partner.category"].create({"name": "Do not disturb"})
        other = self.workflow(WAIT, name="The other one")
        workflow = self.workflow(
            WAIT,
            triggers=[BOSS],
            exits=[
                OSLO,
                {"kind": "unmatched"},
                self.suppressed(
                    suppressed_by="tag", tag_path="category_id", tag_values=f"[{tag.id}]"
                ),
                self.suppressed(suppressed_by="blacklist"),
                self.by_event(field_name="category_id", value_to=f"[{tag.id}]"),
                {"kind": "elsewhere", "elsewhere_ids": [(6, 0, other.ids)]},
            ],
        )
        text = workflow.export_xml()
        self.assertIn("ref('res.partner.category', 'Do not disturb')", text)
        copy = self.env["crm.workflow"].import_xml(text)
        self.assertEqual(copy.export_xml(), text)
        self.assertEqual(copy.exit_ids.mapped("kind"), workflow.exit_ids.mapped("kind"))
        self.assertEqual(copy.exit_ids[2].tag_values, f"[{tag.id}]")
        self.assertEqual(copy.exit_ids[5].elsewhere_ids, other)
        copy.action_publish()

    def test_users_see_ways_out_and_managers_of_the_company_design_them(self):
        mine, other = self.env.company, self.env["res.company"].create({"name": "Other"})
        workflow = self.workflow(WAIT, exits=[OSLO], publish=False, company_id=mine.id)
        viewer = self.user("viewer", "crm_workflow.group_user")
        manager = self.user("designer", "crm_workflow.group_manager")
        way = workflow.draft_version_id.exit_ids
        self.assertTrue(way.with_user(viewer).summary)
        with self.assertRaises(AccessError):
            way.with_user(viewer).domain = BOSS
        way.with_user(manager).domain = BOSS
        stranger = self.user(
            "stranger",
            "crm_workflow.group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        with self.assertRaises(AccessError):
            way.with_user(stranger).read(["domain"])

    def test_a_draft_continues_with_the_ways_out_under_their_keys(self):
        workflow = self.workflow(WAIT, exits=[OSLO])
        workflow.action_edit()
        draft, live = workflow.draft_version_id.exit_ids, workflow.live_version_id.exit_ids
        self.assertEqual((draft.key, draft.domain), (live.key, live.domain))
        self.assertEqual(workflow.copy().exit_ids.domain, OSLO)
