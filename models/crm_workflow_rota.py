from odoo import fields, models


class CrmWorkflowRota(models.Model):
    """Whose turn it is: one row for each step, or action, that assigns records to people.

    The row is written first whenever records are assigned, and so held until the end of the
    transaction: of two at once, one waits, and then loses the race and is run again.
    A step keeps its rota from version to version, because it keeps its key.
    """

    _name = "crm.workflow.rota"
    _description = "Workflow Rota"
    _log_access = False
    _rec_name = "key"

    key = fields.Char(required=True)
    workflow_id = fields.Many2one("crm.workflow", ondelete="cascade", index="btree_not_null")
    action_id = fields.Many2one("ir.actions.server", ondelete="cascade", index="btree_not_null")
    at = fields.Datetime(required=True, help="When records were last assigned.")

    _key_unique = models.UniqueIndex("(key)", "A step has one rota.")


class CrmWorkflowRotaShare(models.Model):
    """What one person has got by one rota, as a member of a team where the team matters.

    ``turns`` is how far the person is in the rotation (``engine.rotation``), counted under
    ``weight``; ``count`` is all the person ever got, ``day_count`` what of it on ``day``.
    """

    _name = "crm.workflow.rota.share"
    _description = "Share of a Workflow Rota"
    _log_access = False
    _rec_name = "user_id"

    rota_id = fields.Many2one("crm.workflow.rota", required=True, ondelete="cascade")
    team_id = fields.Many2one("crm.team", ondelete="cascade", index="btree_not_null")
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade", index=True)
    weight = fields.Integer(required=True)
    turns = fields.Integer(required=True)
    count = fields.Integer(required=True)
    day = fields.Date(required=True, help="The last day with a record, on the person's own clock.")
    day_count = fields.Integer(required=True)
    at = fields.Datetime(required=True, help="When the person last got a record.")

    _person_unique = models.UniqueIndex(
        "(rota_id, user_id, COALESCE(team_id, 0))", "A rota knows a person once in each team."
    )
