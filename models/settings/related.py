from odoo import fields, models


class CrmWorkflowVersion(models.Model):
    """Associated records that texts, formulas and steps call by name."""

    _inherit = "crm.workflow.version"

    related_ids = fields.One2many(
        "crm.workflow.related", "version_id", string="Related Records", copy=True
    )

    def _settings_fields(self):
        return [*super()._settings_fields(), "related_ids"]

    def _problems_settings(self):
        yield from super()._problems_settings()
        yield from self.related_ids._problems()


class CrmWorkflow(models.Model):
    _inherit = "crm.workflow"

    related_ids = fields.One2many(related="shown_version_id.related_ids", readonly=False)
