from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.crm_workflow_deletion import KEPT_DAYS
from .common_records import CHANCE, FEW, MANY, RecordsCase


@tagged("post_install", "-at_install")
class TestDeleteRecords(RecordsCase):
    """Records go to the archive and come back, or go for ever."""

    def delete_step(self, model="res.partner", **vals):
        return self.records_step("delete", model=model, crm_workflow_confirmed=True, **vals)

    # Archiving

    def test_records_are_archived_and_restored(self):
        contacts = self.contacts(3)
        archive = self.records_step("archive", crm_workflow_archive="archive")
        restore = self.records_step("archive", crm_workflow_archive="restore")
        self.assertEqual(
            self.named(archive).name,
            "Archive the contact",
        )
        self.passed(contacts, archive)
        self.assertEqual(contacts.mapped("active"), [False] * 3)
        self.passed(contacts, restore)
        self.assertEqual(contacts.mapped("active"), [True] * 3)

    def test_associated_records_come_back_from_the_archive(self):
        contact = self.contacts(1)
        deals = self.env["crm.lead"].create(
            [{"name": "Deal", "type": "opportunity", "partner_id": contact.id, "active": False}] * 2
        )
        restore = self.records_step(
            "archive",
            crm_workflow_archive="restore",
            crm_workflow_target="associated",
            crm_workflow_target_path="opportunity_ids",
        )
        workflow = self.passed(contact, restore)
        self.assertEqual(deals.mapped("active"), [True] * 2)
        self.assertRoundTrip(workflow)

    def test_archiving_many_takes_no_more_queries_than_one(self):
        def run(count):
            return self.queries(self.contacts(count), self.records_step("archive"))

        run(FEW)
        self.assertLessEqual(run(MANY), run(FEW) + CHANCE)

    def test_one_that_cannot_be_archived_stops_nobody_else(self):
        contacts = self.contacts(2)
        user = self.user("ann", "base.group_user")
        workflow = self.passed(contacts + user.partner_id, self.records_step("archive"))
        self.assertEqual(self.states(workflow), ["completed", "completed", "parked"])
        self.assertEqual((contacts + user.partner_id).mapped("active"), [False, False, True])

    def test_what_has_no_archive_is_refused_at_publish(self):
        step = self.records_step(
            "archive",
            crm_workflow_target="associated",
            crm_workflow_target_path="message_ids",
        )
        self.assertIn("cannot be archived", self.problems(step))

    # Deleting

    def test_records_are_deleted_for_ever(self):
        contacts = self.contacts(3)
        workflow = self.passed(contacts, self.delete_step())
        self.assertFalse(contacts.exists())
        self.assertEqual(self.states(workflow), ["completed"] * 3)

    def test_who_is_deleted_does_not_go_on(self):
        workflow = self.passed(self.contacts(2), self.delete_step(), self.write_step())
        self.assertEqual(self.states(workflow), ["exited"] * 2)
        self.assertEqual(set(self.reasons(workflow)), {"record_deleted"})

    def test_associated_records_are_deleted(self):
        company = self.contacts(1, is_company=True)
        people = self.contacts(2, parent_id=company.id)
        step = self.delete_step(
            crm_workflow_target="associated", crm_workflow_target_path="child_ids"
        )
        workflow = self.passed(
            company, step, object_type=self.env.ref("crm_workflow.object_company")
        )
        self.assertFalse(people.exists())
        self.assertTrue(company.exists())
        self.assertRoundTrip(workflow)

    def test_deleting_many_takes_no_more_queries_than_one(self):
        def run(count):
            step = self.delete_step(
                crm_workflow_target="associated", crm_workflow_target_path="category_id"
            )
            tags = self.env["res.partner.category"].create(
                [{"name": f"Tag {n}"} for n in range(count)]
            )
            contacts = self.contacts(count)
            for contact, tag in zip(contacts, tags, strict=True):
                contact.category_id = tag
            taken = self.queries(contacts, step)
            self.assertFalse(tags.exists())
            return taken

        run(FEW)
        self.assertLessEqual(run(MANY), run(FEW) + CHANCE)

    def test_one_that_cannot_be_deleted_stops_nobody_else(self):
        contacts = self.contacts(2)
        user = self.user("ann", "base.group_user")
        workflow = self.passed(contacts[0] + user.partner_id + contacts[1], self.delete_step())
        self.assertFalse(contacts.exists())
        self.assertTrue(user.partner_id.exists())
        self.assertEqual(sorted(self.states(workflow)), ["completed", "completed", "parked"])

    def test_no_more_than_the_limit_are_deleted_in_a_day(self):
        contacts = self.contacts(5)
        workflow = self.passed(contacts, self.delete_step(crm_workflow_daily_limit=3))
        self.assertEqual(contacts.exists(), contacts[3:])
        self.assertEqual(self.states(workflow), ["completed"] * 3 + ["parked"] * 2)
        self.assertIn("3 records have been deleted here today", self.reasons(workflow)[0])
        self.travel(days=1)
        self.enrollments(workflow).filtered(lambda one: one.state == "parked").action_retry()
        self.tick_run()
        self.assertFalse(contacts.exists())

    def test_the_limit_holds_from_version_to_version(self):
        first, second = self.contacts(2)
        workflow = self.passed(first, self.delete_step(crm_workflow_daily_limit=1))
        workflow.action_edit()
        workflow.action_publish()
        workflow.enroll(second)
        self.tick_run()
        self.assertTrue(second.exists())

    def test_without_a_word_nothing_is_deleted(self):
        step = self.records_step("delete")
        self.assertIn("Really delete", self.problems(step))
        action = self.named(step)
        self.assertEqual(action.name, "Delete the contact for ever")
        action.usage = "ir_actions_server"
        contact = self.contacts(1)
        with self.assertRaises(UserError):
            action.with_context(active_model="res.partner", active_id=contact.id).run()

    def test_what_the_system_needs_is_never_deleted(self):
        for path in ("user_ids", "company_id", "ref_company_ids"):
            step = self.delete_step(crm_workflow_target="associated", crm_workflow_target_path=path)
            self.assertIn("never deleted", self.problems(step))

    def test_no_limit_is_no_way(self):
        self.assertIn("how many", self.problems(self.delete_step(crm_workflow_daily_limit=0)))

    def test_who_may_not_delete_does_not(self):
        user = self.user("runner", "base.group_user", "base.group_partner_manager")
        deals = self.env["crm.lead"].create({"name": "Deal", "type": "opportunity"})
        seller = self.user("seller", "sales_team.group_sale_salesman", "base.group_partner_manager")
        step = self.delete_step(
            "res.partner",
            crm_workflow_target="associated",
            crm_workflow_target_path="opportunity_ids",
        )
        self.assertIn("may not delete", self.problems(step, run_as_id=user.id))
        action = self.records_action(
            "delete", model="crm.lead", usage="ir_actions_server", crm_workflow_confirmed=True
        )
        deals.user_id = seller
        with self.assertRaises(AccessError):
            action.with_user(seller).with_context(active_model="crm.lead", active_id=deals.id).run()
        action.with_context(active_model="crm.lead", active_id=deals.id).run()
        self.assertFalse(deals.exists())

    def test_a_limit_outside_of_workflows_is_told(self):
        contacts = self.contacts(2)
        action = self.records_action(
            "delete",
            usage="ir_actions_server",
            crm_workflow_confirmed=True,
            crm_workflow_daily_limit=1,
        )
        with self.assertRaises(UserError):
            action.with_context(active_model="res.partner", active_ids=contacts.ids).run()

    def test_the_numbers_of_old_days_are_forgotten(self):
        self.passed(self.contacts(1), self.delete_step())
        deletions_sudo = self.env["crm.workflow.deletion"].sudo()
        self.assertEqual(deletions_sudo.search([]).mapped("count"), [1])
        deletions_sudo._gc_days()
        self.assertTrue(deletions_sudo.search([]))
        deletions_sudo.search([]).day -= timedelta(days=KEPT_DAYS + 1)
        deletions_sudo._gc_days()
        self.assertFalse(deletions_sudo.search([]))
