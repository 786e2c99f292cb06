from odoo.tests import tagged

from .common import WorkflowCase

BOSS = "[('function', '=', 'Chief')]"
WAIT = {"kind": "delay", "delay_amount": 1, "delay_unit": "days"}


@tagged("post_install", "-at_install")
class TestMerges(WorkflowCase):
    """When records become one, so do their ways through workflows."""

    def merge(self, *contacts):
        """Merge contacts into the last one."""
        gone_and_survivor = self.env["res.partner"].union(*contacts)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(gone_and_survivor.ids, contacts[-1])
        self.env.invalidate_all()

    def test_an_enrollment_follows_the_record_that_survives(self):
        workflow = self.workflow(WAIT, self.write_step("ref", "done"))
        gone, survivor = self.contacts(2)
        enrollment = workflow.enroll(gone)
        self.tick()
        self.merge(gone, survivor)
        self.tick()
        self.assertEqual((enrollment.state, enrollment.res_id), ("active", survivor.id))
        self.travel(days=2)
        self.tick()
        self.assertEqual((enrollment.state, survivor.ref), ("completed", "done"))

    def test_of_three_the_one_that_came_furthest_stays(self):
        workflow = self.workflow(WAIT, self.write_step("ref", "one"), WAIT, self.end())
        first, furthest, last = contacts = self.contacts(3)
        enrollments = workflow.enroll(contacts)
        self.tick()
        enrollments.filtered(lambda row: row.res_id == furthest.id).action_skip_wait()
        self.tick()
        self.merge(first, furthest, last)
        self.tick()
        rows = self.enrollments(workflow, last)
        self.assertEqual(len(rows), 3)
        stays = rows.filtered(lambda row: row.state == "active")
        self.assertEqual(len(stays), 1)
        self.assertIn("Do it", " ".join(str(step) for step, _outcome in self.ledger(stays)))
        left = rows - stays
        self.assertEqual(set(left.mapped("reason")), {"merged"})
        self.assertEqual([self.ledger(row)[-1][1] for row in left], ["exited", "exited"])

    def test_a_record_that_moves_stays_rather_than_a_parked_one(self):
        workflow = self.workflow(
            self.branch(
                ("Bad", "[('city', '=', 'Bad')]", [WAIT, self.code_step("raise UserError('no')")])
            ),
            WAIT,
        )
        bad, good = self.contacts(1, city="Bad"), self.contacts(1)
        enrollment = workflow.enroll(bad)
        self.tick()
        enrollment.action_skip_wait()
        self.tick()
        self.assertEqual(enrollment.state, "parked")
        workflow.enroll(good)
        self.tick()
        self.merge(bad, good)
        self.assertEqual(enrollment.state, "exited")
        self.assertInside(workflow, good)

    def test_who_has_been_through_as_another_record_has_been_through(self):
        workflow = self.workflow(self.end(), triggers=[BOSS])
        gone, survivor = self.contacts(2)
        gone.function = "Chief"
        self.tick()
        gone.function = "Clerk"
        self.tick()
        self.merge(gone, survivor)
        self.tick()
        member = self.env["crm.workflow.member"].search([("workflow_id", "=", workflow.id)])
        self.assertEqual((member.res_id, member.passes), (survivor.id, 1))
        survivor.function = "Chief"
        self.tick()
        self.assertEqual(len(self.enrollments(workflow)), 1)

    def test_passes_are_added_up(self):
        workflow = self.workflow(self.end())
        gone, survivor = contacts = self.contacts(2)
        workflow.enroll(contacts)
        self.tick()
        self.merge(gone, survivor)
        member = self.env["crm.workflow.member"].search([("workflow_id", "=", workflow.id)])
        self.assertEqual((member.res_id, member.passes), (survivor.id, 2))

    def test_the_merge_itself_lets_nobody_enter(self):
        changed = {"kind": "event", "event": "changed", "field_name": "function"}
        by_state = self.workflow(WAIT, triggers=[BOSS])
        by_event = self.workflow(WAIT, triggers=[changed])
        gone, survivor = self.contacts(2)
        self.tick()
        gone.with_context(crm_workflow_silent=True).function = "Chief"
        gone.with_context(crm_workflow_silent=True).flush_recordset()
        self.merge(gone, survivor)
        self.assertEqual(survivor.function, "Chief")
        self.tick()
        self.assertFalse(self.enrollments(by_state) | self.enrollments(by_event))
        survivor.function = "Clerk"
        self.tick()
        self.assertTrue(self.enrollments(by_event))
        survivor.function = "Chief"
        self.tick()
        self.assertTrue(self.enrollments(by_state))

    def test_what_happened_before_the_merge_still_counts(self):
        changed = {"kind": "event", "event": "changed", "field_name": "city"}
        workflow = self.workflow(WAIT, triggers=[changed])
        gone, survivor = self.contacts(2)
        self.tick()
        gone.city = "Oslo"
        self.merge(gone, survivor)
        self.tick()
        self.assertInside(workflow, survivor)

    def test_a_survivor_that_is_to_leave_does_so(self):
        workflow = self.workflow(WAIT, exits=[BOSS])
        gone, survivor = self.contacts(1), self.contacts(1, function="Chief")
        workflow.enroll(gone)
        self.tick()
        self.merge(gone, survivor)
        self.tick_enroll()
        self.assertEqual(self.enrollments(workflow, survivor).reason, "criteria")

    def test_merged_leads_follow_as_well(self):
        workflow = self.workflow(WAIT, object_type=self.deal_type)
        deals = self.env["crm.lead"].create(
            [{"name": f"Deal {number}", "type": "opportunity"} for number in range(3)]
        )
        workflow.enroll(deals)
        self.tick()
        survivor = deals.merge_opportunity()
        self.tick()
        self.assertInside(workflow, survivor)
        states = self.enrollments(workflow, survivor).mapped("state")
        self.assertEqual(sorted(states), ["active", "exited", "exited"])

    def test_people_without_workflow_rights_merge(self):
        workflow = self.workflow(WAIT)
        gone, survivor = self.contacts(2)
        workflow.enroll(gone)
        clerk = self.user("clerk", "base.group_user", "base.group_partner_manager")
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(clerk).create({})
        wizard._merge((gone | survivor).ids, survivor.with_user(clerk))
        self.env.invalidate_all()
        self.assertInside(workflow, survivor)

    def test_merging_takes_as_many_queries_however_many_passes_there_are(self):
        few, many = [self.contacts(2) for _number in range(2)]
        flow = self.workflow(WAIT)
        flow.enroll(few)
        for number in range(8):
            self.workflow(WAIT, name=f"Number {number}").enroll(many)
        counts = []
        for gone, survivor in (few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            self.env["crm.workflow"]._visited_models()
            before = self.env.cr.sql_log_count
            self.env["crm.workflow"]._merged(gone, survivor)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
