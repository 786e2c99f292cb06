from odoo import fields, models


class CrmWorkflowMember(models.Model):
    """What a workflow remembers about a record for years, long after its enrollments.

    ``matching`` is a bit set: bit *n* says that the record matched the n-th criteria
    trigger of the live version when last looked at. A record enters when a bit goes
    from 0 to 1, so remembering it is what makes entry a transition.
    """

    _name = "crm.workflow.member"
    _description = "Workflow Member"
    _log_access = False
    _rec_name = "res_id"

    workflow_id = fields.Many2one("crm.workflow", required=True, ondelete="cascade")
    res_model = fields.Char(string="Model Name", related="workflow_id.model_name")
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", required=True)
    matching = fields.Integer(
        string="Matching Triggers",
        default=0,
        required=True,
        help="Bit set of the conditions that match now.",
    )
    first_entry_at = fields.Datetime(string="First Entry")
    last_entry_at = fields.Datetime(string="Last Entry")
    passes = fields.Integer(default=0, required=True, help="How often the record has entered.")

    queued = fields.Json(
        string="Enters Again",
        groups="base.group_system",
        help="A trigger that fired while the record was inside: it enters again after leaving.",
    )

    _queued = models.Index("(workflow_id, res_id) WHERE queued IS NOT NULL")
    _workflow_record_unique = models.UniqueIndex(
        "(workflow_id, res_id)", "A workflow remembers a record once."
    )
