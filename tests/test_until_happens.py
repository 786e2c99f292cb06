from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .waits_case import WaitsCase

OSLO = "[('city', '=', 'Oslo')]"
FEW, MANY, CHANCE = 2, 120, 2


def until_event(event="changed", lanes=(), ever=False, amount=7, unit="days", **vals):
    """A step that waits until an event happens."""
    own = {f"until_happens_{name}": value for name, value in vals.items()}
    return {
        "kind": "until_happens",
        "until_happens_event": event,
        "until_happens_limited": "ever" if ever else "most",
        "until_happens_amount": amount,
        "until_happens_unit": unit,
        "lanes": lanes,
        **own,
    }


def until_state(domain, lanes=(), **vals):
    """A step that waits until a condition holds."""
    return until_event(False, lanes, by="state", domain=domain, **vals)


class UntilHappensCase(WaitsCase):
    """Each path of the step says who took it."""

    def paths(self, model="res.partner"):
        """The lanes of a step, which mark who took them."""
        field = "referred" if model == "crm.lead" else "function"
        return [
            ({"role": "happened"}, [self.write_step(field, "happened", model=model)]),
            ({"is_default": True}, [self.write_step(field, "too late", model=model)]),
        ]

    def wait(self, records, step, **vals):
        """A live workflow of the step, with records that have reached it."""
        return self.waiting(step, records, **vals)

    def assertWaits(self, workflow, records):
        """Just these records wait."""
        rows = self.enrollments(workflow).filtered(lambda row: row.state == "active")
        self.assertEqual(set(rows.mapped("res_id")), set(records.ids))
        self.assertTrue(all(rows.mapped("waiting")))


