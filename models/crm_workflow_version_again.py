import functools

from odoo import api, fields, models

from ..services import enroller
from ..services.queue import again


class CrmWorkflow(models.Model):
    """Entering again, where a workflow is asked: in its settings, and by the clock."""

    _inherit = "crm.workflow"

    # The form of a new workflow, which has no version yet, is to say what that will have.
    while_inside = fields.Selection(
        related="shown_version_id.while_inside", readonly=False, default="discard"
    )

    @api.model
    def _tick_tasks(self):
        """Whoever was to enter once more, and has left, does."""
        workflows = self.sudo().browse(again.ready(self.env))
        return [
            *super()._tick_tasks(),
            *(functools.partial(enroller.enter_queued, workflow) for workflow in workflows),
        ]


class CrmWorkflowVersion(models.Model):
    """What becomes of a record that is inside when a trigger fires that may let it enter again.

    A policy is a value of ``while_inside`` and a method ``_while_inside_<policy>(trigger,
    origins)``, which takes a constant number of queries.
    """

    _inherit = "crm.workflow.version"

    while_inside = fields.Selection(
        [
            ("discard", "Nothing happens"),
            ("restart", "It starts again at the first step"),
            ("queue", "It enters again as soon as it has left"),
        ],
        string="Fires While Inside",
        required=True,
        default="discard",
        help="What a trigger with “Enter Again” does to a record that is still inside.",
    )

    def _settings_fields(self):
        return [*super()._settings_fields(), "while_inside"]

    def _fires_while_inside(self, trigger, origins):
        """Do to those inside what the version says; the others enter as usual."""
        if origins:
            getattr(self, f"_while_inside_{self.while_inside}")(trigger, origins)

    def _while_inside_discard(self, trigger, origins):
        """The trigger is lost on them."""

    def _while_inside_restart(self, trigger, origins):
        if again.restart(self.env, self, origins):
            enroller.wake(self.env)

    def _while_inside_queue(self, trigger, origins):
        again.remember(self.env, self.workflow_id.id, origins, trigger.kind)
