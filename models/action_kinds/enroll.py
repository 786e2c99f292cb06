from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.outcome import Advance, Wait
from ...engine.schedule import after_delay
from ...services import associated, by_hand, reach
from ...services.names import visible_name
from ...services.queue import handovers
from ...services.reasons import reason_label
from ...services.waits import MOST


class CrmWorkflowEnrollment(models.Model):
    _inherit = "crm.workflow.enrollment"

    source = fields.Selection(
        selection_add=[("workflow", "Another workflow")], ondelete={"workflow": "cascade"}
    )


class CrmWorkflowAction(models.Model):
    """The record, or records associated with it, enter another workflow, as its rules allow."""

    _inherit = "crm.workflow.action"

    kind = fields.Selection(
        selection_add=[("enroll", "Enrol in workflow")], ondelete={"enroll": "cascade"}
    )
    enroll_path = fields.Char(
        string="Who Enters",
        help="The way to the associated records that enter; empty for the record itself.",
    )
    enroll_model = fields.Char(compute="_compute_enroll_model", string="Model of the Enrolled")
    enroll_workflow_id = fields.Many2one(
        "crm.workflow",
        string="Workflow to Enter",
        ondelete="set null",
        index="btree_not_null",
        domain="[('model_name', '=', enroll_model), ('id', '!=', workflow_id)]",
        help="Its own rules hold: who is inside, has been through, or is kept out does not enter.",
    )
    enroll_with_data = fields.Boolean(
        string="Pass On What Is Known",
        help="What the trigger told of this record goes along, with the name of this workflow.",
    )
    enroll_wait = fields.Boolean(
        string="Wait Until It Has Finished",
        help="The record stands on this step until all whom it let enter have completed the other "
        "workflow, left it, or are parked there.",
    )
    enroll_wait_amount = fields.Integer(
        string="Longest Wait for the Other Workflow",
        help="How long it waits; 0 for as long as it takes.",
    )
    enroll_wait_unit = fields.Selection(
        [
            ("minutes", "Minutes"),
            ("hours", "Hours"),
            ("days", "Days"),
            ("weeks", "Weeks"),
            ("months", "Months"),
        ],
        string="Unit of the Wait for the Other Workflow",
        default="days",
    )

    @api.depends("enroll_path", "model_name")
    def _compute_enroll_model(self):
        for action in self:
            action.enroll_model = action._associated_model_name(action.enroll_path)

    @api.onchange("enroll_path")
    def _onchange_enroll_path(self):
        """Other records enter other workflows."""
        if self.enroll_workflow_id.model_name != self.enroll_model:
            self.enroll_workflow_id = False

    def _run_enroll(self, batch):
        """All who are meant enter together; who waits for nobody goes on."""
        workflow_sudo = self.sudo().enroll_workflow_id
        if not workflow_sudo:
            raise UserError(self.env._("The workflow to enter is gone: edit the step."))
        if not reach.within(self.sudo().workflow_id, workflow_sudo):
            raise UserError(
                self.env._(
                    "The workflow to enter belongs to a company in which this workflow does not "
                    "act: edit the step."
                )
            )
        meant, records = self._associated_with(batch, self.enroll_path)
        by_hand.check_is_on(workflow_sudo, self._enroll_kept_name())
        entered = by_hand.hand_over(workflow_sudo, records, self._enroll_data(batch, meant))
        opened = {
            row.id: [entered[one] for one in meant[row.res_id].ids if one in entered]
            for row in batch.rows
        }
        waiting = self._enroll_wait_for(batch, opened) if self.enroll_wait else {}
        told = self.with_context(lang=batch.env.lang)
        return waiting | {
            row.id: Advance(message=told._enroll_message(meant[row.res_id], opened[row.id]))
            for row in batch.rows
            if row.id not in waiting
        }

    def _enroll_data(self, batch, meant):
        """What goes along: {record id: data}. Of several who lead to one, the first tells."""
        if not self.enroll_with_data:
            return {}
        workflow_sudo, other_sudo = self.sudo().workflow_id, self.sudo().enroll_workflow_id
        sender = {"from_workflow": reach.kept_name(workflow_sudo, other_sudo)}
        told, data = batch.told(), {}
        for record_id, records in meant.items():
            for one in records.ids:
                data.setdefault(one, told.get(record_id, {}) | sender)
        return data

    def _enroll_wait_for(self, batch, opened):
        """Those wait who let somebody enter: {enrollment id: outcome}."""
        pairs = [(row_id, one) for row_id, ids in opened.items() for one in ids]
        if pairs:
            handovers.remember(self.env, self.key, pairs)
        amount, unit = self.enroll_wait_amount, self.enroll_wait_unit
        until = after_delay(batch.now, amount, unit, batch.tz) if amount else None
        return {row_id: Wait(until) for row_id, ids in opened.items() if ids}

    def _enroll_kept_name(self):
        """What the history calls the workflow to enter."""
        other_sudo = self.sudo().enroll_workflow_id
        return reach.kept_name(other_sudo, self.sudo().workflow_id) if other_sudo else ""

    def _enroll_message(self, records, ids):
        """What the history says of those who do not wait."""
        name = self._enroll_kept_name()
        if not records:
            return self.env._("There was no associated record.")
        if self.enroll_path:
            return self.env._(
                "Entered “%(workflow)s”: %(count)s of %(all)s.",
                workflow=name,
                count=len(ids),
                all=len(records),
            )
        return "" if ids else self.env._("Did not enter “%s”.", name)

    def _resume_enroll(self, batch):
        """How it ended, in the history."""
        ended = {row.id: [] for row in batch.rows}
        for row_id, state, reason in handovers.take(self.env, list(ended)):
            ended[row_id].append((state, reason))
        told = self.with_context(lang=batch.env.lang)
        return {
            row_id: Advance(message=told._enroll_ended_message(states))
            for row_id, states in ended.items()
        }

    def _enroll_ended_message(self, states):
        name, is_told = self._enroll_kept_name(), self._enroll_is_told()
        if len(states) == 1:
            [(state, reason)] = states
            told = self._enroll_states()[state]
            if reason and is_told:
                told = f"{told} ({reason_label(self.env, reason)})"
        else:
            counts = Counter(state for state, _reason in states)
            words = self._enroll_states()
            told = ", ".join(f"{words[state]}: {counts[state]}" for state in words if counts[state])
        return self.env._("“%(workflow)s”: %(ended)s", workflow=name, ended=told) if told else ""

    def _enroll_is_told(self):
        """True when who reads of this workflow may read of the other one, too."""
        return reach.is_told(self.sudo().enroll_workflow_id, self.sudo().workflow_id)

    def _enroll_states(self):
        return {
            "completed": self.env._("completed"),
            "exited": self.env._("left"),
            "parked": self.env._("parked"),
            "active": self.env._("still inside"),
            None: self.env._("forgotten"),
        }

    def _workflow_fields_enroll(self):
        return ("enroll_workflow_id",)

    def _summary_depends(self):
        own = ["enroll_workflow_id.name", "enroll_path", "enroll_wait", "model_name"]
        return [*super()._summary_depends(), *own]

    def _summary_enroll(self):
        name = visible_name(self.sudo().enroll_workflow_id)
        if not name:
            return self.env._("Enrol in workflow")
        who = associated.label(self.env, self.model_name, self.enroll_path)
        texts = {
            (False, False): self.env._("Enrol in “%s”", name),
            (False, True): self.env._("Enrol in “%s” and wait", name),
            (True, False): self.env._("Enrol %(who)s in “%(workflow)s”", who=who, workflow=name),
            (True, True): self.env._(
                "Enrol %(who)s in “%(workflow)s” and wait", who=who, workflow=name
            ),
        }
        return texts[bool(who), self.enroll_wait]

    def _problems_enroll(self):
        yield from self._associated_problems(self.enroll_path)
        workflow = self.sudo().enroll_workflow_id
        if not workflow:
            yield self.env._("Choose the workflow that the records are to enter.")
        elif workflow == self.workflow_id:
            yield self.env._("A record inside a workflow cannot enter it: choose another one.")
        elif self.enroll_model and workflow.model_name != self.enroll_model:
            yield self.env._(
                "“%(workflow)s” takes in %(other)s, not the records that are to enter: choose "
                "another workflow, or other records.",
                workflow=visible_name(workflow),
                other=workflow.object_id.name,
            )
        yield from self._enroll_problems_of_reach()
        if self.enroll_wait:
            yield from self._enroll_problems_of_wait()

    def _enroll_problems_of_reach(self):
        return reach.problems(self.sudo().workflow_id, self.sudo().enroll_workflow_id)

    def _enroll_problems_of_wait(self):
        unit = self.enroll_wait_unit
        if not unit or not 0 <= self.enroll_wait_amount <= MOST[unit]:
            yield self.env._(
                "The longest wait is an amount with a unit, ten years at most, or 0 for no limit."
            )

    def _document_fields_enroll(self):
        return (
            *("enroll_path", "enroll_workflow_id", "enroll_with_data"),
            *("enroll_wait", "enroll_wait_amount", "enroll_wait_unit"),
        )
