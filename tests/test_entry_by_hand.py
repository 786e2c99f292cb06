from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..services.reasons import reason_labels
from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestEntryByHand(WorkflowCase):
    """People enrol records, and learn why some cannot enter."""

    def test_records_enter_without_meeting_the_triggers(self):
        flow = self.workflow(self.delay(1, "days"), triggers=["[('function', '=', 'Chief')]"])
        contacts = self.contacts(2)
        enrollments = flow.enroll(contacts)
        self.assertEqual(set(enrollments.mapped("res_id")), set(contacts.ids))
        self.assertEqual(set(enrollments.mapped("source")), {"manual"})

    def test_refusals_are_told_by_reason(self):
        flow = self.workflow(
            self.branch(("Oslo", "[('city', '=', 'Oslo')]", [self.delay(1, "days")]))
        )
        inside, through = self.contacts(1, city="Oslo"), self.contacts(1)
        company = self.contacts(1, is_company=True)
        fresh = self.contacts(1)
        flow.enroll(inside | through)
        self.tick()
        refused = flow._refusals(inside | through | company | fresh)
        self.assertEqual(
            refused,
            {
                "other_type": company.ids,
                "out_of_sight": [],
                "inside": inside.ids,
                "been_through": through.ids,
            },
        )
        self.assertEqual(flow.enroll(inside | through | company | fresh).res_id, fresh.id)

    def test_a_record_may_come_again_by_hand_when_the_version_says_so(self):
        flow = self.workflow(self.end(), publish=False)
        flow.draft_version_id.reenroll = True
        flow.action_publish()
        contact = self.contacts(1)
        for _pass in range(2):
            self.assertTrue(flow.enroll(contact))
            self.tick()

    def test_the_external_api_names_records_by_id(self):
        flow = self.workflow(self.delay(1, "days"))
        contacts = self.contacts(2)
        self.assertEqual(set(flow.enroll(contacts.ids).mapped("res_id")), set(contacts.ids))
        self.assertEqual(flow.unenroll(contacts.ids), 2)

    def test_what_the_workflow_notes_itself_is_no_reason_that_people_give(self):
        goal = {"kind": "goal", "domain": "[('function', '=', 'Chief')]"}
        flow = self.workflow(self.delay(1, "days"), exits=[goal])
        contacts = self.contacts(3)
        flow.enroll(contacts)
        for who in (self.user("seller", "crm_workflow.group_user"), self.admin):
            own = flow.with_user(who)
            for reason in set(reason_labels(self.env)) - {"manual"}:
                with self.assertRaises(UserError, msg=reason) as refused:
                    own.unenroll(contacts.ids, reason)
                self.assertIn("in words", str(refused.exception))
        self.assertEqual((flow.goal_count, flow.inside_count), (0, 3))
        own.unenroll(contacts[0].ids)
        own.unenroll(contacts[1].ids, "It said no")
        own.sudo().unenroll(contacts[2].ids, "goal")
        reasons = self.enrollments(flow).mapped("reason")
        self.assertEqual(reasons, ["manual", "It said no", "goal"])

    def test_leaving_takes_effect_before_the_next_step(self):
        flow = self.workflow(self.delay(1, "hours"), self.write_step("ref", "too late"))
        contact = self.contacts(1)
        enrollment = flow.enroll(contact)
        self.tick()
        enrollment.action_leave()
        self.travel(hours=2)
        self.tick()
        self.assertEqual(
            (enrollment.state, enrollment.reason, contact.ref), ("exited", "manual", False)
        )

    def test_a_wait_can_be_skipped(self):
        flow = self.workflow(self.delay(1, "days"), self.write_step("ref", "on"))
        contact = self.contacts(1)
        enrollment = flow.enroll(contact)
        self.tick()
        enrollment.action_skip_wait()
        self.tick()
        self.assertEqual((contact.ref, enrollment.state), ("on", "completed"))

    def test_people_without_the_group_cannot_enrol(self):
        flow = self.workflow(self.end())
        outsider = self.user("outsider", "base.group_user")
        with self.assertRaises(AccessError):
            flow.with_user(outsider).enroll(self.contacts(1).with_user(outsider))

    def test_a_user_of_the_group_enrols_what_he_sees(self):
        flow = self.workflow(self.end())
        seller = self.user("seller", "crm_workflow.group_user")
        contact = self.contacts(1)
        self.assertTrue(flow.with_user(seller).enroll(contact.with_user(seller)))
        self.assertEqual(self.enrollments(flow).user_id, seller)

    def test_entering_takes_the_same_queries_for_ten_and_for_a_thousand(self):
        flow = self.workflow(self.end())
        few, many = self.contacts(10), self.contacts(1000)
        flow.enroll(self.contacts(1))
        self.env.flush_all()
        counts = []
        for contacts in (few, many):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            flow.enroll(contacts)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
