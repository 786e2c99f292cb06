from odoo import models
from odoo.exceptions import AccessError

from ..services.associated import problem_of_path
from ..services.names import visible_name
from ..services.words import field_label

#: So many lines of an action its name tells; it says how many more there are.
LINES_TOLD = 3


class IrActionsServer(models.Model):
    """Actions on records in words, and what is wrong with them."""

    _inherit = "ir.actions.server"

    def _generate_action_name(self):
        method = self._by_state("name")
        return method() if method else super()._generate_action_name()

    def _name_object_copy(self):
        """As Odoo calls it, which names the record to everybody."""
        record = self.crud_model_id and self.resource_ref
        copied = record and visible_name(record.exists()) or "..."
        return self.env._("Duplicate %(record)s", record=copied)

    def _name_depends(self):
        lines = "crm_workflow_assignment_ids"
        return [
            *super()._name_depends(),
            "model_id",
            "crm_workflow_target",
            "crm_workflow_target_path",
            "crm_workflow_target_related",
            lines,
            *(f"{lines}.{name}" for name in ("field_name", "how", "fixed_value")),
            *(f"{lines}.{name}" for name in ("expression", "amount", "unit", "sequence")),
        ]

    def _lines_in_words(self):
        """What the lines do: "set Salesperson to Ann, clear City"; empty without lines."""
        lines = self.crm_workflow_assignment_ids.filtered("summary")
        told = ", ".join(lines[:LINES_TOLD].mapped("summary"))
        more = len(lines) - LINES_TOLD
        if more > 0:
            return self.env._("%(some)s and %(count)s more", some=told, count=more)
        return told

    def _with_target(self, text):
        """The text as a name, with the records that it is about."""
        name = text[:1].upper() + text[1:]
        where = self._target_words()
        return self.env._("%(what)s (on %(where)s)", what=name, where=where) if where else name

    def _record_words(self):
        """What people call a record that the action is about."""
        model_name = self.crm_workflow_record_model
        known = model_name in self.env
        return self.env[model_name]._description.lower() if known else self.env._("record")

    def _target_words(self):
        """Which records, in words; empty for the record itself."""
        if self.crm_workflow_target == "related":
            return self.crm_workflow_target_related or ""
        if self.crm_workflow_target == "associated" and self.crm_workflow_target_path:
            return field_label(self.env[self.model_name], self.crm_workflow_target_path)
        return ""

    def _get_warning_messages(self):
        warnings = super()._get_warning_messages()
        faults = self._by_state("faults")
        if faults and self.model_name in self.env:
            warnings += faults(self._step())
        return warnings

    def _warning_depends(self):
        names = self._name_depends()
        return list(dict.fromkeys([*super()._warning_depends(), *names, "crm_workflow_version_id"]))

    def _step_problems(self, step):
        yield from super()._step_problems(step)
        yield from self._problems_of_rights(step.sudo().workflow_id)

    def _step(self):
        """The step that the action belongs to, or one that stands in for it."""
        found = self.crm_workflow_action_ids[:1]
        return found or self.env["crm.workflow.action"].new(
            {"version_id": self.crm_workflow_version_id._origin.id}
        )

    def _faults_of_target(self):
        """Yields what is wrong with the way to the records."""
        if self.crm_workflow_target == "associated":
            fault = (
                problem_of_path(self.env, self.model_name, self.crm_workflow_target_path)
                if self.crm_workflow_target_path
                else self.env._("choose the associated records")
            )
            if fault:
                yield self.env._("Which records: %s.", fault)
        if self.crm_workflow_target == "related" and not self.crm_workflow_record_model:
            yield self.env._(
                "There is no related record “%s”: choose one that the workflow has under Related "
                "Records.",
                self.crm_workflow_target_related or "",
            )

    def _faults_of_lines(self, step):
        if self.crm_workflow_record_model in self.env:
            for line in self.crm_workflow_assignment_ids:
                yield from line._problems(step)

    def _problems_of_rights(self, workflow):
        """Yields what the run-as user may not do.

        :param workflow: whose step the action is
        """
        right = self._by_state("right")
        if not right or self.crm_workflow_record_model not in self.env:
            return
        try:
            model = workflow._run_env()[self.crm_workflow_record_model]
        except AccessError:
            return  # told for the workflow itself
        if not model.has_access(right()):
            yield self._refusal(workflow.run_as_id, model._description, right())
        for line in self.crm_workflow_assignment_ids:
            field = model._fields.get(line.field_name)
            if field and not model._has_field_access(field, "write"):
                label = field._description_string(self.env)
                yield self._refusal(workflow.run_as_id, label, "write")

    def _refusal(self, user, what, right):
        doing = {
            "write": self.env._("change"),
            "create": self.env._("create"),
            "unlink": self.env._("delete"),
        }
        return self.env._(
            "%(user)s, the run-as user, may not %(do)s “%(what)s”: choose another run-as user, or "
            "give that user the rights.",
            user=user.name,
            do=doing[right],
            what=what,
        )
