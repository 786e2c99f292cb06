from odoo import sql_db
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestStepComments(WorkflowCase):
    """People talk about a step, whichever version of it they look at."""

    def setUp(self):
        super().setUp()
        self.flow = self.workflow(self.write_step(), self.delay(1, "days"))
        self.step = self.first_of(self.flow.live_version_id)
        self.manager = self.user("manager", "crm_workflow.group_manager")
        self.reader = self.user("reader", "crm_workflow.group_user")

    def first_of(self, version):
        return version.action_ids.sorted("sequence")[0]

    def comment(self, step, text="Why?", user=None, **values):
        step = step.with_user(user or self.manager)
        return step.message_post(
            body=text, message_type="comment", subtype_xmlid="mail.mt_comment", **values
        )

    def draft_step(self):
        self.flow.action_edit()
        return self.first_of(self.flow.draft_version_id)

    def test_a_published_step_is_talked_about_by_all_who_see_it(self):
        self.comment(self.step)
        self.comment(self.step, user=self.reader)
        self.assertEqual(self.step.comment_count, 2)
        with self.assertRaises(AccessError):
            self.comment(self.step, user=self.user("stranger", "base.group_user"))

    def test_who_is_mentioned_is_told(self):
        message = self.comment(self.step, partner_ids=self.reader.partner_id.ids)
        self.assertIn(self.reader.partner_id, message.notified_partner_ids)

    def test_the_step_of_a_new_draft_has_the_comments_and_those_on_it_are_kept(self):
        self.comment(self.step)
        draft = self.draft_step()
        self.comment(draft)
        self.assertEqual((draft.comment_count, self.step.comment_count), (2, 2))
        self.assertEqual(draft.discussion_id, self.step)
        self.flow.action_discard_draft()
        self.step.invalidate_recordset()
        self.assertEqual(self.step.comment_count, 2)

    def test_the_same_holds_over_many_versions(self):
        self.comment(self.step)
        for _version in range(2):
            self.draft_step()
            self.flow.action_publish()
        newest = self.first_of(self.flow.live_version_id)
        self.comment(newest)
        self.assertEqual((newest.comment_count, newest.discussion_id), (2, self.step))

    def test_a_copy_of_the_workflow_has_comments_of_its_own(self):
        self.comment(self.step)
        copy = self.env["crm.workflow"].import_xml(self.flow.export_xml())
        self.assertEqual(self.first_of(copy.draft_version_id).comment_count, 0)

    def test_the_comments_on_a_step_that_is_deleted_go_with_it(self):
        self.draft_step()
        step = self.env["crm.workflow.action"].create(
            {"version_id": self.flow.draft_version_id.id, "kind": "end"}
        )
        message = self.comment(step)
        self.flow.action_discard_draft()
        self.assertFalse(message.exists())

    def test_steps_come_without_messages_and_followers(self):
        draft = self.draft_step()
        steps = self.step | draft
        self.assertFalse(steps.message_ids)
        self.assertFalse(steps.message_follower_ids)

    def test_the_numbers_of_many_steps_take_no_more_queries_than_that_of_one(self):
        def queries(steps):
            self.env.invalidate_all()
            before = sql_db.sql_counter
            steps.browse(steps.ids).mapped("comment_count")
            return sql_db.sql_counter - before

        many = self.workflow(*[self.delay(1, "days") for _step in range(50)])
        steps = many.live_version_id.action_ids
        queries(steps)
        self.assertLessEqual(queries(steps), queries(steps[0]))
