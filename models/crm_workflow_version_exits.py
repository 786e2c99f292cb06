import functools

from odoo import api, fields, models, tools

from ..services import enroller, exits


class CrmWorkflow(models.Model):
    """Ways out, where a workflow is asked: at the door, and by the clock."""

    _inherit = "crm.workflow"

    exit_ids = fields.One2many(related="shown_version_id.exit_ids", readonly=False)

    def _barred(self, record_ids):
        barred = super()._barred(record_ids)
        ways = self.sudo().live_version_id._ways_out()
        known = set().union(*barred.values())
        others = [record_id for record_id in record_ids if record_id not in known]
        for reason, ids in exits.barred(ways, others).items():
            barred.setdefault(reason, []).extend(ids)
        return barred

    @api.model
    def _tick_tasks(self):
        looks = [version._look_at_exits for version in exits.due(self.env)]
        return [*looks, *super()._tick_tasks()]

    @api.model
    @tools.ormcache("version_id")
    def _published_exits(self, version_id):
        """Ids of the exits of a published version, which never change."""
        return tuple(self.env["crm.workflow.version"].sudo().browse(version_id).exit_ids.ids)


class CrmWorkflowVersion(models.Model):
    """Ways out, where a version is asked: before each step."""

    _inherit = "crm.workflow.version"

    exits_at = fields.Datetime(
        string="Next Look at Exits",
        readonly=True,
        copy=False,
        help="When everyone inside is next held against the ways out: for what time changed, or "
        "what was written around Odoo. Single changes are seen at once.",
    )

    def _before_step(self, action, batch):
        """Who is to leave does so, even if something else would hold it."""
        held = super()._before_step(action, batch)
        passes = self.env["crm.workflow.enrollment"].sudo().browse([row.id for row in batch.rows])
        return held | exits.before_step(self._ways_out(), passes)

    def _look_at_exits(self):
        """Let those leave for whom time has changed something."""
        self.exits_at = exits.next_look(self)
        enroller.guarded(self.workflow_id, functools.partial(exits.leave_by_time, self))

    def _ways_out(self):
        """The exits of a published version, as superuser: who walks there need not see them."""
        ids = self.env["crm.workflow"]._published_exits(self.id) if self.id else ()
        return self.env["crm.workflow.exit"].sudo().browse(ids)
