from odoo import fields, models

#: In the cursor's cache: the id of the action that calls its address at this moment.
CALLING = "crm_workflow.calling_action"


class IrActionsServer(models.Model):
    """Whoever knows the address of a webhook may call it: as code, it is for administrators."""

    _inherit = "ir.actions.server"

    webhook_url = fields.Char(groups="base.group_system")

    def _has_field_access(self, field, operation):
        """Odoo's own call reads the address as the step's run-as user, who need not know it."""
        if field.name == "webhook_url" and operation == "read":
            calling_id = self.env.cr.cache.get(CALLING)
            if calling_id and self._ids == (calling_id,):
                return True
        return super()._has_field_access(field, operation)

    def _run_action_webhook(self, eval_context=None):
        cache = self.env.cr.cache
        self.sudo().fetch(["webhook_url"])
        cache[CALLING] = self.id
        try:
            return super()._run_action_webhook(eval_context=eval_context)
        finally:
            del cache[CALLING]
