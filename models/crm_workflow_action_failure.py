from odoo import api, fields, models

from ..engine.program import ERROR
from ..engine.retry import MOST_RETRIES, Policy


class CrmWorkflowAction(models.Model):
    """What becomes of a record on which a step fails.

    A way to go on is a value of ``failure_then``, and a method of its name in
    ``services.outcomes``.
    """

    _inherit = "crm.workflow.action"

    failure_retry = fields.Selection(
        [
            ("passing", "What may pass by itself, such as a mail server that is away"),
            ("every", "Every failure"),
        ],
        string="Try Again",
        required=True,
        default="passing",
        help="What may pass is tried again five times within fifteen hours.",
    )
    failure_retries = fields.Integer(
        string="Times",
        default=3,
        help="After 1 minute, 5 minutes, 30 minutes, 2 hours, 12 hours, and every 12 hours from "
        "then on. 0 for not at all.",
    )
    failure_then = fields.Selection(
        [
            ("stop", "Park the record until somebody retries"),
            ("continue", "Go on with the next step"),
            ("path", "Take the path “If it fails”, then go on"),
        ],
        string="Then",
        required=True,
        default="stop",
    )
    can_fail = fields.Boolean(compute="_compute_can_fail", string="May Fail")

    @api.depends("kind")
    def _compute_can_fail(self):
        for action in self:
            action.can_fail = bool(action.kind) and action._fails()

    def write(self, vals):
        done = super().write(vals)
        if "failure_then" in vals:
            self._unlink_idle_paths()
            self._add_missing_paths()
        return done

    def unlink(self):
        owners = self.path_id.action_id
        done = super().unlink()
        owners.exists()._unlink_idle_paths()
        return done

    def _unlink_idle_paths(self):
        """An empty path of failures goes when nobody takes it any more."""
        idle = self.filtered(lambda action: not action._takes_error_path())
        idle.path_ids.filtered(lambda path: path.role == ERROR and not path.action_ids).unlink()

    def _missing_paths(self):
        """With the path of the records on which it fails, where the step needs one."""
        missing = super()._missing_paths()
        lacks = self._takes_error_path() and not self._path_of(ERROR)
        return [*missing, {"role": ERROR}] if lacks else missing

    def _path_names(self, paths):
        errors = paths.filtered(lambda path: path.role == ERROR)
        return super()._path_names(paths) | dict.fromkeys(errors.ids, self.env._("If it fails"))

    def _fails(self):
        """True when the step can fail."""
        method = getattr(self, f"_fails_{self.kind}", None)
        return method() if method else self._acts() or self._branches()

    def _takes_error_path(self):
        return self.failure_then == "path"

    def _failure_policy(self):
        """The :class:`~..engine.retry.Policy` of the step."""
        every = self.failure_retry == "every"
        return Policy(self.failure_retries if every else None, self.failure_then)

    def _problems_settings(self):
        yield from super()._problems_settings()
        if self.failure_retry == "every" and not 0 <= self.failure_retries <= MOST_RETRIES:
            yield self.env._(
                "A step is tried again %s times at most: enter a smaller number.", MOST_RETRIES
            )
        if not self._takes_error_path() and self._path_of(ERROR).action_ids:
            yield self.env._(
                "Nobody takes the path “If it fails”: choose it under “When It Fails”, or delete "
                "its steps."
            )

    def _badges_depends(self):
        names = ("failure_retry", "failure_retries", "failure_then")
        return [*super()._badges_depends(), *names]

    def _badges(self):
        return [*super()._badges(), *self._failure_badges()]

    def _failure_badges(self):
        if not self.can_fail:
            return
        if self.failure_retry == "every":
            times = self.env._("Tried again up to %s times", self.failure_retries)
            yield {"name": "retry", "text": times}
        if self.failure_then == "continue":
            yield {"name": "continue", "text": self.env._("Goes on if it fails")}
