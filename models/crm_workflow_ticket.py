from odoo import fields, models


class CrmWorkflowTicket(models.Model):
    """The batch a worker has in hands, committed before the work starts.

    The worker keeps the row locked while it works and deletes it in the same transaction.
    A ticket that nobody holds therefore tells of a worker that died, and of which records.
    """

    _name = "crm.workflow.ticket"
    _description = "Workflow Batch Ticket"
    _log_access = False
    _rec_name = "id"

    enrollment_ids = fields.Json(required=True, help="Ids of the enrollments in the batch.")
    deaths = fields.Integer(
        default=0, required=True, help="How often a worker died with this ticket."
    )
    at = fields.Datetime(required=True)
