from odoo import api, models

from ..engine.xml_from_document import xml_from_document
from ..services.exporter import document_of_version
from ..services.faults import missing_app
from ..services.importer import create_workflow


class CrmWorkflow(models.Model):
    """A workflow as an XML document, and from one."""

    _inherit = "crm.workflow"

    def export_xml(self):
        """The workflow as an XML document: its draft if there is one, else its live version."""
        self.ensure_one()
        self.check_access("read")
        version = self.shown_version_id
        if self.model_name not in self.env:
            # Fields and references of its model mean nothing now; what was published is kept, for
            # administrators.
            may_read = version._has_field_access(version._fields["document"], "read")
            if not may_read or not version.document:
                raise missing_app(self.env, self.model_name)
            return version.document
        return xml_from_document(document_of_version(version))

    @api.model
    def import_xml(self, text):
        """Create a draft workflow from a document.

        :param text: str or bytes, as :meth:`export_xml` gives it
        :return: the workflow
        :raise ValidationError: naming line and reason; nothing is created then
        """
        self.check_access("create")
        return create_workflow(self.env, text)
