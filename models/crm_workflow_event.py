from odoo import fields, models


class CrmWorkflowEvent(models.Model):
    """One captured fact about a record, waiting to be evaluated, and gone afterwards.

    Written in the transaction of whoever changed the record; read by the cron. While a
    workflow is paused, the facts that concern it are kept for it (``workflow_id``).
    """

    _name = "crm.workflow.event"
    _description = "Workflow Event"
    _log_access = False
    _order = "id"
    _rec_name = "res_id"

    res_model = fields.Char(string="Model Name", required=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", required=True)
    event = fields.Char(
        required=True, help="created, changed, deleted, or a kind another add-on captures."
    )
    changes = fields.Json(
        help="The changed fields that some workflow watches: name to [old value, new value], "
        "or to null where nobody asks for values."
    )
    user_id = fields.Many2one("res.users", string="By", ondelete="set null")
    silent = fields.Boolean(help="Nobody enters by it; members remember how the record is.")
    at = fields.Datetime(required=True)
    # When and in which transaction it began to happen: others see it only once that is committed.
    transaction = fields.Char()
    cause = fields.Char(help="The steps whose effect this is, oldest first.")
    workflow_id = fields.Many2one(
        "crm.workflow",
        string="Kept For",
        ondelete="cascade",
        help="The paused workflow that this fact awaits.",
    )

    _pending = models.Index("(id) WHERE workflow_id IS NULL")
    _silent = models.Index("(id) WHERE silent")
    _kept = models.Index("(workflow_id, id) WHERE workflow_id IS NOT NULL")
