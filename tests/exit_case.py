from .common import WorkflowCase


class ExitCase(WorkflowCase):
    """Workflows that records leave before their end."""

    def left(self, workflow):
        """{record: reason} of those who left."""
        rows = self.enrollments(workflow).filtered(lambda row: row.state == "exited")
        return {self.env[row.res_model].browse(row.res_id): row.reason for row in rows}

    def suppressed(self, **vals):
        """Values of a way out for who is suppressed."""
        return {"kind": "suppression", **vals}

    def assertKeptOut(self, workflow, record, reason):
        """A record that is suppressed does not enter, by hand either, and the dialog says so."""
        self.assertEqual(workflow._refusals(record)[reason], record.ids)
        self.assertFalse(workflow.enroll(record))
        wizard = self.env["crm.workflow.enroll"].create(
            {
                "res_model": record._name,
                "chosen": {"ids": record.ids},
                "workflow_id": workflow.id,
            }
        )
        self.assertEqual((wizard.can_enter_count, wizard.refused_count), (0, 1))
        self.assertIn(wizard._refusal_labels()[reason], wizard.refused_text)
