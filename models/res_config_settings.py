from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.call_address import allowed_from_text
from ..engine.errors import CallError
from ..services import mail_limits, mail_tracking
from ..services.calls import courier
from ..services.silence import IMPORTS_SILENT

RETENTION_FIELDS = (
    "crm_workflow_log_days",
    "crm_workflow_enrollment_days",
    "crm_workflow_member_days",
    "crm_workflow_call_days",
    "crm_workflow_mail_days",
)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_workflow_log_days = fields.Integer(
        string="Ledger", config_parameter="crm_workflow.log_days", default=90
    )
    crm_workflow_enrollment_days = fields.Integer(
        string="Finished Enrollments", config_parameter="crm_workflow.enrollment_days", default=180
    )
    crm_workflow_member_days = fields.Integer(
        string="Memory", config_parameter="crm_workflow.member_days", default=730
    )
    crm_workflow_imports_silent = fields.Boolean(
        string="Silent imports", config_parameter=IMPORTS_SILENT
    )

    crm_workflow_call_days = fields.Integer(
        string="Calls of Webhooks", config_parameter="crm_workflow.call_days", default=30
    )

    crm_workflow_mail_days = fields.Integer(
        string="E-mails of Workflows", config_parameter="crm_workflow.mail_days", default=180
    )
    crm_workflow_track_mails = fields.Boolean(
        string="Track e-mails", default=lambda self: mail_tracking.is_on(self.env)
    )

    crm_workflow_mail_cap = fields.Integer(
        string="E-mails at Most", config_parameter=mail_limits.CAP, default=0
    )
    crm_workflow_mail_cap_hours = fields.Integer(
        string="Within Hours",
        config_parameter=mail_limits.CAP_HOURS,
        default=mail_limits.DEFAULT_CAP_HOURS,
    )

    crm_workflow_calls_allowed = fields.Char(
        string="Allowed Hosts", config_parameter=courier.ALLOWED
    )
    crm_workflow_calls_per_second = fields.Integer(
        string="Calls per Second",
        config_parameter=courier.PER_SECOND,
        default=courier.DEFAULT_PER_SECOND,
    )

    def set_values(self):
        """What is on by default is kept by its opposite: an absent parameter means no."""
        parameters = self.env["ir.config_parameter"]
        parameters.set_param(mail_tracking.UNTRACKED, not self.crm_workflow_track_mails)
        return super().set_values()

    @api.constrains(*RETENTION_FIELDS)
    def _check_workflow_retention(self):
        for settings in self:
            if min(settings[name] for name in RETENTION_FIELDS) < 1:
                raise ValidationError(self.env._("Workflow data is kept for one day at least."))

    @api.constrains("crm_workflow_mail_cap", "crm_workflow_mail_cap_hours")
    def _check_workflow_mail_cap(self):
        for settings in self:
            if settings.crm_workflow_mail_cap < 0 or settings.crm_workflow_mail_cap_hours < 1:
                raise ValidationError(
                    self.env._("The limit of e-mails is 0 for none, or a number within some hours.")
                )

    @api.constrains("crm_workflow_calls_allowed", "crm_workflow_calls_per_second")
    def _check_workflow_calls(self):
        for settings in self:
            try:
                allowed_from_text(settings.crm_workflow_calls_allowed)
            except CallError as error:
                raise ValidationError(
                    self.env._(
                        "“%s” is neither the name of a host nor a network such as 10.1.0.0/16.",
                        error.detail,
                    )
                ) from None
            if not 1 <= settings.crm_workflow_calls_per_second <= 1000:
                raise ValidationError(
                    self.env._("Enter a number from 1 to 1000 for the calls a second.")
                )
