from string import ascii_uppercase

from odoo import api, fields, models

from ...engine.outcome import Advance
from ...engine.split import WHOLE, drawn, even_shares

#: What a new split starts with.
FIRST_PATHS = 2


class CrmWorkflowPath(models.Model):
    _inherit = "crm.workflow.path"

    percentage = fields.Integer(string="Share", help="How many of a hundred records take the path.")

    def _words_depends(self):
        return [*super()._words_depends(), "percentage", "action_id.path_ids"]


class CrmWorkflowAction(models.Model):
    """Paths taken by lot. The shares sum to the whole, so there is no path for the rest.

    How the lot is drawn is a value of ``split_by`` and a method ``_split_seed_<by>(row)``: whoever
    has the same seed takes the same path.
    """

    _inherit = "crm.workflow.action"

    kind = fields.Selection(
        selection_add=[("split", "Random split")], ondelete={"split": "cascade"}
    )
    split_by = fields.Selection(
        [
            ("record", "A record that comes again takes the same path"),
            ("visit", "Drawn anew each time"),
        ],
        string="The Draw",
        default="record",
        help="The first holds for later versions of the workflow, too; where shares change, only "
        "those records take another path that have to.",
    )
    split_total = fields.Integer(string="Together", compute="_compute_split_total")
    split_even = fields.Boolean(
        string="Even Split", store=False, help="Give all paths the same share."
    )

    @api.depends("path_ids.percentage", "path_ids.role")
    def _compute_split_total(self):
        for action in self:
            action.split_total = sum(action._own_paths().mapped("percentage"))

    @api.onchange("split_even")
    def _onchange_split_even(self):
        """The button of the form."""
        if self.split_even:
            self.split_even = False
            paths = self._own_paths()
            for path, share in zip(paths, even_shares(len(paths)), strict=True):
                path.percentage = share

    def _branches_split(self):
        return True

    def _missing_paths_split(self):
        """Two paths to begin with."""
        shares = [] if self._own_paths() else even_shares(FIRST_PATHS)
        return [
            {"percentage": share, "sequence": sequence} for sequence, share in enumerate(shares, 1)
        ]

    def _run_split(self, batch):
        """Everyone takes the path of its lot, the same one when the batch is run again."""
        shares = {path.key: path.percentage for path in self._own_paths()}
        seed_of = getattr(self, f"_split_seed_{self.split_by}")
        return {row.id: Advance(drawn(shares, self.key, *seed_of(row))) for row in batch.rows}

    def _split_seed_record(self, row):
        return (row.res_id,)

    def _split_seed_visit(self, row):
        return (row.id, row.visit)

    def _path_names_split(self, paths):
        """Letters in their order, as samples are called."""
        letters = dict(zip(self._own_paths(), ascii_uppercase, strict=False))
        return {path.id: letters.get(path, "") for path in paths}

    def _path_conditions_split(self, paths):
        return {path.id: f"{path.percentage} %" for path in paths}

    def _summary_depends(self):
        return [*super()._summary_depends(), "path_ids.percentage", "path_ids.role"]

    def _summary_split(self):
        shares = [f"{path.percentage} %" for path in self._own_paths()]
        return self.env._("Split %s", " / ".join(shares)) if shares else self.env._("Random split")

    def _problems_split(self):
        if len(self._own_paths()) < FIRST_PATHS:
            yield self.env._("The split needs at least two paths.")
        for path in self._own_paths():
            if path.percentage < 1:
                yield self.env._(
                    "Path “%s” has no share: give it one, or remove the path.", path.display_name
                )
        if self.split_total != WHOLE:
            yield self.env._(
                "The shares of the paths are %s %% together: make it 100 %%, or use “Even Split”.",
                self.split_total,
            )

    def _document_fields_split(self):
        return ("split_by",)
