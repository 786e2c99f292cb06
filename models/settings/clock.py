from odoo import api, models, tools
from odoo.fields import Domain

#: Settings that make a workflow look at the clock at each tick.
CLOCK_FIELDS = ("switch_off_at", "notify_user_ids")


class CrmWorkflow(models.Model):
    """Which workflows look at the clock by themselves; where none does, a tick asks nothing."""

    _inherit = "crm.workflow"

    @api.model_create_multi
    def create(self, vals_list):
        workflows = super().create(vals_list)
        if any(vals.get(name) for vals in vals_list for name in CLOCK_FIELDS):
            self._clear_watches()
        return workflows

    def write(self, vals):
        done = super().write(vals)
        if vals.keys() & set(CLOCK_FIELDS):
            self._clear_watches()
        return done

    @api.model
    def _with_clock(self):
        """The workflows with such settings, as superuser."""
        ids = self._clock_ids()
        return self.sudo().search([("id", "in", ids)]) if ids else self.sudo().browse()

    @api.model
    @tools.ormcache()
    def _clock_ids(self):
        """Their ids, read again when such a setting changes."""
        return self.sudo().search(Domain.OR([(name, "!=", False)] for name in CLOCK_FIELDS)).ids
