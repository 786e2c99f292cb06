from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged
from odoo.tools import file_open

from .common import WorkflowCase


@tagged("-at_install", "post_install")
class TestNeutralize(WorkflowCase):
    """A copied database is silent until somebody asks it to act."""

    def test_odoo_finds_the_file(self):
        with file_open("crm_workflow/data/neutralize.sql") as file:
            ours = file.read().strip()
        self.assertIn(
            ours, [query.strip() for query in get_neutralization_queries(["crm_workflow"])]
        )

    def test_a_live_workflow_is_paused_and_says_why(self):
        workflow = self.workflow(self.write_step())
        self.neutralize()
        self.assertEqual(workflow.state, "paused")
        self.assertIn("copy", workflow.pause_reason)

    def test_other_states_stay(self):
        draft = self.workflow(self.write_step(), publish=False)
        off = self.workflow(self.write_step())
        off.action_turn_off()
        self.neutralize()
        self.assertEqual((draft.state, off.state), ("draft", "off"))

    def test_nobody_moves(self):
        contacts = self.contacts(3)
        live, finishing = (
            self.workflow(self.delay(1, "hours"), self.write_step("function")) for _ in range(2)
        )
        live.enroll(contacts[:2])
        finishing.enroll(contacts[2])
        self.tick_run()
        finishing.action_turn_off()
        self.neutralize()
        self.travel(days=2)
        self.tick()
        self.assertFalse(any(contacts.mapped("function")))
        self.assertEqual(
            set((self.enrollments(live) + self.enrollments(finishing)).mapped("state")), {"active"}
        )

    def test_nobody_enters_by_what_happened_in_the_original(self):
        workflow = self.workflow(
            self.write_step(),
            triggers=[
                {"kind": "event", "event": "created", "domain": "[('name', 'like', 'Contact')]"}
            ],
        )
        self.contacts(2)
        self.env.cr.flush()
        self.neutralize()
        self.assertFalse(self.env["crm.workflow.event"].search_count([]))
        workflow.action_resume()
        self.tick()
        self.assertFalse(self.enrollments(workflow))

    def test_a_workflow_that_is_resumed_goes_on_where_it_stood(self):
        contact = self.contacts(1)
        workflow = self.workflow(self.delay(1, "hours"), self.write_step("function", "moved on"))
        workflow.enroll(contact)
        self.tick_run()
        self.neutralize()
        workflow.action_resume()
        self.assertFalse(workflow.pause_reason)
        self.travel(hours=2)
        self.tick()
        self.assertEqual(contact.function, "moved on")

    def test_a_record_that_was_finishing_goes_on_when_a_person_ends_its_wait(self):
        contact = self.contacts(1)
        workflow = self.workflow(self.delay(1, "hours"), self.write_step("function", "moved on"))
        workflow.enroll(contact)
        self.tick_run()
        workflow.action_turn_off()
        self.neutralize()
        self.enrollments(workflow).action_skip_wait()
        self.tick_run()
        self.assertEqual(contact.function, "moved on")

    def neutralize(self):
        """Run our file as Odoo does on a copy, and forget what was read before."""
        self.env.flush_all()
        with file_open("crm_workflow/data/neutralize.sql") as file:
            self.env.cr.execute(file.read())
        self.env.invalidate_all()
        self.env["crm.workflow"]._clear_watches()
