from odoo import fields, models


class CrmWorkflowPart(models.AbstractModel):
    """A row of a version's settings, such as one window of the week.

    It belongs to the version that lists it: it is frozen and copied with it (a one2many with
    ``copy=True``), and travels inside it, with the fields that ``_document_fields`` names.
    """

    _name = "crm.workflow.part"
    _inherit = "crm.workflow.row"
    _description = "Row of a Workflow's Settings"

    version_id = fields.Many2one(
        "crm.workflow.version", required=True, ondelete="cascade", index=True
    )

    def _document_fields(self):
        """Names of its own fields, for the XML document."""
        return ()
