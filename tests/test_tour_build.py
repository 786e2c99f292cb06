from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestTourBuild(HttpCase):
    """An administrator describes a workflow on the screen and switches it on."""

    def test_a_workflow_is_built_and_published_on_the_screen(self):
        self.start_tour("/odoo/workflows", "crm_workflow_build", login="admin")
        workflow = self.env["crm.workflow"].search([("name", "=", "Welcome Belgians")])
        self.assertEqual(workflow.state, "on")
        version = workflow.live_version_id
        self.assertEqual(version.trigger_ids.mapped("kind"), ["criteria"])
        self.assertIn("country_id", version.trigger_ids.domain)
        steps = version.action_ids.sorted("sequence")
        self.assertEqual(steps.mapped("kind"), ["server", "delay", "branch"])
        action = steps[0].server_action_id
        self.assertEqual(action.usage, "crm_workflow")
        self.assertEqual(
            action.crm_workflow_assignment_ids.mapped("summary"), ["set Job Position to Friend"]
        )
        self.assertEqual(steps[1].summary, "Wait 2 days")
        self.assertEqual(steps[2].path_ids.mapped("display_name"), ["From Belgium", "Otherwise"])
