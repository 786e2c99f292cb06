from odoo import api, models
from odoo.exceptions import AccessError

from ..engine.xml_from_document import xml_from_document
from ..services.exporter import document_of_version
from ..services.faults import missing_app
from ..services.importer import create_workflow


class CrmWorkflow(models.Model):
    """A workflow as an XML document, and from one."""

    _inherit = "crm.workflow"

    def export_xml(self):
        """The workflow as an XML document: its draft if there is one, else its live version.

        What the reader may not see, such as code, is left out.
        """
        self.ensure_one()
        self.check_access("read")
        if self.model_name not in self.env:
            return self._published_xml()
        return xml_from_document(document_of_version(self.shown_version_id))

    def _published_xml(self):
        """What was published, with all its code: where the app is gone, fields and references of
        its model mean nothing any more.

        :raise UserError: naming the cure
        """
        published = self.shown_version_id.sudo().document
        if not published:
            raise missing_app(self.env, self.model_name)
        if not self.env.su and not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._(
                    "The app that brings %(model)s is not installed any more, and what was "
                    "published is for administrators: ask one to export “%(workflow)s”.",
                    model=self.model_name,
                    workflow=self.name,
                )
            )
        return published

    @api.model
    def import_xml(self, text):
        """Create a draft workflow from a document.

        :param text: str or bytes, as :meth:`export_xml` gives it
        :return: the workflow
        :raise ValidationError: naming line and reason; nothing is created then
        """
        self.check_access("create")
        return create_workflow(self.env, text)
