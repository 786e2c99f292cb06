from odoo import api, fields, models
from odoo.fields import Domain

from ...engine.outcome import Advance
from ...services import associated, reach
from ...services.names import visible_name, visible_names
from ...services.queue import moves


class CrmWorkflowAction(models.Model):
    """The record, or records associated with it, leave other workflows.

    Which ones is a value of ``unenroll_from``, with a method ``_unenroll_domain_<from>()`` that
    says which enrollments are meant.
    """

    _inherit = "crm.workflow.action"

    kind = fields.Selection(
        selection_add=[("unenroll", "Leave workflows")], ondelete={"unenroll": "cascade"}
    )
    unenroll_path = fields.Char(
        string="Who Leaves",
        help="The way to the associated records that leave; empty for the record itself.",
    )
    unenroll_model = fields.Char(
        compute="_compute_unenroll_model", string="Model of Those Taken Out"
    )
    unenroll_from = fields.Selection(
        [("chosen", "Those chosen"), ("others", "All others")],
        string="Which Workflows",
        default="chosen",
    )
    unenroll_workflow_ids = fields.Many2many(
        "crm.workflow",
        relation="crm_workflow_action_unenroll_rel",
        string="Workflows to Leave",
        domain="[('model_name', '=', unenroll_model)]",
    )

    @api.depends("unenroll_path", "model_name")
    def _compute_unenroll_model(self):
        for action in self:
            action.unenroll_model = action._associated_model_name(action.unenroll_path)

    @api.onchange("unenroll_path")
    def _onchange_unenroll_path(self):
        """Other records are in other workflows."""
        self.unenroll_workflow_ids = self.unenroll_workflow_ids.filtered(
            lambda workflow: workflow.model_name == self.unenroll_model
        )

    def _run_unenroll(self, batch):
        """All who are meant leave together, before their next step."""
        meant, records = self._associated_with(batch, self.unenroll_path)
        inside = self._unenroll_inside(records)
        told = self.with_context(lang=batch.env.lang)
        told._unenroll_take_out(inside)
        return {
            row.id: Advance(message=told._unenroll_message(meant[row.res_id], inside))
            for row in batch.rows
        }

    def _unenroll_inside(self, records):
        """Who is to leave what: {record id: {enrollment id: workflow}}."""
        rows = (
            self.env["crm.workflow.enrollment"]
            .sudo()
            .search_fetch(
                Domain("res_model", "=", records._name)
                & Domain("res_id", "in", records.ids)
                & Domain("state", "in", ("active", "parked"))
                & Domain("workflow_id", "any", reach.domain(self.sudo().workflow_id))
                & getattr(self.sudo(), f"_unenroll_domain_{self.unenroll_from}")(),
                ["res_id", "workflow_id"],
                order="id",
            )
        )
        inside = {}
        for row in rows:
            inside.setdefault(row.res_id, {})[row.id] = row.workflow_id
        return inside

    def _unenroll_take_out(self, inside):
        """They leave, and what they left keeps why; those alike together."""
        own_sudo, by_reason = self.sudo().workflow_id, {}
        for left in inside.values():
            for row_id, workflow_sudo in left.items():
                name = reach.kept_name(own_sudo, workflow_sudo)
                by_reason.setdefault(self.env._("Taken out by “%s”", name), []).append(row_id)
        for reason, row_ids in by_reason.items():
            moves.leave(self.env, row_ids, reason)

    def _unenroll_domain_chosen(self):
        return Domain("workflow_id", "in", self.unenroll_workflow_ids.ids)

    def _unenroll_domain_others(self):
        return Domain("workflow_id", "!=", self.workflow_id.id)

    def _unenroll_message(self, records, inside):
        own_sudo = self.sudo().workflow_id
        names = {
            reach.kept_name(workflow_sudo, own_sudo)
            for one in records.ids
            for workflow_sudo in inside.get(one, {}).values()
        }
        if not names:
            return self.env._("Nobody was inside.")
        return self.env._("Left %s.", ", ".join(f"“{name}”" for name in sorted(names)))

    def _workflow_fields_unenroll(self):
        return ("unenroll_workflow_ids",)

    def _summary_depends(self):
        own = ["unenroll_workflow_ids.name", "unenroll_path", "unenroll_from", "model_name"]
        return [*super()._summary_depends(), *own]

    def _summary_unenroll(self):
        who = associated.label(self.env, self.model_name, self.unenroll_path)
        what = getattr(self.sudo(), f"_unenroll_words_{self.unenroll_from}")()
        return self.env._("%(who)s: %(leave)s", who=who, leave=what) if who else what

    def _unenroll_words_chosen(self):
        known = visible_names(self.unenroll_workflow_ids).values()
        names = ", ".join(f"“{name}”" for name in known)
        return self.env._("Leave %s", names) if names else self.env._("Leave workflows")

    def _unenroll_words_others(self):
        return self.env._("Leave all other workflows")

    def _problems_unenroll(self):
        yield from self._associated_problems(self.unenroll_path)
        yield from getattr(self.sudo(), f"_unenroll_problems_{self.unenroll_from}")()

    def _unenroll_problems_chosen(self):
        if not self.unenroll_workflow_ids:
            yield self.env._("Choose the workflows that the records are to leave.")
        for workflow in self.unenroll_workflow_ids:
            if workflow == self.workflow_id and not self.unenroll_path:
                yield self.env._("To end this workflow here, use the step “End” instead.")
            elif self.unenroll_model and workflow.model_name != self.unenroll_model:
                yield self.env._(
                    "“%(workflow)s” takes in %(other)s, not the records that are to leave: choose "
                    "another workflow, or other records.",
                    workflow=visible_name(workflow),
                    other=workflow.object_id.name,
                )
        yield from reach.problems(self.workflow_id, self.unenroll_workflow_ids)

    def _unenroll_problems_others(self):
        return ()

    def _document_fields_unenroll(self):
        return ("unenroll_path", "unenroll_from", "unenroll_workflow_ids")
