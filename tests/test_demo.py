from pathlib import Path

from odoo.tests import tagged
from odoo.tools import convert_file, mute_logger

from odoo.addons.crm_workflow.engine.document_from_xml import document_from_xml
from odoo.addons.crm_workflow.models.crm_workflow_demo import DEMO

from .common import WorkflowCase

ADDON = Path(__file__).parent.parent


@tagged("-at_install", "post_install")
class TestDemo(WorkflowCase):
    """The demo and the gallery: documents that must work in every database they are offered in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("crm_workflow.demo_loaded", False)
        cls.env["ir.model.data"].search(
            [("module", "=", "crm_workflow"), ("name", "=like", "demo\\_workflow\\_%")]
        ).unlink()
        cls.env = cls.env(user=cls.admin)
        if not cls.env.ref("crm_workflow.demo_ir_cron_load", raise_if_not_found=False):
            cls._load_demo_records()

    @classmethod
    def _load_demo_records(cls):
        """What the documents refer to, in a database that was installed without demo data."""
        convert_file(
            cls.env(su=True),
            "crm_workflow",
            "demo/crm_workflow_demo.xml",
            {},
            mode="init",
            noupdate=True,
        )

    def test_each_document_of_the_demo_is_loaded(self):
        files = {path.stem for path in (ADDON / "demo" / "workflows").glob("*.xml")}
        self.assertEqual(files, set(DEMO))

    def test_a_demo_document_says_exactly_what_its_workflow_says(self):
        for name in self.available_demo():
            with self.subTest(name):
                self.assertRoundTrip((ADDON / "demo" / "workflows" / f"{name}.xml").read_text())

    def test_each_document_of_the_gallery_is_offered(self):
        files = {path.read_text() for path in (ADDON / "data" / "templates").glob("*.xml")}
        self.assertGreaterEqual(len(files), 6)
        self.assertFalse(files - set(self.templates().mapped("document")))

    def test_a_template_can_be_published_as_it_is(self):
        for template in self.templates().filtered("is_available"):
            with self.subTest(template.name):
                workflow = self.assertRoundTrip(template.document)
                self.assertEqual(workflow.model_name, template.model_name)
                workflow.action_publish(enroll_existing=True)
                self.assertEqual(workflow.state, "on")

    def test_a_template_whose_app_is_missing_is_not_offered(self):
        template = self.templates()[:1].copy({"model_name": "no.such.model"})
        available = self.env["crm.workflow.template"].search([("is_available", "=", True)])
        self.assertNotIn(template, available)

    def test_the_demo_is_loaded_once(self):
        loaded = self.load()
        self.assertEqual(set(loaded), set(self.available_demo()))
        self.load()
        self.assertEqual(self.env["crm.workflow"].search_count([("state", "=", "on")]), len(loaded))

    def test_a_demo_workflow_that_was_deleted_does_not_come_back(self):
        workflow = self.load()["companies"]
        workflow.action_turn_off(inside="end")
        workflow.unlink()
        self.assertNotIn("companies", self.load())

    def test_a_demo_workflow_whose_app_comes_later_is_loaded_then(self):
        ticket_type = self.env.ref("crm_workflow.object_ticket")
        model_name, ticket_type.model_name = ticket_type.model_name, "no.such.model"
        self.assertNotIn("tickets", self.load())
        ticket_type.model_name = model_name
        self.assertEqual("tickets" in self.load(), "helpdesk.ticket" in self.env)

    def test_a_document_that_finds_no_home_harms_no_other(self):
        self.env.ref("crm_workflow.mail_template_welcome").unlink()
        with mute_logger("odoo.addons.crm_workflow.models.crm_workflow_demo"):
            loaded = self.load()
        self.assertNotIn("contacts", loaded)
        self.assertIn("deals", loaded)

    def test_the_newcomer_sees_every_state(self):
        self.records()
        workflows = self.load()
        self.tick_run()
        seen = {row.state for workflow in workflows.values() for row in self.enrollments(workflow)}
        self.assertEqual(seen, {"active", "completed", "exited", "parked"})

    def test_the_parked_deal_tells_its_cause_and_goes_on_after_the_cure(self):
        records = self.records()
        workflow = self.load()["deals"]
        self.tick_run()
        enrollment = self.enrollments(workflow, records["deal"])
        self.assertEqual(enrollment.state, "parked")
        self.assertIn("has no customer", enrollment.reason)
        records["deal"].partner_id = records["contact"]
        enrollment.action_retry()
        self.tick_run()
        self.assertEqual(records["deal"].priority, "3")
        self.assertTrue(records["deal"].activity_ids)

    def test_a_contact_gets_the_welcome_and_moves_on_as_time_passes(self):
        records = self.records()
        workflow = self.load()["contacts"]
        self.tick_run()
        enrollment = self.enrollments(workflow, records["contact"])
        mail = self.env["mail.mail"].search(
            [("model", "=", "res.partner"), ("res_id", "=", records["contact"].id)]
        )
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(enrollment.action_id.key, "let-them-read")
        self.travel(minutes=2)
        self.tick_run()
        self.assertEqual(enrollment.state, "completed")

    def test_a_deal_that_is_won_is_handed_over(self):
        records = self.records()
        workflow = self.load()["won_deals"]
        records["deal"].action_set_won()
        self.tick()
        self.assertEqual(
            self.enrollments(workflow, records["deal"]).action_id.key, "time-to-deliver"
        )

    def test_a_deal_that_is_lost_and_so_archived_enters_the_win_back(self):
        template = self.env.ref("crm_workflow.template_lost_deal_win_back")
        workflow = self.env["crm.workflow"].import_xml(template.document)
        workflow.action_publish()
        deal = self.records()["deal"]
        deal.action_set_lost()
        self.tick()
        self.assertInside(workflow, deal)

    # Verbs

    def records(self):
        """A record for each state, whatever demo records there are."""
        company = self.env["res.partner"].create(
            {"name": "Complete", "is_company": True, "website": "complete.example.com", "vat": "/"}
        )
        contact = self.env["res.partner"].create(
            {
                "name": "Ada",
                "function": "Manager",
                "email": "ada@example.com",
                "parent_id": company.id,
            }
        )
        deal = self.env["crm.lead"].create(
            {
                "name": "Large",
                "type": "opportunity",
                "expected_revenue": 50_000,
                "partner_id": False,
            }
        )
        leaving = self.env.ref("base.res_partner_main1", raise_if_not_found=False)
        if not leaving:
            partner = contact.copy({"name": "Chester"})
            self.env["ir.model.data"].sudo()._update_xmlids(
                [{"xml_id": "base.res_partner_main1", "record": partner}]
            )
        return {"company": company, "contact": contact, "deal": deal}

    def load(self):
        """Load the demo as its scheduled action does: {name: workflow}."""
        self.env["crm.workflow"]._load_demo()
        found = {
            name: self.env.ref(f"crm_workflow.demo_workflow_{name}", raise_if_not_found=False)
            for name in DEMO
        }
        return {name: workflow for name, workflow in found.items() if workflow}

    def templates(self):
        return self.env["crm.workflow.template"].with_context(active_test=False).search([])

    def available_demo(self):
        return [name for name in DEMO if name != "tickets" or "helpdesk.ticket" in self.env]

    def assertRoundTrip(self, text):
        """The document becomes a workflow without problems, whose export says the same."""
        workflow = self.env["crm.workflow"].import_xml(text)
        self.assertFalse(workflow.problems)
        self.assertEqual(document_from_xml(workflow.export_xml()), document_from_xml(text))
        return workflow
