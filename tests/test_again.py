from odoo.tests import tagged

from .common import WorkflowCase

BOSS = "[('function', '=', 'Chief')]"
WAIT = {"kind": "delay", "delay_amount": 1, "delay_unit": "days"}


@tagged("post_install", "-at_install")
class TestAgain(WorkflowCase):
    """Entering again, rule by rule: the numbers are those of the rules, one by one."""

    def again(self, domain, **vals):
        return {"kind": "criteria", "domain": domain, "reenroll": True, **vals}

    def at_once(self, *triggers, **vals):
        """A workflow whose records are through at the next tick."""
        return self.workflow(self.end(), triggers=triggers, **vals)

    def change(self, record, **vals):
        record.write(vals)
        self.tick()

    def assertPasses(self, workflow, count):
        self.assertEqual(len(self.enrollments(workflow)), count)

    def turn_twice(self, record):
        for function in ("Chief", "Clerk", "Chief"):
            self.change(record, function=function)

    def test_rule_2_7_01_a_record_enters_once_in_its_life(self):
        workflow = self.at_once(BOSS)
        by_trigger, by_hand = self.contacts(2)
        self.turn_twice(by_trigger)
        for _time in range(2):
            workflow.enroll(by_hand)
            self.tick()
        self.assertEqual(self.enrollments(workflow).mapped("res_id"), (by_trigger | by_hand).ids)

    def test_rule_2_7_02_each_chosen_trigger_lets_enter_again_by_itself(self):
        oslo, rome = "[('city', '=', 'Oslo')]", "[('city', '=', 'Rome')]"
        workflow = self.at_once(BOSS, self.again(oslo), self.again(rome))
        contact = self.contacts(1, function="Chief")
        self.tick()
        for passes, city in enumerate(("Oslo", "Rome", "Oslo"), 2):
            self.change(contact, city=city)
            self.assertPasses(workflow, passes)
        self.turn_twice(contact)
        self.assertPasses(workflow, 4)

    def test_rule_2_7_03_a_trigger_whose_condition_is_not_met_lets_nobody_enter_again(self):
        changed = {"kind": "event", "event": "changed", "field_name": "city", "reenroll": True}
        workflow = self.at_once({**changed, "domain": BOSS})
        contact = self.contacts(1, function="Chief", city="Oslo")
        self.tick()
        self.change(contact, function="Clerk", city="Rome")
        self.assertPasses(workflow, 1)
        self.change(contact, function="Chief", city="Bergen")
        self.assertPasses(workflow, 2)

    def test_rule_2_7_04_staying_does_nothing_and_coming_back_does(self):
        workflow = self.at_once(self.again(BOSS))
        contact = self.contacts(1, function="Chief")
        self.tick()
        self.change(contact, comment="Still the same")
        self.change(contact, function="Chief")
        self.assertPasses(workflow, 1)
        self.change(contact, function="Clerk")
        self.change(contact, function="Chief")
        self.assertPasses(workflow, 2)

    def test_rule_2_7_05_that_a_field_is_known_is_met_again_by_each_new_value(self):
        known = "[('city', '!=', False)]"
        again, once = self.at_once(self.again(known)), self.at_once(known)
        contact = self.contacts(1)
        self.tick()
        for passes, city in enumerate(("Oslo", "Rome", "Bergen"), 1):
            self.change(contact, city=city)
            self.assertPasses(again, passes)
        self.change(contact, city=False)
        self.change(contact, comment="Nothing to do with it")
        self.assertPasses(again, 3)
        self.change(contact, city="Oslo")
        self.assertPasses(again, 4)
        self.assertPasses(once, 1)

    def test_rule_2_7_05_holds_for_an_associated_record_and_for_the_rest_of_the_condition(self):
        known = "[('parent_id.city', '!=', False), ('function', '=', 'Chief')]"
        workflow = self.at_once(self.again(known))
        company = self.contacts(1, is_company=True, city="Oslo")
        contact = self.contacts(1, parent_id=company.id, function="Chief")
        self.tick()
        self.change(company, city="Rome")
        self.assertPasses(workflow, 2)
        self.change(contact, function="Clerk")
        self.change(company, city="Bergen")
        self.assertPasses(workflow, 2)

    def inside(self, policy):
        """A workflow with such a policy, and a record that is inside for the first time."""
        workflow = self.workflow(
            WAIT, self.write_step("ref", "through"), triggers=[self.again(BOSS)], publish=False
        )
        workflow.draft_version_id.while_inside = policy
        workflow.action_publish()
        contact = self.contacts(1, function="Chief")
        self.tick()
        return workflow, contact

    def test_rule_2_7_06_a_trigger_that_fires_for_a_record_inside_is_lost(self):
        workflow, contact = self.inside("discard")
        self.turn_twice(contact)
        self.travel(days=2)
        self.tick()
        self.tick()
        self.assertEqual(self.enrollments(workflow).state, "completed")

    def test_rule_2_7_06_or_sends_it_back_to_the_first_step(self):
        workflow, contact = self.inside("restart")
        self.travel(hours=20)
        self.turn_twice(contact)
        enrollment = self.enrollments(workflow)
        self.assertIn((None, "restarted"), [(None, row[1]) for row in self.ledger(enrollment)])
        self.travel(hours=20)
        self.tick()
        self.assertEqual((enrollment.state, contact.ref), ("active", False))
        self.travel(hours=5)
        self.tick()
        self.assertEqual((enrollment.state, contact.ref), ("completed", "through"))

    def test_rule_2_7_06_or_lets_it_enter_once_more_when_it_has_left(self):
        workflow, contact = self.inside("queue")
        self.turn_twice(contact)
        self.turn_twice(contact)
        self.tick()
        self.assertPasses(workflow, 1)
        self.travel(days=2)
        self.tick()
        self.tick()
        self.assertPasses(workflow, 2)
        self.assertInside(workflow, contact)
        self.assertEqual(set(self.enrollments(workflow).mapped("source")), {"criteria"})
        self.travel(days=2)
        self.tick()
        self.tick()
        self.assertPasses(workflow, 2)

    def test_rule_2_7_06_who_has_just_entered_by_the_same_change_is_not_meant_again(self):
        for policy in ("restart", "queue"):
            workflow = self.workflow(
                WAIT,
                triggers=[self.again(BOSS), self.again("[('city', '=', 'Oslo')]")],
                publish=False,
            )
            workflow.draft_version_id.while_inside = policy
            workflow.action_publish()
            self.contacts(1, function="Chief", city="Oslo")
            self.tick()
            self.assertEqual(
                [row[1] for row in self.ledger(self.enrollments(workflow))], ["entered"]
            )
            self.assertFalse(self.members(workflow).filtered("queued"))
            workflow.action_turn_off()

    def test_rule_2_7_06_who_is_suppressed_meanwhile_does_not_enter_once_more(self):
        workflow = self.workflow(
            WAIT,
            triggers=[self.again(BOSS)],
            exits=[{"kind": "suppression", "domain": "[('city', '=', 'Oslo')]"}],
            publish=False,
        )
        workflow.draft_version_id.while_inside = "queue"
        workflow.action_publish()
        contact = self.contacts(1, function="Chief")
        self.tick()
        self.turn_twice(contact)
        self.change(contact, city="Oslo")
        self.tick()
        self.assertPasses(workflow, 1)
        self.assertFalse(self.members(workflow).queued)

    def test_rule_2_7_06_what_is_remembered_is_forgotten_when_the_workflow_is_turned_off(self):
        workflow, contact = self.inside("queue")
        self.turn_twice(contact)
        self.assertTrue(self.members(workflow).queued)
        workflow.action_turn_off("end")
        self.assertFalse(self.members(workflow).queued)
        workflow.action_publish()
        self.tick()
        self.assertPasses(workflow, 1)

    def test_nobody_enters_once_more_where_a_pause_began_with_the_tick(self):
        workflow, contact = self.inside("queue")
        self.turn_twice(contact)
        workflow.unenroll(contact)
        tasks = self.env["crm.workflow"]._tick_tasks()
        workflow.action_pause()
        for task in tasks:
            task()
        self.assertPasses(workflow, 1)
        self.assertTrue(self.members(workflow).queued)

    def members(self, workflow):
        return self.env["crm.workflow.member"].search([("workflow_id", "=", workflow.id)])

    def test_rule_2_7_07_whoever_enters_again_begins_at_the_first_step(self):
        workflow = self.workflow(
            self.write_step("ref", "first"), self.end(), triggers=[self.again(BOSS)]
        )
        contact = self.contacts(1)
        self.change(contact, function="Chief")
        self.change(contact, function="Clerk", ref="forgotten")
        self.change(contact, function="Chief")
        self.assertEqual(contact.ref, "first")
        first, second = self.enrollments(workflow)
        self.assertEqual(self.ledger(first), self.ledger(second))

    def test_rule_2_7_08_dates_count_for_entering_again_as_for_entering(self):
        young_boss = "[('create_date', '>', 'now -1H'), ('function', '=', 'Chief')]"
        workflow = self.at_once(self.again(young_boss))
        contact = self.contacts(1)
        self.turn_twice(contact)
        self.assertPasses(workflow, 2)
        self.travel(hours=2)
        self.tick()
        self.turn_twice(contact)
        self.assertPasses(workflow, 2)

    def test_rule_2_7_09_by_hand_it_enters_again_without_meeting_a_trigger(self):
        workflow = self.at_once(self.again(BOSS))
        contact = self.contacts(1)
        for passes in (1, 2):
            self.assertTrue(workflow.enroll(contact))
            self.tick()
            self.assertPasses(workflow, passes)

    def test_rule_2_7_10_computed_fields_let_enter_again(self):
        workflow = self.at_once(self.again("[('commercial_company_name', '=', 'Acme')]"))
        company = self.contacts(1, is_company=True)
        contact = self.contacts(1, parent_id=company.id)
        for name in ("Acme", "Other", "Acme"):
            self.change(company, name=name)
        self.assertEqual(len(self.enrollments(workflow, contact)), 2)

    def test_rule_2_7_11_associated_records_let_enter_again(self):
        workflow = self.at_once(self.again("[('parent_id.city', '=', 'Oslo')]"))
        company = self.contacts(1, is_company=True)
        contact = self.contacts(1, parent_id=company.id)
        for city in ("Oslo", "Rome", "Oslo"):
            self.change(company, city=city)
        self.assertEqual(len(self.enrollments(workflow, contact)), 2)

    def test_rule_2_7_12_an_event_lets_enter_every_time_or_the_first_time_only(self):
        changed = {"kind": "event", "event": "changed", "field_name": "city"}
        once, always = self.at_once(changed), self.at_once({**changed, "reenroll": True})
        contact = self.contacts(1)
        for city in ("Oslo", "Rome", "Bergen"):
            self.change(contact, city=city)
        self.assertPasses(once, 1)
        self.assertPasses(always, 3)

    def test_the_policy_travels_in_the_document(self):
        workflow, _contact = self.inside("queue")
        copy = self.env["crm.workflow"].import_xml(workflow.export_xml())
        self.assertEqual(copy.while_inside, "queue")

    def test_the_policies_take_no_more_queries_for_many(self):
        for policy in ("restart", "queue"):
            workflow = self.workflow(WAIT, triggers=[self.again(BOSS)], publish=False)
            workflow.draft_version_id.while_inside = policy
            workflow.action_publish()
            counts = []
            for count in (10, 10, 200):
                contacts = self.contacts(count, function="Chief")
                self.tick()
                contacts.function = "Clerk"
                self.tick()
                contacts.function = "Chief"
                self.env.cr.flush()
                before = self.env.cr.sql_log_count
                self.tick_enroll()
                counts.append(self.env.cr.sql_log_count - before)
            self.assertLessEqual(counts[2], counts[1] + 2)
            workflow.action_turn_off("end")
