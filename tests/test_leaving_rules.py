from odoo.tests import tagged

from .common import WorkflowCase

BOSS = "[('function', '=', 'Chief')]"
OSLO = "[('city', '=', 'Oslo')]"
WAIT = {"kind": "delay", "delay_amount": 1, "delay_unit": "days"}


@tagged("post_install", "-at_install")
class TestLeavingRules(WorkflowCase):
    """Leaving, rule by rule: the numbers are those of the causes, one by one."""

    def inside(self, *exits, **vals):
        """A workflow with ways out, and a contact that waits inside."""
        workflow = self.workflow(WAIT, self.write_step("ref", "done"), exits=exits, **vals)
        contact = self.contacts(1)
        workflow.enroll(contact)
        self.tick()
        return workflow, contact

    def assertLeft(self, workflow, contact, reason):
        row = self.enrollments(workflow, contact)[-1:]
        self.assertEqual((row.state, row.reason), ("exited", reason))
        self.assertEqual(self.ledger(row)[-1][1], "exited")
        self.travel(days=2)
        self.tick()
        self.assertFalse(contact.exists().ref)

    def test_rule_2_8_01_who_no_longer_matches_leaves(self):
        workflow = self.workflow(WAIT, triggers=[BOSS], exits=[{"kind": "unmatched"}])
        contact = self.contacts(1, function="Chief")
        self.tick()
        contact.function = "Clerk"
        self.tick()
        self.assertLeft(workflow, contact, "unmatched")

    def test_rule_2_8_01_who_is_enrolled_by_hand_and_does_not_match_leaves_at_once(self):
        workflow = self.workflow(
            self.write_step("ref", "done"), triggers=[BOSS], exits=[{"kind": "unmatched"}]
        )
        contact = self.contacts(1)
        workflow.enroll(contact)
        self.tick()
        self.assertLeft(workflow, contact, "unmatched")

    def test_rule_2_8_02_who_is_suppressed_leaves_and_stays_out_until_the_next_trigger(self):
        workflow, contact = self.inside({"kind": "suppression", "domain": OSLO}, triggers=[BOSS])
        contact.city = "Oslo"
        self.tick()
        self.assertLeft(workflow, contact, "suppressed_criteria")
        other = self.contacts(1, city="Oslo", function="Chief")
        self.tick()
        self.assertEqual(workflow._refusals(other)["suppressed_criteria"], other.ids)
        other.city = "Rome"
        self.tick()
        self.assertFalse(self.enrollments(workflow, other))

    def test_rule_2_8_03_who_matches_a_condition_leaves_and_does_not_return_by_itself(self):
        workflow, contact = self.inside(OSLO)
        contact.city = "Oslo"
        self.tick()
        contact.city = "Rome"
        self.tick()
        self.assertLeft(workflow, contact, "criteria")

    def test_rule_2_8_04_who_reaches_the_goal_leaves_before_the_next_action(self):
        workflow, contact = self.inside({"kind": "goal", "domain": BOSS})
        contact.function = "Chief"
        self.travel(days=2)
        self.tick_run()
        self.assertLeft(workflow, contact, "goal")

    def test_rule_2_8_04_who_has_reached_it_does_not_enter_and_is_not_counted(self):
        workflow = self.workflow(WAIT, triggers=[OSLO], exits=[{"kind": "goal", "domain": BOSS}])
        self.contacts(1, city="Oslo", function="Chief")
        self.tick()
        self.assertEqual((workflow.entered_count, workflow.goal_count), (0, 0))

    def test_rule_2_8_05_who_enters_another_workflow_leaves(self):
        workflow, contact = self.inside({"kind": "elsewhere"})
        self.workflow(WAIT, name="Another").enroll(contact)
        self.assertLeft(workflow, contact, "elsewhere")

    def test_rule_2_8_06_people_take_records_out(self):
        workflow, contact = self.inside()
        self.enrollments(workflow).action_leave()
        self.assertLeft(workflow, contact, "manual")

    def test_rule_2_8_07_a_step_takes_its_record_out(self):
        other, contact = self.inside()
        leave = self.code_step(
            f"env['crm.workflow'].browse({other.id}).unenroll(records, 'moved on')"
        )
        self.workflow(leave, name="Takes out").enroll(contact)
        self.tick()
        self.assertLeft(other, contact, "moved on")

    def test_rule_2_8_08_who_is_deleted_leaves(self):
        workflow, contact = self.inside()
        contact.unlink()
        self.tick()
        self.assertEqual(self.enrollments(workflow).reason, "record_deleted")

    def test_rule_2_8_08_who_is_restored_does_not_come_back_by_itself(self):
        workflow = self.workflow(WAIT, triggers=[BOSS], exits=["[('active', '=', False)]"])
        contact = self.contacts(1, function="Chief")
        self.tick()
        contact.action_archive()
        self.tick()
        contact.action_unarchive()
        self.tick()
        self.assertLeft(workflow, contact, "criteria")
        self.assertEqual(len(self.enrollments(workflow)), 1)

    def test_rule_2_8_09_a_merge_lets_nobody_enter_and_ends_what_is_double(self):
        workflow, contact = self.inside(triggers=[BOSS])
        survivor = self.contacts(1)
        workflow.enroll(survivor)
        self.tick()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((contact | survivor).ids, survivor)
        self.tick()
        rows = self.enrollments(workflow, survivor)
        self.assertEqual(sorted(rows.mapped("state")), ["active", "exited"])
        self.assertEqual(rows.filtered(lambda row: row.state == "exited").reason, "merged")

    def test_rule_2_8_10_who_is_changed_from_outside_leaves_alike(self):
        workflow, contact = self.inside(OSLO)
        self.env["res.partner"].with_user(self.admin).browse(contact.id).write({"city": "Oslo"})
        self.tick()
        self.assertLeft(workflow, contact, "criteria")

    def test_rule_2_8_11_who_comes_to_the_end_is_through(self):
        workflow, contact = self.inside()
        self.travel(days=2)
        self.tick()
        self.assertEqual((self.enrollments(workflow).state, contact.ref), ("completed", "done"))

    def test_rule_2_8_12_who_would_go_round_for_ever_is_stopped(self):
        trigger = {"kind": "event", "event": "changed", "field_name": "ref", "reenroll": True}
        step = self.code_step("record.write({'ref': (record.ref or '') + 'x'})")
        workflow = self.workflow(step, triggers=[trigger])
        contact = self.contacts(1)
        self.tick()
        contact.ref = "a"
        for _time in range(4):
            self.tick()
        self.assertEqual(contact.ref, "ax")
        self.assertEqual(self.enrollments(workflow)[-1].state, "parked")

    def test_rule_2_8_12_holds_for_a_record_that_starts_again_by_its_own_effect(self):
        trigger = {"kind": "event", "event": "changed", "field_name": "ref", "reenroll": True}
        step = self.code_step("record.write({'ref': (record.ref or '') + 'x'})")
        workflow = self.workflow(step, WAIT, triggers=[trigger], publish=False)
        workflow.draft_version_id.while_inside = "restart"
        workflow.action_publish()
        contact = self.contacts(1)
        self.tick()
        contact.ref = "a"
        for _time in range(4):
            self.tick()
        self.assertEqual(contact.ref, "ax")
        self.assertEqual(self.enrollments(workflow).state, "parked")
