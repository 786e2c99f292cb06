from odoo import fields, models
from odoo.fields import Domain

from ...services import reach
from ...services.names import visible_names


class CrmWorkflowExit(models.Model):
    _inherit = "crm.workflow.exit"

    kind = fields.Selection(
        selection_add=[("elsewhere", "It enters another workflow")],
        ondelete={"elsewhere": "cascade"},
    )
    elsewhere_ids = fields.Many2many(
        "crm.workflow",
        string="Workflows",
        help="The workflows whose entry counts; none for any other workflow.",
    )

    def _watch_elsewhere(self, watches):
        """Entries are no changes of a record: the enroller tells of them."""

    def _reached_elsewhere(self, facts):
        return []

    def _leaving_elsewhere(self, passes):
        """Who entered another workflow after this one, whether it is still inside there or not."""
        later = self.env["crm.workflow.enrollment"].search_fetch(
            Domain("res_model", "=", self.model_name)
            & Domain("res_id", "in", passes.mapped("res_id"))
            & Domain("id", ">", min(passes.ids, default=0))
            & self._others_domain(),
            ["res_id"],
            order="id",
        )
        newest = {row.res_id: row.id for row in later}
        return [row.id for row in passes if newest.get(row.res_id, 0) > row.id]

    def _others_domain(self):
        others = Domain("workflow_id", "any", reach.domain(self.workflow_id))
        if self.elsewhere_ids:
            return others & Domain("workflow_id", "in", (self.elsewhere_ids - self.workflow_id).ids)
        return others & Domain("workflow_id", "!=", self.workflow_id.id)

    def _follows_elsewhere(self, workflow):
        chosen = not self.elsewhere_ids or workflow in self.elsewhere_ids
        other = chosen and workflow != self.workflow_id
        return other and bool(reach.within(self.workflow_id, workflow))

    def _workflow_fields_elsewhere(self):
        return ("elsewhere_ids",)

    def _summary_depends(self):
        return [*super()._summary_depends(), "elsewhere_ids.name"]

    def _summary_elsewhere(self):
        others_sudo = self.sudo().elsewhere_ids
        if not others_sudo:
            return self.env._("Enters any other workflow")
        names = visible_names(others_sudo).values()
        return self.env._("Enters %s", ", ".join(f"“{name}”" for name in names))

    def _problems_elsewhere(self):
        own_sudo, others_sudo = self.sudo().workflow_id, self.sudo().elsewhere_ids
        if others_sudo and not others_sudo - own_sudo:
            yield self.env._("Choose another workflow than this one, or none for any other.")
        yield from reach.problems(own_sudo, others_sudo)

    def _document_fields_elsewhere(self):
        return ("elsewhere_ids",)
