import json

from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestTourBranches(HttpCase):
    """Paths by value and by lot are made on the screen, in forms and in the lanes."""

    def test_a_branch_by_value_and_a_split_are_built(self):
        deal_type = self.env.ref("crm_workflow.object_deal")
        workflow = self.env["crm.workflow"].create({"name": "Paths", "object_id": deal_type.id})
        self.start_tour(
            f"/odoo/workflows/{workflow.id}", "crm_workflow_build_branches", login="admin"
        )
        values, split = workflow.draft_version_id.action_ids.sorted("sequence")
        self.assertEqual((values.kind, values.values_field), ("values", "stage_id"))
        stages = self.env["crm.stage"].search([])
        listed, default = values._paths_in_order()
        self.assertEqual(
            [json.loads(path.values_accepted) for path in listed], [[one.id] for one in stages]
        )
        self.assertTrue(listed[0].values_empty)
        self.assertEqual(default.name, "Any other stage")
        self.assertEqual(split.path_ids.mapped("percentage"), [34, 33, 33])
        self.assertEqual(split.path_ids.mapped("display_name"), ["A", "B", "With a gift"])
