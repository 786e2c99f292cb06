"""Verbs for tests of the actions that edit, create, copy and delete records."""

import json

from odoo import sql_db
from odoo.fields import Command

from .common import WorkflowCase

FEW, MANY = 1, 100
#: What a cache may miss by chance; a query per record would be hundreds.
CHANCE = 3


class RecordsCase(WorkflowCase):
    """Steps that act on records."""

    def line(self, field_name, how="set", value=None, **vals):
        """Values of one line; a value is chosen, or a text that a formula or a text is."""
        own = {"field_name": field_name, "how": how, **vals}
        if isinstance(value, str) and how not in ("set", "add", "remove"):
            return own | {"expression": value}
        if value is not None:
            listed = value if isinstance(value, list) else [value]
            own["fixed_value"] = json.dumps(listed)
        return own

    def records_action(self, state, *lines, model="res.partner", **vals):
        commands = [
            Command.create({"sequence": place, **line}) for place, line in enumerate(lines, 1)
        ]
        return self.server_action(
            model, state=f"crm_workflow_{state}", crm_workflow_assignment_ids=commands, **vals
        )

    def named(self, step):
        """The action of a step, called what it does, as in the form."""
        action = self.env["ir.actions.server"].browse(step["server_action_id"])
        action.name = action._generate_action_name()
        return action

    def records_step(self, state, *lines, model="res.partner", **vals):
        """A step whose action has these lines."""
        action = self.records_action(state, *lines, model=model, **vals)
        return {"kind": "server", "server_action_id": action.id}

    def edit(self, records, *lines, object_type=None, run_as=None, **vals):
        """Let records pass through a workflow that edits them; the workflow."""
        step = self.records_step("edit", *lines, model=records._name, **vals)
        return self.passed(records, step, object_type=object_type, run_as=run_as)

    def passed(self, records, *steps, object_type=None, run_as=None):
        """A workflow that the records have gone through, as far as they got."""
        more = {"run_as_id": run_as.id} if run_as else {}
        workflow = self.workflow(*steps, object_type=object_type, **more)
        workflow.enroll(records)
        self.tick_run()
        return workflow

    def states(self, workflow):
        return self.enrollments(workflow).mapped("state")

    def reasons(self, workflow):
        return self.enrollments(workflow).filtered("reason").mapped("reason")

    def problems(self, step, object_type=None, **vals):
        """What keeps a workflow of this one step from being published."""
        workflow = self.workflow(step, object_type=object_type, publish=False, **vals)
        return " ".join(problem["text"] for problem in workflow.draft_version_id.problems or [])

    def queries(self, records, *steps, object_type=None):
        """How many queries a run of the records through the steps takes."""
        workflow = self.workflow(*steps, object_type=object_type)
        self.tick()
        workflow.enroll(records)
        self.env.cr.flush()
        self.env.cr.clear()
        before = sql_db.sql_counter
        self.tick_run()
        taken = sql_db.sql_counter - before
        self.assertEqual(set(self.states(workflow)), {"completed"})
        return taken

    def assertRoundTrip(self, workflow):
        """The document says all, and publishes as the original does."""
        text = workflow.export_xml()
        copy = self.env["crm.workflow"].import_xml(text)
        self.assertEqual(copy.export_xml(), text)
        copy.action_publish()
        return text
