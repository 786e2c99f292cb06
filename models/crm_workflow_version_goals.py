from datetime import timedelta

from babel.dates import format_timedelta

from odoo import fields, models
from odoo.tools.misc import babel_locale_parse

from ..services import statistics


class GoalMixin(models.AbstractModel):
    """How many reached the goal, and how fast; of a workflow as of a version.

    Counted are the enrollments there are: those that retention has forgotten count no more.
    """

    _name = "crm.workflow.goal.mixin"
    _description = "Goal Statistics"

    has_goal = fields.Boolean(compute="_compute_has_goal")
    goal_count = fields.Integer(string="Reached the Goal", compute="_compute_goals")
    goal_rate = fields.Float(
        string="Conversion",
        compute="_compute_goals",
        help="Share of those who entered that has reached the goal so far.",
    )
    goal_mean_hours = fields.Float(string="Mean Hours to Goal", compute="_compute_goals")
    goal_median_hours = fields.Float(string="Median Hours to Goal", compute="_compute_goals")
    goal_time = fields.Char(
        string="Time to Goal", compute="_compute_goals", help="From entry to goal, on average."
    )

    def _goal_column(self):
        """The enrollment's field that names these records."""
        raise NotImplementedError

    def _compute_has_goal(self):
        for holder in self:
            holder.has_goal = any(way._reason() == "goal" for way in holder.exit_ids)

    def _compute_goals(self):
        goals = statistics.goals(self.env, self._goal_column(), self.ids)
        for holder in self:
            found = goals.get(holder.id, statistics.Goals())
            holder.goal_count = found.reached
            holder.goal_rate = found.reached / found.entered if found.entered else 0
            holder.goal_mean_hours = float(found.mean or 0) / 3600
            holder.goal_median_hours = float(found.median or 0) / 3600
            holder.goal_time = holder._told_time(found)

    def _told_time(self, found):
        """Mean and median as people say them."""
        if not found.reached:
            return False
        locale = babel_locale_parse(self.env.lang)
        mean, median = (
            format_timedelta(timedelta(seconds=float(seconds)), locale=locale)
            for seconds in (found.mean, found.median)
        )
        return self.env._("%(mean)s (median %(median)s)", mean=mean, median=median)


class CrmWorkflow(models.Model):
    _name = "crm.workflow"
    _inherit = ["crm.workflow", "crm.workflow.goal.mixin"]

    def _goal_column(self):
        return "workflow_id"


class CrmWorkflowVersion(models.Model):
    _name = "crm.workflow.version"
    _inherit = ["crm.workflow.version", "crm.workflow.goal.mixin"]

    def _goal_column(self):
        return "version_id"
