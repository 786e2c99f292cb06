from odoo.http import Controller, content_disposition, request, route


class CrmWorkflowController(Controller):
    """Downloads. What a user may not read in the backend is refused here as well."""

    @route("/crm_workflow/<int:workflow_id>/export", type="http", auth="user", readonly=True)
    def export(self, workflow_id):
        """The workflow as an XML document to keep, to share, or to import elsewhere."""
        workflow = request.env["crm.workflow"].browse(workflow_id).exists()
        if not workflow:
            raise request.not_found()
        document = workflow.export_xml()
        headers = [
            ("Content-Type", "application/xml; charset=utf-8"),
            ("Content-Disposition", content_disposition(f"{workflow.name}.xml")),
        ]
        return request.make_response(document, headers=headers)
