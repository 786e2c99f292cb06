from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import fields, sql_db

from .common import WorkflowCase


class WaitsCase(WorkflowCase):
    """Workflows whose records wait, looked at as time passes."""

    def waiting(self, step, records, **vals):
        """A live workflow of one step, and one that marks who came through, with records in it."""
        object_type = self.deal_type if records._name == "crm.lead" else None
        field = "referred" if object_type else "ref"
        through = self.write_step(field, "through", model=records._name)
        workflow = self.workflow(step, through, object_type=object_type, **vals)
        workflow.enroll(records)
        self.tick()
        return workflow

    @contextmanager
    def later(self, records, **amount):
        """The records as another transaction sees them, so much later."""
        self.travel(**amount)
        with self.cron_env() as env:
            yield env[records._name].browse(records.ids)

    def deals(self, count, **vals):
        """New deals."""
        return self.env["crm.lead"].create(
            [{"name": f"Deal {n}", "type": "opportunity", **vals} for n in range(count)]
        )

    def due(self, workflow, records=None):
        """When the enrollments are due, oldest first."""
        return self.enrollments(workflow, records).mapped("due_at")

    def now(self):
        """The moment of the crons, to the second."""
        return fields.Datetime.now() + self.clock

    def utc(self, day, hour, minute, zone):
        """The moment at which a clock in a zone shows a time of a day."""
        local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone))
        return local.astimezone(timezone.utc).replace(tzinfo=None)

    def day(self, ahead, zone="UTC"):
        """The date so many days ahead."""
        return (datetime.now(ZoneInfo(zone)) + timedelta(days=ahead)).date()

    def states(self, workflow):
        """States of the enrollments, in order."""
        return self.enrollments(workflow).mapped("state")

    def problems(self, step, object_type=None):
        """What keeps a workflow of one step from being published."""
        workflow = self.workflow(step, object_type=object_type, publish=False)
        return [problem["text"] for problem in workflow.problems]

    def round_trip(self, step, object_type=None):
        """(the step, the same step after its way through the document)."""
        workflow = self.workflow(step, object_type=object_type, publish=False)
        text = workflow.export_xml()
        copy = self.env["crm.workflow"].import_xml(text)
        self.assertEqual(copy.export_xml(), text)
        return workflow.draft_version_id.action_ids, copy.draft_version_id.action_ids

    def summary(self, step, object_type=None):
        """The one line of a step."""
        workflow = self.workflow(step, object_type=object_type, publish=False)
        return workflow.draft_version_id.action_ids.summary

    def queries(self, work):
        """How many queries ``work()`` takes, to the end of its transaction."""
        self.env.cr.flush()
        self.env.cr.clear()
        before = sql_db.sql_counter
        with self.in_one_batch():
            work()
        self.env.cr.flush()
        return sql_db.sql_counter - before
