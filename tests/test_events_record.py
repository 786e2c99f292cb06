from odoo.fields import Command
from odoo.tests import tagged

from .common import EventCase


@tagged("post_install", "-at_install")
class TestEventsOfRecords(EventCase):
    """What can happen to any record."""

    def setUp(self):
        super().setUp()
        self.stages = self.env["crm.stage"].search([], limit=3)
        self.tags = self.env["crm.tag"].create([{"name": "Urgent"}, {"name": "Later"}])

    def test_a_record_of_another_kind_is_created(self):
        workflow = self.waits_for("created", event_model="crm.lead")
        self.env["crm.lead"].create({"name": "Nobody's"})
        self.deal()
        self.tick()
        self.assertEntered(workflow, self.contact)

    def test_a_field_of_another_record_changes(self):
        workflow = self.waits_for(
            "changed", event_model="crm.lead", field_name="priority", value_to='["3"]'
        )
        deal = self.deal()
        self.tick()
        self.assertEntered(workflow, self.env["res.partner"])
        deal.priority = "3"
        self.tick()
        self.assertEntered(workflow, self.contact)

    def test_who_a_deleted_record_belonged_to_enters(self):
        workflow = self.waits_for("deleted", event_model="crm.lead")
        deal, kept = self.deal(), self.deal(partner_id=self.other.id)
        self.tick()
        deal.unlink()
        self.tick()
        self.assertEntered(workflow, self.contact)
        self.assertTrue(kept.exists())

    def test_the_company_of_who_a_deleted_record_belonged_to_enters(self):
        workflow = self.waits_for(
            "deleted",
            self.company_type,
            event_model="crm.lead",
            event_path="partner_id.commercial_partner_id",
        )
        self.deal().unlink()
        deal = self.deal()
        self.tick()
        deal.unlink()
        self.tick()
        self.assertEntered(workflow, self.company)

    def test_a_record_is_archived_and_another_unarchived(self):
        archived, back = self.waits_for("archived"), self.waits_for("unarchived")
        self.other.action_archive()
        self.tick()
        self.assertInside(archived, self.other)
        self.assertEntered(back, self.env["res.partner"])
        self.other.action_unarchive()
        self.contacts(1)
        self.tick()
        self.assertInside(back, self.other)

    def test_a_stage_is_reached(self):
        workflow = self.waits_for(
            "stage_entered", self.deal_type, value_to=f"[{self.stages[1].id}]"
        )
        right, wrong = self.deal(stage_id=self.stages[0].id), self.deal(stage_id=self.stages[0].id)
        self.tick()
        right.stage_id, wrong.stage_id = self.stages[1], self.stages[2]
        self.tick()
        self.assertInside(workflow, right)

    def test_a_record_is_assigned_to_somebody(self):
        workflow = self.waits_for("assigned", self.deal_type)
        deal, nobodys = self.deal(user_id=False), self.deal(user_id=self.admin.id)
        self.tick()
        self.assertInside(workflow, nobodys)
        deal.user_id = self.admin
        nobodys.user_id = False
        self.tick()
        self.assertEntered(workflow, deal + nobodys)

    def test_a_task_is_assigned_to_one_more(self):
        colleague = self.user("colleague", "project.group_project_user")
        workflow = self.waits_for("assigned", self.type_of("task"), value_to=f"[{colleague.id}]")
        task = self.env["project.task"].create(
            {"name": "Call", "user_ids": [Command.set(self.admin.ids)]}
        )
        self.tick()
        self.assertEntered(workflow, self.env["project.task"])
        task.user_ids += colleague
        self.tick()
        self.assertInside(workflow, task)

    def test_a_tag_is_added_and_another_removed(self):
        added = self.waits_for("tag_added", self.deal_type, value_to=f"[{self.tags[0].id}]")
        removed = self.waits_for("tag_removed", self.deal_type, value_to=f"[{self.tags[0].id}]")
        one = self.deal(tag_ids=[Command.set(self.tags[1].ids)])
        self.tick()
        one.tag_ids = self.tags
        self.tick()
        self.assertInside(added, one)
        self.assertEntered(removed, one.browse())
        one.tag_ids -= self.tags[1]
        self.tick()
        self.assertEntered(removed, one.browse())
        one.tag_ids = False
        self.tick()
        self.assertInside(removed, one)
