"""What the pages list is what there is."""

import re
from pathlib import Path

from odoo.tests import tagged

from ..services.exporter import SERVER_ACTION_FIELDS
from .common import WorkflowCase

DOC = Path(__file__).parents[1] / "doc"
KINDS = ("crm.workflow.trigger", "crm.workflow.action", "crm.workflow.exit")
#: How the fields begin that the add-on gives to actions.
OWN_ACTION_FIELDS = ("crm_workflow_", "assign_")


@tagged("post_install", "-at_install")
class TestPages(WorkflowCase):
    """``doc/document.md`` names every field that travels in a document."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.named = set(re.findall(r"`(\w+)`", (DOC / "document.md").read_text()))

    def of_kinds(self):
        """(model, kind, names of its fields)"""
        for model_name in KINDS:
            model = self.env[model_name]
            for kind in model._fields["kind"].get_values(self.env):
                row = model.new({"kind": kind})
                yield model_name, kind, row._by_kind("document_fields")()

    def of_parts(self):
        """(model, "", names of its fields) of the rows that travel inside of others."""
        for model_name, model in self.env.items():
            if model_name.startswith("crm.workflow") and hasattr(model, "_document_fields"):
                yield model_name, "", () if model._abstract else model._document_fields()

    def test_every_field_of_a_kind_or_part_is_named(self):
        for model_name, kind, names in [*self.of_kinds(), *self.of_parts()]:
            with self.subTest(model_name, kind=kind):
                self.assertEqual(set(names) - self.named, set())

    def test_every_kind_and_part_is_named(self):
        kinds = {kind for _model_name, kind, _names in self.of_kinds()}
        self.assertEqual(kinds - self.named, set())
        page = (DOC / "document.md").read_text()
        parts = [name for name, _kind, names in self.of_parts() if names]
        self.assertEqual([name for name in parts if f"record `{name}`" not in page], [])

    def test_every_setting_is_named(self):
        names = set(self.env["crm.workflow.version"]._settings_fields())
        self.assertEqual(names - self.named, set())

    def test_every_field_that_actions_got_is_named(self):
        names = {name for name in SERVER_ACTION_FIELDS if name.startswith(OWN_ACTION_FIELDS)}
        self.assertEqual(names - self.named, set())
