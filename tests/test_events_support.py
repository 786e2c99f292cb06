from odoo.tests import tagged

from .common import EventCase


@tagged("post_install", "-at_install")
class TestEventsOfSupport(EventCase):
    """Tasks and tickets."""

    def ticket(self, **vals):
        return self.env["helpdesk.ticket"].create(
            {"name": "Broken", "description": "It does not start", **vals}
        )

    def test_a_task_reaches_a_stage(self):
        project = self.env["project.project"].create(
            {
                "name": "Move",
                "type_ids": [(0, 0, {"name": "Open"}), (0, 0, {"name": "Done"})],
            }
        )
        first, last = project.type_ids
        workflow = self.waits_for("task_stage", value_to=f"[{last.id}]")
        mine, others = self.env["project.task"].create(
            [
                {"name": "Pack", "project_id": project.id, "partner_id": partner.id}
                for partner in (self.contact, self.other)
            ]
        )
        self.assertEqual(mine.stage_id, first)
        self.tick()
        mine.stage_id = last
        others.name = "Unpack"
        self.tick()
        self.assertInside(workflow, self.contact)

    def test_a_rating_is_given(self):
        by_task = self.waits_for("rating_given", self.type_of("task"))
        by_contact = self.waits_for(
            "rating_given", event_path="partner_id", event_domain="[('rating', '>=', 4)]"
        )
        project = self.env["project.project"].create({"name": "Move"})
        tasks = self.env["project.task"].create(
            [
                {"name": "Pack", "partner_id": partner.id, "project_id": project.id}
                for partner in (self.contact, self.other, self.other)
            ]
        )
        tokens = [task._rating_get_access_token() for task in tasks]
        self.tick()
        tasks[0].rating_apply(5, token=tokens[0])
        tasks[1].rating_apply(1, token=tokens[1])
        self.tick()
        self.assertInside(by_task, tasks[:2])
        self.assertInside(by_contact, self.contact)

    def test_a_ticket_is_created(self):
        by_ticket = self.waits_for("ticket_created", self.type_of("ticket"))
        by_contact = self.waits_for("ticket_created")
        ticket = self.ticket(partner_id=self.contact.id)
        self.tick()
        self.assertInside(by_ticket, ticket)
        self.assertInside(by_contact, self.contact)

    def test_a_ticket_is_closed(self):
        workflow = self.waits_for("ticket_closed", self.type_of("ticket"))
        closed, moved = self.ticket(), self.ticket()
        stages = self.env["helpdesk.ticket.stage"].search([])
        self.tick()
        moved.stage_id = stages.filtered(lambda stage: not stage.closed)[-1]
        closed.stage_id = stages.filtered("closed")[0]
        self.tick()
        self.assertInside(workflow, closed)
