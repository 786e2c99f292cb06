import logging

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import file_open

from ..engine.document_from_xml import document_from_xml

_logger = logging.getLogger(__name__)

#: Files of demo/workflows, in the order in which they are loaded.
DEMO = ("contacts", "companies", "deals", "won_deals", "tickets")
_LOADED = "crm_workflow.demo_loaded"


class CrmWorkflow(models.Model):
    """The demo: workflows that run over the demo records of the apps that are installed.

    A scheduled action loads them, and not the installation itself: only when all add-ons are
    in place is it known which kinds of record there are, whatever the order of loading was.
    """

    _inherit = "crm.workflow"

    @api.model
    def _load_demo(self):
        """Load and publish what has not been loaded before; what lacks its app is left for later.

        A workflow that somebody deleted does not come back.
        """
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        loaded = (parameters_sudo.get_param(_LOADED) or "").split()
        for name in DEMO:
            if name not in loaded and self._load_demo_workflow(name):
                loaded.append(name)
        parameters_sudo.set_param(_LOADED, " ".join(loaded))

    @api.model
    def _load_demo_workflow(self, name):
        """True when the workflow of one file is live now, with its demo records inside."""
        with file_open(f"crm_workflow/demo/workflows/{name}.xml", "rb") as file:
            text = file.read()
        if not self._has_app_of(text):
            return False
        try:
            with self.env.cr.savepoint():
                workflow = self.import_xml(text)
                workflow.action_publish(enroll_existing=True)
                tell_story = getattr(workflow, f"_demo_story_{name}", None)
                if tell_story:
                    tell_story()
        except (UserError, ValidationError):
            _logger.warning("The demo workflow %s is not loaded", name, exc_info=True)
            return False
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": f"crm_workflow.demo_workflow_{name}", "record": workflow, "noupdate": True}]
        )
        return True

    def _has_app_of(self, text):
        """True when the kind of record that a document is about is there."""
        fields = {field.name: field.value for field in document_from_xml(text).fields}
        object_type = self.env.ref(fields["object_id"][0].xmlid, raise_if_not_found=False)
        return bool(object_type and object_type.is_available)

    def _demo_story_contacts(self):
        """On the first day, somebody takes a record out by hand."""
        record = self.env.ref("base.res_partner_main1", raise_if_not_found=False)
        if record:
            self.unenroll(record)

    def _demo_story_won_deals(self):
        """On the first day, somebody enrols the deals that were won before."""
        self.enroll(
            self.env["crm.lead"].search([("type", "=", "opportunity"), ("won_status", "=", "won")])
        )
