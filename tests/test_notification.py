from datetime import timedelta
from unittest.mock import patch

from odoo import fields, sql_db
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestNotification(WorkflowCase):
    """Whom a workflow tells that something is not as it should be: once for many records."""

    def setUp(self):
        super().setUp()
        self.person = self.user("told", "crm_workflow.group_user", email="told@example.com")

    def telling(self, *steps, **vals):
        """A live workflow that tells the person."""
        return self.workflow(*steps, notify_user_ids=[fields.Command.set(self.person.ids)], **vals)

    def told(self, workflow, person=None):
        """The bodies of the messages to a person about a workflow, oldest first."""
        messages = self.env["mail.message"].search(
            [
                ("model", "=", "crm.workflow"),
                ("res_id", "=", workflow.id),
                ("message_type", "=", "user_notification"),
                ("notified_partner_ids", "in", (person or self.person).partner_id.ids),
            ],
            order="id",
        )
        return messages.mapped("body")

    def mails(self, workflow):
        """E-mails about a workflow that are in the queue."""
        return self.env["mail.mail"].search(
            [("model", "=", "crm.workflow"), ("res_id", "=", workflow.id)]
        )

    def failing(self):
        """A step that fails, for one reason or, on every third record, for another."""
        return self.code_step(
            "raise UserError('No third' if record.name.endswith('3') else 'No luck')"
        )

    @mute_logger("odoo.addons.crm_workflow.services.outcomes")
    def park(self, workflow, count):
        """So many records are parked, and the ledger has settled."""
        contacts = self.contacts(count)
        workflow.enroll(contacts)
        self.tick_run()
        self.assertEqual(set(self.enrollments(workflow, contacts).mapped("state")), {"parked"})
        self.travel(minutes=2)
        self.tick()
        return contacts

    # Failures

    def test_many_parked_records_are_one_message_with_count_reasons_and_link(self):
        workflow = self.telling(self.failing())
        self.park(workflow, 20)
        [body] = self.told(workflow)
        self.assertIn("failed: 20.", body)
        self.assertIn("18 × No luck", body)
        self.assertIn("2 × No third", body)
        self.assertIn(f"/odoo/workflows/{workflow.id}", body)

    def test_reasons_are_told_to_those_who_may_see_the_records(self):
        seller = self.user("seller", "crm_workflow.group_user", email="seller@example.com")
        workflow = self.telling(self.failing())
        workflow.notify_user_ids += seller
        self.env["ir.rule"].create(
            {
                "name": "Hide",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('name', 'not like', '%3')] if user.id == {seller.id} else []",
            }
        )
        self.park(workflow, 20)
        [all_told], [some_told] = self.told(workflow), self.told(workflow, seller)
        self.assertIn("2 × No third", all_told)
        self.assertIn("failed: 20.", some_told)
        self.assertIn("18 × No luck", some_told)
        self.assertNotIn("No third", some_told)

    def test_it_is_an_e_mail_that_waits_in_the_queue_or_a_message_in_odoo(self):
        workflow = self.telling(self.failing())
        self.park(workflow, 1)
        mail = self.mails(workflow)
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.person.partner_id)
        self.person.notification_type = "inbox"
        self.travel(hours=1)
        self.park(workflow, 1)
        self.assertEqual(len(self.told(workflow)), 2)
        self.assertEqual(self.mails(workflow), mail)

    def test_the_same_failures_are_told_once_and_new_ones_an_hour_later(self):
        workflow = self.telling(self.failing())
        self.park(workflow, 2)
        self.park(workflow, 3)
        self.assertEqual(len(self.told(workflow)), 1)
        self.travel(hours=1)
        self.tick()
        bodies = self.told(workflow)
        self.assertEqual(len(bodies), 2)
        self.assertIn("failed: 3.", bodies[1])
        self.travel(hours=2)
        self.tick()
        self.assertEqual(len(self.told(workflow)), 2)

    def test_a_batch_that_commits_late_is_told_all_the_same(self):
        workflow = self.telling(self.failing())
        self.park(workflow, 1)
        told_at = workflow.errors_told_at
        self.park(workflow, 1)
        row = self.env["crm.workflow.log"].search(
            [("workflow_id", "=", workflow.id), ("outcome", "=", "parked")], limit=1
        )
        self.env.cr.execute(
            "UPDATE crm_workflow_log SET at = %s WHERE id = %s",
            (told_at - timedelta(seconds=1), row.id),
        )
        self.travel(hours=1)
        self.tick()
        self.assertEqual(len(self.told(workflow)), 2)

    def test_a_workflow_that_pauses_itself_is_told_with_the_reason(self):
        workflow = self.telling(self.end(), run_as_id=self.admin.id)
        workflow._pause_because("Nobody is home")
        self.tick()
        [body] = self.told(workflow)
        self.assertIn("paused itself: Nobody is home", body)
        self.travel(hours=2)
        self.tick()
        self.assertEqual(len(self.told(workflow)), 1)

    def test_a_pause_by_a_person_is_not_told(self):
        workflow = self.telling(self.end())
        workflow.action_pause()
        self.tick()
        self.assertFalse(self.told(workflow))

    def test_nothing_is_told_to_others_nor_of_what_was_not_asked_for(self):
        nobody = self.workflow(self.failing())
        self.park(nobody, 2)
        quiet = self.telling(self.failing(), notify_errors=False)
        self.park(quiet, 2)
        self.assertFalse(self.told(nobody) + self.told(quiet))

    def test_old_failures_are_no_news_to_who_is_chosen_later(self):
        workflow = self.workflow(self.failing())
        self.park(workflow, 1)
        workflow.notify_user_ids = self.person
        self.travel(days=2)
        self.tick()
        self.assertFalse(self.told(workflow))

    def test_each_is_told_in_the_own_language_in_one_message(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        other = self.user("dite", "crm_workflow.group_user", email="dite@example.com", lang="fr_FR")
        workflow = self.telling(self.failing())
        workflow.notify_user_ids += other
        self.park(workflow, 2)
        self.assertEqual(len(self.told(workflow)), 1)
        self.assertEqual(len(self.told(workflow, other)), 1)

    def test_a_message_that_cannot_be_made_stops_nothing_and_is_not_tried_at_each_tick(self):
        workflow = self.telling(self.failing())
        refuse = patch.object(
            type(workflow), "message_notify", side_effect=UserError("No sender"), autospec=True
        )
        with refuse as notify, self.assertLogs("odoo.addons.crm_workflow.services.notifier"):
            self.park(workflow, 1)
            self.travel(minutes=5)
            self.tick()
        self.assertEqual(notify.call_count, 1)
        self.assertTrue(workflow.errors_told_at)

    def test_looking_takes_no_more_queries_for_many_workflows(self):
        def queries():
            self.env.invalidate_all()
            before = sql_db.sql_counter
            self.env["crm.workflow"]._tick_tasks()
            return sql_db.sql_counter - before

        self.telling(self.end())
        queries()
        one = queries()
        for _number in range(5):
            self.telling(self.end())
        queries()
        self.assertEqual(queries(), one)

    # Entries

    def enter(self, workflow, count, days):
        """So many records entered a number of days ago."""
        contacts = self.contacts(count)
        enrollments = workflow.enroll(contacts)
        self.env.cr.execute(
            "UPDATE crm_workflow_enrollment SET enrolled_at = %s WHERE id = ANY(%s)",
            (fields.Datetime.now() - timedelta(days=days), enrollments.ids),
        )

    def published(self, workflow, days):
        """As if it had been published so many days ago."""
        workflow.live_version_id.published_at = fields.Datetime.now() - timedelta(days=days)
        return workflow

    def test_far_more_entries_than_usual_are_told_once_a_day(self):
        workflow = self.published(self.telling(self.end()), 30)
        self.enter(workflow, 14, days=5)
        self.enter(workflow, 30, days=0.5)
        self.tick()
        [body] = self.told(workflow)
        self.assertIn("24 hours: 30.", body)
        self.assertIn("about 1 a day", body)
        self.travel(hours=3)
        self.tick()
        self.assertEqual(len(self.told(workflow)), 1)
        self.travel(days=1)
        self.tick()
        self.assertEqual(len(self.told(workflow)), 1)

    def test_far_fewer_entries_than_usual_are_told(self):
        workflow = self.published(self.telling(self.end()), 30)
        self.enter(workflow, 300, days=5)
        self.tick()
        [body] = self.told(workflow)
        self.assertIn("24 hours: 0.", body)
        self.assertIn("about 21 a day", body)

    def test_usual_entries_are_not_told(self):
        workflow = self.published(self.telling(self.end()), 30)
        for days in range(14):
            self.enter(workflow, 25, days=days + 0.5)
        self.tick()
        self.assertFalse(self.told(workflow))
        self.assertTrue(workflow.entries_looked_at)

    def test_of_a_young_workflow_entries_are_not_told(self):
        workflow = self.published(self.telling(self.end()), 3)
        self.enter(workflow, 30, days=0.5)
        self.tick()
        self.assertFalse(self.told(workflow))

    def test_entries_are_not_told_when_that_was_not_asked_for(self):
        workflow = self.published(self.telling(self.end(), notify_entries=False), 30)
        self.enter(workflow, 30, days=0.5)
        self.tick()
        self.assertFalse(self.told(workflow))
