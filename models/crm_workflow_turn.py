from odoo import models


class CrmWorkflowTurn(models.Model):
    """A table without rows: who holds its lock is the one who turns facts into enrollments.

    It is a table of its own because the lock has to be had before the transaction's snapshot,
    which a table's lock alone allows, and because autovacuum takes the same lock on every table
    that changes: on this one, never.
    """

    _name = "crm.workflow.turn"
    _description = "Workflow Turn"
    _log_access = False
