from datetime import timedelta

from odoo import api, fields, models

#: For how long the numbers of a day are kept.
KEPT_DAYS = 30


class CrmWorkflowDeletion(models.Model):
    """How many records a step has deleted on a day, so that it stops at its limit.

    Two workers that delete at once write the same row: one of them starts again and sees what
    the other has counted.
    """

    _name = "crm.workflow.deletion"
    _description = "Workflow Deletions of a Day"
    _log_access = False
    _rec_name = "day"

    key = fields.Char(required=True, help="The step's key, or what an action has for one.")
    day = fields.Date(required=True)
    count = fields.Integer()

    _key_day_unique = models.UniqueIndex("(key, day)", "A day is counted once.")

    @api.autovacuum
    def _gc_days(self):
        self.search([("day", "<", fields.Date.today() - timedelta(days=KEPT_DAYS))]).unlink()
