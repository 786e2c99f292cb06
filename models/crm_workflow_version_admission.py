from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import formatLang

from ..services.admission import queue_of, requeue
from ..services.start import moment_text


class CrmWorkflowVersion(models.Model):
    """How many records may start within an hour."""

    _inherit = "crm.workflow.version"

    entries_per_hour = fields.Integer(
        string="Entries per Hour",
        help="How many records may start within an hour; 0 for any number. Those beyond enter as "
        "well and start in turn. Whoever is enrolled by hand does not queue.",
    )

    @api.constrains("entries_per_hour")
    def _check_entries_per_hour(self):
        if any(version.entries_per_hour < 0 for version in self):
            raise ValidationError(
                self.env._("The entries per hour are a number, or 0 for no limit.")
            )

    def _settings_fields(self):
        return [*super()._settings_fields(), "entries_per_hour"]


class CrmWorkflow(models.Model):
    """Who has entered and waits for the limit to let it start."""

    _inherit = "crm.workflow"

    entries_per_hour = fields.Integer(related="shown_version_id.entries_per_hour", readonly=False)
    queued_count = fields.Integer(string="Waiting to Start", compute="_compute_queue")
    queued_until = fields.Datetime(
        string="Last Start", compute="_compute_queue", help="When the last of them starts."
    )
    queued_text = fields.Char(compute="_compute_queue", string="Queue in Words")

    @api.model
    @tools.ormcache()
    def _has_limits(self):
        """True when some live version has a limit; cached until a workflow changes."""
        limited = [("state", "=", "live"), ("entries_per_hour", ">", 0)]
        return bool(self.env["crm.workflow.version"].sudo().search_count(limited, limit=1))

    def _compute_queue(self):
        queues = queue_of(self)
        for workflow in self:
            workflow.queued_count, workflow.queued_until = queues.get(workflow.id, (0, False))
            workflow.queued_text = bool(workflow.queued_count) and self.env._(
                "Waiting to start in turn: %(count)s. The last of them starts on %(moment)s.",
                count=formatLang(self.env, workflow.queued_count, digits=0),
                moment=moment_text(self.env, workflow.queued_until),
            )

    def action_publish(self, enroll_existing=False, in_flight="move"):
        """The limit of the new version holds for those who are queued, too."""
        done = super().action_publish(enroll_existing=enroll_existing, in_flight=in_flight)
        requeue(self)
        return done

    def action_resume(self):
        """Nobody started meanwhile, so the turns are given anew."""
        done = super().action_resume()
        requeue(self)
        return done