@tagged("post_install", "-at_install")
class TestUntilEvent(UntilHappensCase):
    """Records wait until something happens to them, or until their time is over."""

    def step(self, field="city", **vals):
        return until_event(lanes=self.paths(), field_name=field, **vals)

    def test_who_it_happens_to_takes_the_one_path_and_the_rest_the_other(self):
        happy, late = contacts = self.contacts(2)
        workflow = self.wait(contacts, self.step())
        self.assertWaits(workflow, contacts)
        with self.later(happy, days=1) as seen:
            seen.city = "Oslo"
        self.tick()
        self.assertEqual((happy.function, late.function), ("happened", False))
        self.assertEqual((happy.ref, late.ref), ("through", False))
        self.travel(days=7)
        self.tick()
        self.assertEqual((late.function, late.ref), ("too late", "through"))

    def test_the_ledger_tells_the_path(self):
        contact = self.contacts(1)
        workflow = self.wait(contact, self.step())
        with self.later(contact, days=1) as seen:
            seen.city = "Oslo"
        self.tick()
        row = self.env["crm.workflow.log"].search(
            [("workflow_id", "=", workflow.id), ("path_key", "!=", False)]
        )
        path = workflow.live_version_id.action_ids.path_ids.filtered(lambda p: p.role == "happened")
        self.assertEqual(row.path_key, path.key)

    def test_what_happened_before_the_step_was_reached_does_not_count(self):
        contact = self.contacts(1)
        workflow = self.workflow(self.delay(1, "days"), self.step())
        workflow.enroll(contact)
        self.tick()
        with self.later(contact, hours=1) as seen:
            seen.city = "Oslo"
        self.tick()
        self.travel(days=1)
        self.tick()
        self.assertWaits(workflow, contact)

    def test_a_fact_from_before_that_is_evaluated_afterwards_does_not_count(self):
        contact = self.contacts(1)
        workflow = self.workflow(self.delay(1, "hours"), self.step())
        workflow.enroll(contact)
        self.tick()
        with self.later(contact, minutes=90) as seen:
            seen.city = "Oslo"
        self.travel(minutes=30)
        self.tick_run()
        self.assertWaits(workflow, contact)
        self.tick()
        self.assertWaits(workflow, contact)

    def test_what_the_step_before_does_itself_does_not_count(self):
        contact = self.contacts(1)
        workflow = self.workflow(self.write_step("city", "Oslo"), self.step())
        workflow.enroll(contact)
        self.tick()
        self.tick()
        self.assertWaits(workflow, contact)

    def test_an_event_between_reaching_and_running_the_step_is_not_lost(self):
        """A long way is cut, so that a record may stand on a step that has not begun."""
        contact = self.contacts(1)
        workflow = self.workflow(self.delay(1, "days"), self.step())
        workflow.enroll(contact)
        self.tick()
        step = workflow.live_version_id.action_ids.filtered("until_happens_event")
        reached = self.now() + timedelta(hours=1)
        self.env.cr.execute(
            "UPDATE crm_workflow_enrollment SET action_id = %s, waiting = false, reached_at = %s,"
            " due_at = %s WHERE workflow_id = %s",
            (step.id, reached, reached, workflow.id),
        )
        self.env.invalidate_all()
        with self.later(contact, hours=2) as seen:
            seen.city = "Oslo"
        self.tick_enroll()
        self.tick_run()
        self.assertEqual(contact.function, "happened")

    def test_before_a_start_that_lies_ahead_nothing_counts(self):
        contact = self.contacts(1)
        workflow = self.workflow(self.step())
        workflow.enroll(contact, start_at=fields.Datetime.now() + timedelta(days=2))
        with self.later(contact, days=1) as seen:
            seen.city = "Oslo"
        self.tick()
        self.travel(days=1, hours=1)
        self.tick()
        self.assertWaits(workflow, contact)

    def test_what_happened_has_to_match(self):
        contact = self.contacts(1)
        step = self.step(value_to='["Oslo"]', domain="[('zip', '=', '0150')]")
        workflow = self.wait(contact, step)
        for vals in ({"city": "Bergen", "zip": "0150"}, {"city": "Oslo", "zip": "1"}):
            with self.later(contact, hours=1) as seen:
                seen.write(vals)
            self.tick()
            self.assertWaits(workflow, contact)
        with self.later(contact, hours=1) as seen:
            seen.city = "Bergen"
            seen.zip = "0150"
        with self.later(contact, hours=1) as seen:
            seen.city = "Oslo"
        self.tick()
        self.assertEqual(contact.function, "happened")

    def test_an_event_of_an_associated_record_counts(self):
        happy, other = contacts = self.contacts(2)
        step = until_event("created", self.paths(), event_model="crm.lead", event_path="partner_id")
        workflow = self.wait(contacts, step)
        with self.later(happy, days=1) as seen:
            seen.env["crm.lead"].create({"name": "Deal", "partner_id": seen.id})
        self.tick()
        self.assertEqual(happy.function, "happened")
        self.assertWaits(workflow, other)

    def test_a_message_counts_as_for_a_trigger(self):
        contact = self.contacts(1)
        self.wait(contact, until_event("note_logged", self.paths()))
        with self.later(contact, days=1) as seen:
            seen.message_post(body="Call", message_type="comment", subtype_xmlid="mail.mt_note")
        self.tick()
        self.assertEqual(contact.function, "happened")

    def test_later_steps_know_what_happened(self):
        happy, late = contacts = self.contacts(2)
        step = until_event("created", event_model="crm.lead", event_path="partner_id")
        step |= {"key": "heard"}
        code = (
            "told = value('steps[\"heard\"].record.name')\n"
            "record.write({'ref': told, 'active': not value('steps[\"heard\"].happened')})"
        )
        workflow = self.workflow(step, self.code_step(code))
        workflow.enroll(contacts)
        self.tick()
        with self.later(happy, days=1) as seen:
            seen.env["crm.lead"].create({"name": "Big Deal", "partner_id": seen.id})
        self.tick()
        self.travel(days=7)
        self.tick()
        self.assertEqual((happy.ref, late.ref), ("Big Deal", False))
        self.assertEqual((happy.active, late.active), (False, True))

    def test_an_event_that_only_time_brings_about_counts(self):
        contact = self.contacts(1)
        contact.activity_schedule(
            "mail.mail_activity_data_todo", self.day(1), user_id=self.admin.id
        )
        self.wait(contact, until_event("activity_overdue", self.paths(), amount=30))
        self.travel(days=3)
        self.tick()
        self.tick()
        self.assertEqual(contact.function, "happened")

    def test_as_long_as_it_takes_means_for_ever(self):
        contact = self.contacts(1)
        workflow = self.wait(contact, self.step(ever=True))
        self.assertEqual(self.due(workflow), [False])
        self.travel(days=900)
        self.tick()
        self.assertWaits(workflow, contact)
        with self.later(contact, days=1) as seen:
            seen.city = "Oslo"
        self.tick()
        self.assertEqual(contact.function, "happened")

    def test_skipping_the_wait_takes_the_path_of_those_whose_time_ran_out(self):
        contacts = self.contacts(2)
        for contact, ever in zip(contacts, (True, False), strict=True):
            workflow = self.wait(contact, self.step(ever=ever))
            self.enrollments(workflow).action_skip_wait()
        self.tick()
        self.assertEqual(set(contacts.mapped("function")), {"too late"})

    def test_an_empty_path_leads_on(self):
        contact = self.contacts(1)
        self.wait(contact, until_event(field_name="city"))
        with self.later(contact, days=1) as seen:
            seen.city = "Oslo"
        self.tick()
        self.assertEqual(contact.ref, "through")

    def test_what_happens_while_the_workflow_is_paused_counts_when_it_resumes(self):
        contact = self.contacts(1)
        workflow = self.wait(contact, self.step())
        workflow.action_pause()
        with self.later(contact, days=1) as seen:
            seen.city = "Oslo"
        self.tick()
        self.assertFalse(contact.function)
        workflow.action_resume()
        self.tick()
        self.assertEqual(contact.function, "happened")

    def test_records_finish_their_wait_in_a_workflow_that_is_off(self):
        contact = self.contacts(1)
        workflow = self.wait(contact, self.step())
        workflow.action_turn_off()
        with self.later(contact, days=1) as seen:
            seen.city = "Oslo"
        self.tick()
        self.assertEqual(contact.function, "happened")

    def test_who_is_moved_to_a_new_version_waits_on_there(self):
        contact = self.contacts(1)
        workflow = self.wait(contact, self.step())
        workflow.action_edit()
        workflow.action_publish()
        self.tick()
        self.assertWaits(workflow, contact)
        self.assertEqual(self.enrollments(workflow).version_id, workflow.live_version_id)
        with self.later(contact, days=1) as seen:
            seen.city = "Oslo"
        self.tick()
        self.assertEqual(contact.function, "happened")

    def test_a_new_version_gives_more_time_or_less_from_when_the_wait_began(self):
        contact = self.contacts(1)
        workflow = self.wait(contact, self.step())
        reached = self.enrollments(workflow).reached_at
        for vals, expected in (
            ({"until_happens_amount": 9}, reached + timedelta(days=9)),
            ({"until_happens_limited": "ever"}, False),
            (
                {"until_happens_limited": "most", "until_happens_amount": 3},
                reached + timedelta(days=3),
            ),
        ):
            workflow.action_edit()
            step = workflow.draft_version_id.action_ids.filtered("until_happens_event")
            step.write(vals)
            workflow.action_publish()
            self.travel(hours=1)
            self.tick()
            self.assertEqual(self.due(workflow), [expected])

    def test_who_finishes_an_older_version_is_woken_there(self):
        contact = self.contacts(1)
        workflow = self.wait(contact, self.step())
        old = workflow.live_version_id
        workflow.action_edit()
        workflow.draft_version_id.action_ids.filtered("until_happens_event").unlink()
        workflow.action_publish(in_flight="finish")
        with self.later(contact, days=1) as seen:
            seen.city = "Oslo"
        self.tick()
        self.assertEqual(contact.function, "happened")
        self.assertEqual(self.enrollments(workflow).version_id, old)

    def test_nothing_is_watched_for_a_draft(self):
        workflow = self.workflow(self.step(), publish=False)
        self.assertNotIn(workflow.id, self.env["crm.workflow"]._watches().steps)

    def test_a_record_that_is_deleted_leaves_and_its_neighbour_waits(self):
        gone, stays = contacts = self.contacts(2)
        workflow = self.wait(contacts, self.step())
        gone.unlink()
        self.tick()
        self.assertWaits(workflow, stays)

    def test_many_records_take_no_more_queries(self):
        def happen(count):
            contacts = self.contacts(count)
            workflow = self.workflow(until_event(field_name="city"))
            workflow.enroll(contacts)
            self.tick()
            with self.later(contacts, seconds=1) as seen:
                seen.city = "Oslo"
            queries = self.queries(self.tick)
            self.assertEqual(set(self.states(workflow)), {"completed"})
            workflow.action_turn_off()
            return queries

        happen(FEW)
        self.assertLessEqual(happen(MANY), happen(FEW) + CHANCE)


