from odoo import api, fields, models

from ...engine.outcome import Advance, Jump, Park
from ...services.step_choices import step_choices

#: The most times that a record is sent back by one step.
MOST_PASSES = 1_000


class CrmWorkflowAction(models.Model):
    _inherit = "crm.workflow.action"

    kind = fields.Selection(selection_add=[("goto", "Go to")], ondelete={"goto": "cascade"})
    goto_key = fields.Char(
        string="Go to Step", help="The key of the step, which it keeps from version to version."
    )
    goto_limit = fields.Integer(
        string="Times At Most",
        help="How often one record is sent there; then it goes on with the next step. Without "
        "a number, always: that is for going forward only.",
    )
    goto_choices = fields.Json(
        compute="_compute_goto_choices",
        help="The other steps in the order of reading: a list of {key, name, depth}.",
        string="Steps to Go To",
    )

    @api.depends("version_id", "key")
    def _compute_goto_choices(self):
        for action in self:
            choices = step_choices(action.version_id) if action.version_id else []
            action.goto_choices = [choice for choice in choices if choice["key"] != action.key]

    def _run_goto(self, batch):
        """Everyone goes there; with a limit, whoever has been sent as often goes on. One query."""
        program = self.version_id._program()
        if not self.goto_limit and program.goes_back(self.key):
            return batch.all(Park(batch.env._("It goes back, and nothing says how often.")))
        jump = Jump(self.goto_key)
        if not self.goto_limit:
            return batch.all(jump)
        times = batch.jumps_from(self.key)
        through = Advance(message=batch.env._("Has gone there %s times.", self.goto_limit))
        return {row.id: jump if times[row.id] < self.goto_limit else through for row in batch.rows}

    def _acts_goto(self):
        return False

    def _target_goto(self):
        return self.goto_key

    def _goto_step(self):
        """The step that it goes to; none when it is gone."""
        steps = self.version_id.action_ids
        return steps.filtered(lambda step: step.key == self.goto_key)[:1]

    def _summary_depends(self):
        names = ("goto_key", "goto_limit", "version_id.action_ids.name")
        return [*super()._summary_depends(), *names]

    def _summary_goto(self):
        step = self._goto_step()
        if not step:
            return self.env._("Go to another step")
        # Of two that go to each other, each would be called after the other.
        name = step._kept_name() if step._target() else step.display_name
        if not self.goto_limit:
            return self.env._("Go to “%s”", name)
        return self.env._(
            "Go to “%(step)s”, at most %(count)s times", step=name, count=self.goto_limit
        )

    def _problems_goto(self):
        program = self.version_id._program()
        if not self.goto_key:
            yield self.env._("Choose the step that records go to.")
        elif program.step(self.goto_key) is None:
            yield self.env._("The step that it goes to is gone: choose another one.")
        elif self.goto_key == self.key:
            yield self.env._("It goes to itself: choose another step.")
        elif program.goes_back(self.key) and not self.goto_limit:
            yield self.env._(
                "It goes back, so records would go round for ever: enter how often at most."
            )
        if not 0 <= self.goto_limit <= MOST_PASSES:
            yield self.env._("Records go there %s times at most.", MOST_PASSES)

    def _document_fields_goto(self):
        return ("goto_key", "goto_limit")
