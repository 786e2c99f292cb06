from odoo import api, models


class CrmWorkflowRow(models.AbstractModel):
    """A row of a workflow's description, such as a step: it changes in a draft, and never later.

    What is written may lead it to another version: that has to be a draft as well, and the row
    has to be as much theirs who wrote it as it was before. Odoo asks its rules before only.
    """

    _name = "crm.workflow.row"
    _description = "Row of a Workflow's Description"

    def _versions(self):
        """The versions that the rows describe."""
        return self.version_id

    def _changing_fields(self):
        """Names of the fields that are no part of the description, and change while it is live:
        the engine writes them, and nobody else.
        """
        return set()

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._versions()._check_editable()
        return rows

    def write(self, vals):
        if self.env.su and not vals.keys() - self._changing_fields():
            return super().write(vals)
        self._versions()._check_editable()
        done = super().write(vals)
        # Constraints are checked as superuser, and may have read in between what is not theirs.
        self.check_access("write")
        self._versions()._check_editable()
        return done

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._versions()._check_editable()