@tagged("post_install", "-at_install")
class TestUntilState(UntilHappensCase):
    """Records wait until a condition holds, whatever makes it hold."""

    def test_who_matches_already_goes_on_at_once(self):
        there, waits = contacts = self.contacts(2)
        there.city = "Oslo"
        workflow = self.wait(contacts, until_state(OSLO, self.paths()))
        self.assertEqual(there.function, "happened")
        self.assertWaits(workflow, waits)

    def test_who_comes_to_match_goes_on(self):
        contact = self.contacts(1)
        workflow = self.wait(contact, until_state(OSLO, self.paths(), ever=True))
        contact.city = "Bergen"
        self.tick()
        self.assertWaits(workflow, contact)
        contact.city = "Oslo"
        self.tick()
        self.assertEqual(contact.function, "happened")

    def test_a_change_of_an_associated_record_counts(self):
        company = self.contacts(1, is_company=True)
        contact = self.contacts(1, parent_id=company.id)
        domain = "[('parent_id.city', '=', 'Oslo')]"
        workflow = self.wait(contact, until_state(domain, self.paths()))
        company.city = "Bergen"
        self.tick()
        self.assertWaits(workflow, contact)
        company.city = "Oslo"
        self.tick()
        self.assertEqual(contact.function, "happened")

    def test_a_count_of_associated_records_counts(self):
        contact = self.contacts(1)
        domain = "[('opportunity_ids', 'count', ('>=', 2, []))]"
        workflow = self.wait(contact, until_state(domain, self.paths()))
        for expected in (False, "happened"):
            self.env["crm.lead"].create({"name": "Deal", "partner_id": contact.id})
            self.tick()
            self.assertEqual(contact.function, expected)
        self.assertFalse(self.enrollments(workflow).waiting)

    def test_the_passing_of_time_counts(self):
        contact = self.contacts(1)
        domain = "[('create_date', '<', 'now -2H')]"
        workflow = self.wait(contact, until_state(domain, self.paths()))
        self.travel(hours=1)
        self.tick()
        self.assertWaits(workflow, contact)
        self.travel(hours=2)
        self.tick()
        self.assertEqual(contact.function, "happened")

    def test_what_foreign_sql_wrote_is_found_within_a_day(self):
        contact = self.contacts(1)
        workflow = self.wait(contact, until_state(OSLO, self.paths()))
        self.tick()
        self.env.cr.execute("UPDATE res_partner SET city = 'Oslo' WHERE id = %s", (contact.id,))
        self.env.invalidate_all()
        self.travel(hours=1)
        self.tick()
        self.assertWaits(workflow, contact)
        self.travel(hours=24)
        self.tick()
        self.assertEqual(contact.function, "happened")

    def test_who_matches_when_the_time_is_over_has_made_it(self):
        contact = self.contacts(1)
        self.wait(contact, until_state(OSLO, self.paths(), amount=2, unit="hours"))
        self.env.cr.execute("UPDATE res_partner SET city = 'Oslo' WHERE id = %s", (contact.id,))
        self.env.invalidate_all()
        self.travel(hours=3)
        self.tick_run()
        self.assertEqual(contact.function, "happened")

    def test_time_runs_out(self):
        contact = self.contacts(1)
        self.wait(contact, until_state(OSLO, self.paths(), amount=2, unit="weeks"))
        self.travel(days=14, hours=1)
        self.tick()
        self.assertEqual(contact.function, "too late")

    def test_an_archived_record_counts(self):
        deal = self.deals(1)
        step = until_state("[('won_status', '=', 'lost')]", self.paths("crm.lead"))
        workflow = self.workflow(step, object_type=self.deal_type)
        workflow.enroll(deal)
        self.tick()
        deal.action_set_lost()
        self.tick()
        self.assertEqual(deal.referred, "happened")

    def test_a_new_condition_is_asked_of_those_who_wait(self):
        contact = self.contacts(1, city="Bergen")
        workflow = self.wait(contact, until_state(OSLO, self.paths()))
        workflow.action_edit()
        step = workflow.draft_version_id.action_ids.filtered("path_ids")
        step.until_happens_domain = "[('city', '=', 'Bergen')]"
        workflow.action_publish()
        self.tick()
        self.assertEqual(contact.function, "happened")

    def test_what_the_run_as_user_may_not_see_does_not_match(self):
        groups = ("base.group_partner_manager", "sales_team.group_sale_salesman_all_leads")
        user = self.user("designer", "crm_workflow.group_manager", *groups)
        self.env["ir.rule"].create(
            {
                "name": "Hidden",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "domain_force": "[('user_id', '=', user.id)]",
            }
        )
        contact = self.contacts(1)
        domain = "[('opportunity_ids', 'any', [('name', '=', 'Deal')])]"
        workflow = self.wait(contact, until_state(domain, self.paths()), run_as_id=user.id)
        self.env["crm.lead"].create(
            {"name": "Deal", "partner_id": contact.id, "user_id": self.admin.id}
        )
        self.tick()
        self.assertWaits(workflow, contact)

    def test_many_records_take_no_more_queries(self):
        def hold(count):
            contacts = self.contacts(count)
            workflow = self.workflow(until_state(OSLO))
            workflow.enroll(contacts)
            self.tick()
            contacts.city = "Oslo"
            queries = self.queries(self.tick)
            self.assertEqual(set(self.states(workflow)), {"completed"})
            workflow.action_turn_off()
            return queries

        hold(FEW)
        self.assertLessEqual(hold(MANY), hold(FEW) + CHANCE)


