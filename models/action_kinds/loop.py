from odoo import api, fields, models

from ...engine.outcome import Advance, Loop
from ...services.associated import associated, problem_of_path, target_of
from ...services.describe import describe_domain
from ...services.domains import checked_domain
from ...services.words import field_label

#: At most so many records for each that comes to the step.
MOST = 1_000


class CrmWorkflowAction(models.Model):
    """The steps in the lane are done with associated records, one after the other.

    With a limit of one, it picks a record: the newest ticket, the largest open deal.
    """

    _inherit = "crm.workflow.action"

    kind = fields.Selection(selection_add=[("loop", "For each…")], ondelete={"loop": "cascade"})
    loop_path = fields.Char(string="Of", help="The way from the record to those that are meant.")
    loop_model_name = fields.Char(compute="_compute_loop_model_name", string="Model of the Loop")
    loop_domain = fields.Char(string="Only Those", default="[]")
    loop_sort_field = fields.Char(string="First By", help="The field whose order decides.")
    loop_descending = fields.Boolean(string="Largest or Newest First", default=True)
    loop_limit = fields.Integer(
        string="Records At Most", default=100, help="How many of them; 1 picks the first."
    )

    @api.depends("loop_path", "model_name")
    def _compute_loop_model_name(self):
        for action in self:
            found = action.loop_path and target_of(self.env, action.model_name, action.loop_path)
            action.loop_model_name = found

    def _branches_loop(self):
        return True

    def _loops_loop(self):
        return True

    def _takes_paths_loop(self):
        return False

    def _path_names_loop(self, paths):
        return dict.fromkeys(paths.filtered("is_default").ids, self.env._("For each"))

    def _lane_model_loop(self):
        return self.loop_model_name

    def _lane_depends(self):
        return [*super()._lane_depends(), "loop_path"]

    def _run_loop(self, batch):
        """The associated records of all, in a few queries; who has none goes on."""
        condition = checked_domain(self.env[self.loop_model_name], self.loop_domain)
        found = associated(
            batch.records, self.loop_path, condition, self._loop_order(), self.loop_limit
        )
        nothing = Advance(message=batch.env._("There are no such records."))
        return {
            row.id: Loop(self.loop_model_name, found[row.res_id]._ids)
            if found[row.res_id]
            else nothing
            for row in batch.rows
        }

    def _loop_order(self):
        direction = "desc" if self.loop_descending else "asc"
        named = self.loop_sort_field
        return f"{named} {direction}, id desc" if named else f"id {direction}"

    def _acts_loop(self):
        return False

    def _summary_depends(self):
        own = ["loop_path", "loop_domain", "loop_sort_field", "loop_descending", "loop_limit"]
        return [*super()._summary_depends(), *own]

    def _summary_loop(self):
        if not self.loop_model_name:
            return self.env._("For each…")
        which = field_label(self.env[self.model_name], self.loop_path)
        if self.loop_domain not in (False, "", "[]"):
            told = describe_domain(self.env, self.loop_model_name, self.loop_domain)
            which = self.env._("%(records)s where %(condition)s", records=which, condition=told)
        if self.loop_limit == 1:
            return self.env._("With the first of %s", which)
        return self.env._("For each of %s", which)

    def _problems_loop(self):
        if not self.loop_path:
            yield self.env._("Choose the records that the steps are done with.")
            return
        fault = problem_of_path(self.env, self.model_name, self.loop_path)
        if fault:
            yield self.env._("For each: %s.", fault)
            return
        checked_domain(self.env[self.loop_model_name], self.loop_domain)
        sort_field = self.env[self.loop_model_name]._fields.get(self.loop_sort_field or "id")
        if sort_field is None or not sort_field.store:
            yield self.env._("Nothing can be sorted by “%s”.", self.loop_sort_field)
        if not 1 <= self.loop_limit <= MOST:
            yield self.env._("“At most” is a number from 1 to %s.", MOST)
        if not any(path.action_ids for path in self.path_ids if path.is_default):
            yield self.env._("Nothing is done with the records: add steps below “For each”.")

    def _document_fields_loop(self):
        return ("loop_path", "loop_domain", "loop_sort_field", "loop_descending", "loop_limit")

    def _document_domains_loop(self):
        return {"loop_domain": self.loop_model_name} if self.loop_model_name else {}
