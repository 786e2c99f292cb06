from odoo import fields, models
from odoo.exceptions import ValidationError

from ...engine.diagnostics import MAX_PATHS
from ...engine.outcome import Advance
from ...services.describe import describe_domain
from ...services.domains import checked_domain
from ...services.value_problems import problems_of_formula


class CrmWorkflowPath(models.Model):
    """A path of a branch asks the record by a condition, and by a formula all that these read."""

    _inherit = "crm.workflow.path"

    branch_formula = fields.Text(
        string="And This Is True",
        help="A formula about the event, what earlier steps left, or the record.",
    )

    def _words_depends(self):
        return [*super()._words_depends(), "branch_formula"]


class CrmWorkflowAction(models.Model):
    _inherit = "crm.workflow.action"

    kind = fields.Selection(selection_add=[("branch", "Branch")], ondelete={"branch": "cascade"})

    def _branches_branch(self):
        return True

    def _run_branch(self, batch):
        """First match wins: one query per path, on whoever no earlier path took.

        What matches no condition takes the default path; all join behind the branch.
        """
        outcomes, left, values = {}, batch.enrollment_by_record(), batch.values()
        conditional, default = self._paths_in_order()
        for path in conditional:
            matching = batch.matching(checked_domain(batch.records.browse(), path.domain), left)
            for record_id in self._true_of(path, values, matching):
                outcomes[left.pop(record_id)] = Advance(path.key)
            if not left:
                return outcomes
        return outcomes | {
            enrollment_id: Advance(default.key or None) for enrollment_id in left.values()
        }

    def _true_of(self, path, values, record_ids):
        """Those of the records for which the formula of a path is true; all where it has none."""
        if not path.branch_formula or not record_ids:
            return record_ids
        asked = values.of(values.records.browse(record_ids))
        return [key for key, true in asked.each(path.branch_formula).items() if true]

    def _path_conditions_branch(self, paths):
        told = {path.id: " · ".join(self._told_conditions(path)) for path in paths}
        return {path_id: self.env._("if %s", text) for path_id, text in told.items() if text}

    def _told_conditions(self, path):
        if path.domain not in (False, "", "[]"):
            yield describe_domain(self.env, self.model_name or "", path.domain)
        if path.branch_formula:
            yield path.branch_formula

    def _summary_depends(self):
        return [
            *super()._summary_depends(),
            "path_ids.name",
            "path_ids.is_default",
            "path_ids.role",
        ]

    def _summary_branch(self):
        names = [path.display_name for path in self.path_ids if not path.role]
        return self.env._("Branch: %s", ", ".join(names)) if names else self.env._("Branch")

    def _problems_branch(self):
        conditional, default = self._paths_in_order()
        if not conditional:
            yield self.env._("The branch needs at least one path with a condition.")
        if not default:
            yield self.env._("The branch needs a path for records that match no condition.")
        if len(conditional) > MAX_PATHS:
            yield self.env._("A branch has at most %s paths; nest branches instead.", MAX_PATHS)
        for path in conditional:
            yield from self._problems_path(path)

    def _problems_path(self, path):
        try:
            domain = checked_domain(self.env[self.model_name], path.domain)
        except ValidationError as error:
            yield self.env._(
                "Path “%(path)s”: %(reason)s", path=path.display_name, reason=error.args[0]
            )
            return
        if path.branch_formula:
            for problem in problems_of_formula(self, path.branch_formula):
                yield self.env._(
                    "Path “%(path)s”: %(reason)s", path=path.display_name, reason=problem
                )
        elif domain.is_true():
            yield self.env._(
                "Path “%s” has no condition, so it would take everyone; give it one.",
                path.display_name,
            )

    def _document_fields_branch(self):
        return ()