@tagged("post_install", "-at_install")
class TestUntilHappensDescription(UntilHappensCase):
    """What the step says of itself, what it refuses, and how it travels."""

    def test_it_makes_its_two_paths(self):
        workflow = self.workflow(until_state(OSLO), publish=False)
        step = workflow.draft_version_id.action_ids
        self.assertEqual(
            step.path_ids.mapped(lambda path: (path.role, path.is_default, path.display_name)),
            [("happened", False, "It happened"), ("time_out", True, "Time ran out")],
        )
        self.assertTrue(step.is_branching)
        self.assertFalse(step.takes_paths)
        step.path_ids[0].name = "Answered"
        self.assertEqual(step.path_ids[0].display_name, "Answered")

    def test_a_new_step_is_saved_by_its_form_with_its_two_paths(self):
        workflow = self.workflow(publish=False)
        context = {
            "default_kind": "until_happens",
            "default_version_id": workflow.draft_version_id.id,
        }
        with Form(self.env["crm.workflow.action"].with_context(**context)) as form:
            form.until_happens_by = "state"
            form.until_happens_domain = OSLO
        step = workflow.draft_version_id.action_ids
        self.assertEqual(step.path_ids.mapped("role"), ["happened", "time_out"])
        self.assertFalse(workflow.problems)

    def test_its_paths_take_no_conditions_and_it_takes_no_other_path(self):
        workflow = self.workflow(until_state(OSLO), publish=False)
        step = workflow.draft_version_id.action_ids
        with self.assertRaisesRegex(ValidationError, "takes no condition"):
            step.path_ids[0].domain = OSLO
        with self.assertRaisesRegex(ValidationError, "has its paths already"), self.cr.savepoint():
            self.env["crm.workflow.path"].create({"action_id": step.id, "name": "Another"})

    def test_a_branch_takes_paths_as_before(self):
        workflow = self.workflow(self.branch(("Oslo", OSLO, [])), publish=False)
        self.assertTrue(workflow.draft_version_id.action_ids.takes_paths)

    def test_a_path_that_is_gone_is_told(self):
        workflow = self.workflow(until_state(OSLO), publish=False)
        workflow.draft_version_id.action_ids.path_ids[0].unlink()
        self.assertIn("path of the step is missing", workflow.problems[0]["text"])

    def test_its_line_tells_what_it_waits_for(self):
        for step, text in (
            (until_state(OSLO, amount=1), "Wait until: City is Oslo, at most 1 day"),
            (until_state(OSLO, ever=True), "Wait until: City is Oslo"),
            (
                until_event(field_name="city", amount=2, unit="weeks"),
                "Wait until: City changes, at most 2 weeks",
            ),
            (until_event(False), "Wait until: nothing chosen yet, at most 7 days"),
        ):
            self.assertEqual(self.summary(step), text)

    def test_what_is_wrong_is_told(self):
        for step, text in (
            (until_state("[]"), "Give the condition"),
            (until_event(False), "Choose what has to happen"),
            (until_event(field_name="nothing"), "does not exist"),
            (until_event(field_name="city", amount=0), "at least 1"),
            (until_event(field_name="city", amount=9999), "ten years"),
            (until_state("[('nothing', '=', 1)]"), "cannot be read"),
        ):
            self.assertIn(text, self.problems(step)[0])

    def test_values_that_are_no_list_are_refused(self):
        with self.assertRaises(ValidationError):
            self.workflow(until_event(field_name="city", value_to="Oslo"))

    def test_a_way_is_chosen_where_none_is_given(self):
        workflow = self.workflow(until_event("created", event_model="crm.lead"), publish=False)
        self.assertEqual(
            workflow.draft_version_id.action_ids.until_happens_event_path, "partner_id"
        )

    def test_the_form_offers_what_a_trigger_s_form_offers(self):
        workflow = self.workflow(
            until_event(field_name="city"),
            triggers=[{"kind": "event", "event": "changed", "field_name": "city"}],
            publish=False,
        )
        step, trigger = workflow.draft_version_id.action_ids, workflow.draft_version_id.trigger_ids
        for name in ("event_asks", "event_choices", "event_path_choices", "subject_model"):
            self.assertEqual(step[f"until_happens_{name}"], trigger[name])
        step.until_happens_event = "created"
        step._onchange_until_happens_event()
        self.assertFalse(step.until_happens_field_name)

    def test_it_travels_with_paths_and_steps(self):
        stages = self.env["crm.stage"].search([], limit=2)
        event = until_event(
            lanes=self.paths("crm.lead"),
            field_name="stage_id",
            value_to=f"[{stages[1].id}]",
            domain=f"[('stage_id', '=', {stages[1].id})]",
            amount=3,
            unit="working_days",
        )
        workflow = self.workflow(event, object_type=self.deal_type)
        text = workflow.export_xml()
        self.assertNotIn(f"[{stages[1].id}]", text)
        copy = self.env["crm.workflow"].import_xml(text)
        self.assertEqual(copy.export_xml(), text)
        step, twin = (
            flow.shown_version_id.action_ids.filtered("until_happens_event")
            for flow in (workflow, copy)
        )
        for name in step._document_fields_until_happens():
            self.assertEqual(twin[name], step[name])
        self.assertEqual(twin.path_ids.mapped("key"), step.path_ids.mapped("key"))
        self.assertEqual(twin.path_ids.mapped("role"), ["happened", "time_out"])
        copy.action_publish()

    def test_an_event_of_associated_records_travels(self):
        stage = self.env["crm.stage"].search([], limit=1)
        step = until_event(
            "created",
            event_model="crm.lead",
            event_path="partner_id",
            event_domain=f"[('stage_id', '=', {stage.id})]",
        )
        own, copy = self.round_trip(step)
        self.assertEqual(copy.until_happens_event_domain, own.until_happens_event_domain)
        self.assertEqual(copy.until_happens_event_path, "partner_id")

    def test_an_idle_tick_asks_once_for_all_who_wait(self):
        self.workflow(until_state(OSLO))
        self.tick()
        few = self.queries(self.tick)
        for _number in range(3):
            self.workflow(until_state(OSLO))
        self.tick()
        self.assertLessEqual(self.queries(self.tick), few + CHANCE)
