from odoo import api, fields, models
from odoo.tools import formatLang

from ..services.admission import last_start
from ..services.start import moment_text


class CrmWorkflowPublish(models.TransientModel):
    """How long it takes until all who match have started."""

    _inherit = "crm.workflow.publish"

    admission_text = fields.Char(compute="_compute_admission_text", string="When All Have Started")

    @api.depends("version_id", "match_count")
    def _compute_admission_text(self):
        for wizard in self:
            limited = wizard.match_count and wizard.version_id.entries_per_hour
            wizard.admission_text = wizard._duration() if limited else False

    def _duration(self):
        return self.env._(
            "%(count)s records at %(limit)s an hour: until %(moment)s.",
            count=formatLang(self.env, self.match_count, digits=0),
            limit=formatLang(self.env, self.version_id.entries_per_hour, digits=0),
            moment=moment_text(self.env, last_start(self.version_id, self.match_count)),
        )
