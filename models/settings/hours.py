from odoo import api, fields, models, tools

from odoo.addons.base.models.res_partner import _tz_get

from ...services import hours

ZONE_SOURCES = [
    ("workflow", "One zone for all"),
    ("company", "The company's"),
    ("record", "Each record's own"),
]
#: What the settings read beside the version itself.
_ROWS = (
    "window_ids.days",
    "window_ids.hour_from",
    "window_ids.hour_to",
    "skip_ids.date_from",
    "skip_ids.date_to",
    "skip_ids.yearly",
)
_SETTINGS = ("holiday_calendar_id", "zone_source", "zone", "spread_minutes")
SPREAD_MINUTES = 15


class CrmWorkflowVersion(models.Model):
    """When a version acts. Outside of its hours, steps that act are held, and nothing else is."""

    _inherit = "crm.workflow.version"

    window_ids = fields.One2many("crm.workflow.window", "version_id", string="Hours", copy=True)
    skip_ids = fields.One2many("crm.workflow.skip", "version_id", string="Dates to Skip", copy=True)
    holiday_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Public Holidays",
        ondelete="restrict",
        help="Working hours whose public holidays are skipped.",
    )
    zone_source = fields.Selection(
        ZONE_SOURCES,
        string="Time Zone",
        required=True,
        default="workflow",
        help="Whose clock the hours are read on. Each record's own is that of the record or of "
        "its contact; those without one go by the zone named here.",
    )
    zone = fields.Selection(_tz_get, help="Left empty, it is the zone of the run-as user.")
    spread_minutes = fields.Integer(
        string="Spread Over",
        default=SPREAD_MINUTES,
        help="Records that were held start spread over so many minutes, not all at once. "
        "0 for all at once.",
    )
    hours_summary = fields.Char(compute="_compute_hours_summary")

    @api.depends(*_ROWS, *_SETTINGS, "workflow_id.run_as_id")
    def _compute_hours_summary(self):
        for version in self:
            version.hours_summary = hours.summary(version)

    @api.depends(*_ROWS, *_SETTINGS)
    def _compute_problems(self):
        return super()._compute_problems()

    def _settings_fields(self):
        return [*super()._settings_fields(), "window_ids", "skip_ids", *_SETTINGS]

    def _problems_settings(self):
        yield from super()._problems_settings()
        yield from hours.problems(self)

    def _before_step(self, action, batch):
        kept = super()._before_step(action, batch)
        plan = action._acts() and self._hours_plan()
        return hours.held(plan, batch) | kept if plan else kept

    def _hours_plan(self):
        """The :class:`~...services.hours.Plan` of when it acts; None when it acts at any time."""
        self.ensure_one()
        return hours.plan_of(self) if self.state == "draft" else self._published_plan(self.id)

    @api.model
    @tools.ormcache("version_id")
    def _published_plan(self, version_id):
        """The plan of a published version, which never changes; read once per process."""
        return hours.plan_of(self.browse(version_id))


class CrmWorkflow(models.Model):
    """The settings of the version that the form shows."""

    _inherit = "crm.workflow"

    window_ids = fields.One2many(related="shown_version_id.window_ids", readonly=False)
    skip_ids = fields.One2many(related="shown_version_id.skip_ids", readonly=False)
    holiday_calendar_id = fields.Many2one(
        related="shown_version_id.holiday_calendar_id", readonly=False
    )
    zone_source = fields.Selection(
        related="shown_version_id.zone_source", readonly=False, default="workflow"
    )
    zone = fields.Selection(related="shown_version_id.zone", readonly=False)
    spread_minutes = fields.Integer(
        related="shown_version_id.spread_minutes", readonly=False, default=SPREAD_MINUTES
    )
    hours_summary = fields.Char(related="shown_version_id.hours_summary")
