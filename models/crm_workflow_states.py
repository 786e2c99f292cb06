from odoo import api, models
from odoo.exceptions import UserError

from ..services import carry, copies, criteria, enroller, publisher, run_as, statistics
from ..services.reasons import reason_label


class CrmWorkflow(models.Model):
    """Publishing, and the states between draft, on, paused and off."""

    _inherit = "crm.workflow"

    def action_edit(self):
        """Continue on a draft: the one there is, or a copy of the live version."""
        self.ensure_one()
        self.check_access("write")
        if not self.draft_version_id:
            publisher.make_draft(self)
        return True

    def action_discard_draft(self):
        """Throw the draft away; the live version stays as it is."""
        self.ensure_one()
        if self.live_version_id:
            self.draft_version_id.unlink()

    def action_publish(self, enroll_existing=False, in_flight="move"):
        """Make the draft live and switch the workflow on.

        Without a draft, a workflow that is off is switched on again.

        :param enroll_existing: whether records that match now enter as well; without it,
            only those that start to match from now on
        :param in_flight: what becomes of the records inside: ``move`` to the same step of the
            new version, ``finish`` on their own version, ``restart`` at the first step, or
            ``leave``
        :raise ValidationError: listing every problem and the step it concerns
        """
        for workflow in self:
            publisher.publish(workflow, enroll_existing, in_flight)
        return True

    def action_pause(self):
        """Hold everything: nobody enters, nobody moves; what happens meanwhile is kept."""
        self._set_state("paused", allowed=("on",))
        return True

    def action_resume(self):
        """Go on where everything was held."""
        copies.settle(self.env)
        self._set_state("on", allowed=("paused",))
        enroller.wake(self.env)
        return True

    def action_turn_off(self, inside="finish"):
        """Let nobody enter any more.

        :param inside: what becomes of those inside: ``finish`` their way, or ``end`` now
        """
        if inside not in ("finish", "end"):
            raise ValueError(f"inside is 'finish' or 'end', not {inside!r}")
        self._set_state("off", allowed=("on", "paused"))
        publisher.forget_kept_events(self)
        if inside == "end":
            for workflow in self:
                carry.end(workflow)
        return True

    def _set_state(self, state, allowed):
        self.check_access("write")
        for workflow in self:
            if workflow.state not in allowed:
                states = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "“%(name)s” is %(state)s, so this cannot be done now.",
                        name=workflow.name,
                        state=states[workflow.state],
                    )
                )
        workflows_sudo = self.sudo()
        workflows_sudo.write({"state": state, "pause_reason": False})
        self._clear_watches()

    @api.depends("pause_reason")
    def _compute_pause_reason_text(self):
        for workflow in self:
            workflow.pause_reason_text = reason_label(self.env, workflow.pause_reason)

    def _matching_now_count(self):
        """How many records match the shown version's criteria now, as the run-as user sees them.

        :raise UserError: for whoever may not let it run as that user: a draft with conditions of
            one's own would tell what that user alone may see
        """
        self.ensure_one()
        run_as.check_may_use(self.env, self.sudo())
        triggers = criteria.triggers_of(self.shown_version_id)
        return len(set().union(*(criteria.all_matching(trigger) for trigger in triggers)))

    def _pause_because(self, reason):
        """Pause a workflow that cannot go on, and tell the people who follow it why."""
        for workflow in self.filtered(lambda workflow: workflow.state == "on"):
            workflow_sudo = workflow.sudo()
            workflow_sudo.write({"state": "paused", "pause_reason": reason})
            workflow.message_post(
                body=self.env._("Paused: %s", reason), subtype_xmlid="mail.mt_comment"
            )
        self._clear_watches()

    def _check_nobody_inside(self, what):
        counts = statistics.workflow_counts(self)
        for workflow in self:
            inside = counts[workflow.id]["inside_count"] + counts[workflow.id]["parked_count"]
            if workflow.state in ("on", "paused") or inside:
                raise UserError(
                    self.env._(
                        "“%(name)s” is not %(done)s: it is %(state)s, with %(count)s records "
                        "inside. Turn it off and end them first.",
                        name=workflow.name,
                        done=what,
                        state=dict(self._fields["state"]._description_selection(self.env))[
                            workflow.state
                        ],
                        count=inside,
                    )
                )
